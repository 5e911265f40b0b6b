// SPDX-License-Identifier: MIT
/*
 * anon_clone_fail: what is left of a clone of anon_vma links that has failed?
 *
 * The VMA of a child has links to all anon_vmas of its parent's. Each takes memory, and there
 * may be none. Up to 6.19 the links that there are stand in the trees, where a walk finds
 * the VMA by them: they are taken out again, with the lock of the root (not so: FORGET, and
 * the VMA is freed in a tree). From 7.0 on all links are made before the first is
 * entered, so that a failure leaves none in a tree, and to take them out there is a mistake
 * (UNLINK).
 *
 * Source: mm/rmap.c of 6.18.2 and of 7.0.
 *
 * Kernel: 7.1
 * Result: holds
 * Result: FORGET: holds
 * Result: UNLINK: violated vma-tree
 * Result: --kernel=6.18: holds
 * Result: FORGET --kernel=6.18: violated bad-free
 * Result: UNLINK --kernel=6.18: holds
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 4
#define MM_ANON_VMA_CHAIN_ALLOC chain_alloc

#ifdef FORGET
#define ANON_CLONE_NO_CLEANUP
#endif
#ifdef UNLINK
#define ANON_CLONE_UNLINK
#endif

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(ptdesc, 4);
MM_POOL(vm_area_struct, 4);

#define ADDR	0x1000UL

static struct mm_struct parent, mm;
static struct folio *page;
static bool scarce;

static bool chain_alloc(void)
{
	return !scarce || nondet(0, 1);
}

INIT
{
	struct vm_area_struct *vma;

	mm_init(&parent);
	mm_init(&mm);
	mm_map(&parent, ADDR, PAGE_SIZE, VM_ANON);
	anon_vma_prepare(vma_lookup(&parent, ADDR));
	dup_mmap(&mm, &parent);
	vma = vma_lookup(&mm, ADDR);
	page = folio_alloc(NULL, vma->anon_vma, vma->vm_pgoff);
	mm_map_folio(&mm, ADDR, page, _PAGE_PRESENT | _PAGE_RW);
	scarce = true;
}

/* As split_vma(), up to the point from which on nothing fails. */
THREAD(split, &mm)
{
	struct vm_area_struct *vma, *new;

	mmap_write_lock(current->mm);
	vma = vma_lookup(current->mm, ADDR);
	new = vm_area_dup(vma);
	if (anon_vma_clone(new, vma) == 0)
		unlink_anon_vmas(new);
	vm_area_free(new);
	mmap_write_unlock(current->mm);
}

/* A page of the child is sought in the VMAs of the child alone. */
THREAD(walk, NULL)
{
	struct anon_vma *anon_vma;
	struct vm_area_struct *vma;

	folio_lock(page);
	anon_vma = folio_lock_anon_vma_read(page, NULL);
	for (vma = rmap_first(anon_vma, NULL, page->index); vma;
	     vma = rmap_next(vma, anon_vma, NULL, page->index))
		assert(vma->vm_mm == &mm);
	anon_vma_unlock_read(anon_vma);
	folio_unlock(page);
}
