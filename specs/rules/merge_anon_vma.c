// SPDX-License-Identifier: MIT
/*
 * merge_anon_vma: who finds the pages of a VMA that was merged away?
 *
 * The VMA that has swallowed it, if that is linked where the other was: one that never had
 * pages is in no tree, and gets the anon_vma of the one that goes, before that leaves
 * (KEEP). NO_DUP forgets it: the anon_vma goes with its last VMA, and the pages stay.
 *
 * Kernel: 6.12
 * Result: KEEP: holds
 * Result: KEEP --kernel=5.12: holds
 * Result: NO_DUP: violated rmap-miss
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 4
#ifdef NO_DUP
#define MERGE_NO_DUP_ANON_VMA
#endif

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 2);

#define PREV	0x0000UL	/* never touched */
#define HOLE	0x1000UL
#define NEXT	0x2000UL

static struct mm_struct mm;

INIT
{
	struct vm_area_struct *vma;
	struct folio *page;

	mm_init(&mm);
	mm_map(&mm, PREV, PAGE_SIZE, VM_ANON);
	mm_map(&mm, NEXT, PAGE_SIZE, VM_ANON);
	vma = vma_lookup(&mm, NEXT);
	anon_vma_prepare(vma);
	page = folio_alloc(NULL, vma->anon_vma, NEXT >> PAGE_SHIFT);
	mm_map_folio(&mm, NEXT, page, _PAGE_PRESENT | _PAGE_RW);
	folio_put(page);
}

/* Fill the hole: the first VMA grows over it, and over the one behind. */
THREAD(mmap, &mm)
{
	mm_map(current->mm, HOLE, PAGE_SIZE, VM_ANON);
}
