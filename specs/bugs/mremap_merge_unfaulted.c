// SPDX-License-Identifier: MIT
/*
 * mremap_merge_unfaulted: who finds pages that move to a VMA that never had any?
 *
 * 61f67c230a5e ("mm/vma: fix anon_vma UAF on mremap() faulted, unfaulted merge"), Lorenzo
 * Stoakes, 6.19-rc and 6.18.8; broken in 6.16 by 879bca0a2c4f ("mm/vma: fix incorrectly
 * disallowed anonymous VMA merges"). mremap() moves a VMA with pages to a place beside one
 * that has never been touched, and grows that instead of making a new VMA. The neighbour
 * has no anon_vma. It was to be linked where the other is, as in all merges; but that is
 * done for a VMA that is swallowed, and mremap() swallows none (BREAK). Then the old VMA
 * goes, its anon_vma with it, and the pages go on to name what was freed: no walk of the
 * reverse mapping finds them.
 *
 * The fix (the default) links the neighbour before pages move to it. 6.15 did not merge
 * such VMAs.
 *
 * It teaches: there are as many ways into a merge as callers. What it has to see to has to
 * be looked at from each of them.
 *
 * Kernel: 6.16
 * Result: BREAK: violated rmap-miss
 * Result: BREAK --kernel=6.18: violated rmap-miss
 * Result: holds
 * Result: --kernel=7.1: holds
 * Result: BREAK --kernel=6.15: holds
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 4
#ifdef BREAK
#define COPY_VMA_NO_DUP_ANON_VMA
#endif

#include <linux/mm.h>
#include <mm/mremap.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);

#define OLD		0x1000UL
#define INDEX		2UL		/* what its page belongs to in the order of pages */
#define NEW		(INDEX * PAGE_SIZE)
#define NEIGHBOUR	(NEW + PAGE_SIZE)

static struct mm_struct mm;

/* The VMA at OLD has been moved there: its page has the index of the place before. */
INIT
{
	struct vm_area_struct *vma;
	struct folio *page;

	mm_init(&mm);
	mm_map(&mm, OLD, PAGE_SIZE, VM_ANON);
	vma = vma_lookup(&mm, OLD);
	vma->vm_pgoff = INDEX;
	anon_vma_prepare(vma);
	page = folio_alloc(NULL, vma->anon_vma, INDEX);
	mm_map_folio(&mm, OLD, page, _PAGE_PRESENT | _PAGE_RW);
	folio_put(page);
	mm_map(&mm, NEIGHBOUR, PAGE_SIZE, VM_ANON);
}

/* Back again. */
THREAD(mremap, &mm)
{
	do_mremap(OLD, PAGE_SIZE, NEW);
}
