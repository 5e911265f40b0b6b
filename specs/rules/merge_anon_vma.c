// SPDX-License-Identifier: MIT
/*
 * merge_anon_vma: who finds the pages of a VMA that was merged away?
 *
 * The VMA that has swallowed it, if that is linked where the other was: one that never had
 * pages is in no tree, and gets the anon_vma of the one that goes, before that leaves
 * (KEEP). NO_DUP forgets it: the anon_vma goes with its last VMA, and the pages stay.
 *
 * If both have pages, and anon_vmas that differ (TWO), they stay two: a VMA has one that is
 * its own, and what is new in it goes there. ANY swallows the second all the same.
 *
 * Kernel: 6.12
 * Result: KEEP: holds
 * Result: KEEP --kernel=5.12: holds
 * Result: NO_DUP: violated rmap-miss
 * Result: KEEP TWO: holds
 * Result: ANY TWO: violated rmap-miss
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 4
#ifdef NO_DUP
#define MERGE_NO_DUP_ANON_VMA
#endif
#ifdef ANY
#define MERGE_ANY_ANON_VMAS
#endif

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 2);

#define PREV	0x0000UL	/* never touched, unless TWO */
#define HOLE	0x1000UL
#define NEXT	0x2000UL

static struct mm_struct mm;

/* The first page of a VMA. */
static void touch(unsigned long addr)
{
	struct vm_area_struct *vma = vma_lookup(&mm, addr);
	struct folio *page;

	anon_vma_prepare(vma);
	page = folio_alloc(NULL, vma->anon_vma, addr >> PAGE_SHIFT);
	mm_map_folio(&mm, addr, page, _PAGE_PRESENT | _PAGE_RW);
	folio_put(page);
}

INIT
{
	mm_init(&mm);
	mm_map(&mm, PREV, PAGE_SIZE, VM_ANON);
	mm_map(&mm, NEXT, PAGE_SIZE, VM_ANON);
	touch(NEXT);
#ifdef TWO
	touch(PREV);
#endif
}

/* Fill the hole: the first VMA grows over it, and over the one behind. */
THREAD(mmap, &mm)
{
	mm_map(current->mm, HOLE, PAGE_SIZE, VM_ANON);
}
