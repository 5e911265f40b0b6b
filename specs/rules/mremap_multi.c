// SPDX-License-Identifier: MIT
/*
 * mremap_multi: where does mremap() go on when it has moved one of several VMAs?
 *
 * From 6.17 on mremap() moves all that is mapped in a range, if the size stays: under one
 * write lock it moves one VMA after the other. Each move takes the VMA out of the tree, and
 * another one may be merged into a neighbour and freed. So neither the VMA nor the walk that
 * found it leads to the next: the walk has to begin anew (INVALIDATE). KEEP goes on with
 * the walk as it stands, NEXT asks the VMA that was moved where it ended. Before, a range of
 * several VMAs was an error.
 *
 * Source: mm/mremap.c of 6.18.2; the patches are of July 2025, which is 6.17.
 *
 * Kernel: 6.18
 * Result: holds
 * Result: --kernel=6.12: violated assert
 * Result: OWN INVALIDATE: holds
 * Result: OWN KEEP: violated stale-vma
 * Result: OWN INVALIDATE NEXT: violated dangling-vma
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 8

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 5);
MM_POOL(ptdesc, 3);

#define SRC	0x1000UL	/* two VMAs of a page */
#define DST	0x4000UL
#define LEN	(2 * PAGE_SIZE)

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, SRC, PAGE_SIZE, VM_ANON);
	mm_map(&mm, SRC + PAGE_SIZE, PAGE_SIZE, VM_READ);
}

#ifdef OWN

/* As remap_move(), where nothing is mapped at new_addr. */
static unsigned long move_range(struct mm_struct *mm, unsigned long start, unsigned long len,
				unsigned long new_addr)
{
	unsigned long end = start + len, offset = new_addr - start, next = start;
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, mm, start);

	for_each_vma_range(vmi, vma, end) {
		assert(vma->vm_start == next);
#ifndef NEXT
		next = vma->vm_end;
#endif
		move_vma(vma, vma->vm_start, PAGE_SIZE, vma->vm_start + offset);
#ifdef NEXT
		next = vma->vm_end;
#endif
#ifdef INVALIDATE
		vma_iter_invalidate(&vmi);
#endif
	}
	return new_addr;
}

THREAD(mremap, &mm)
{
	mmap_write_lock(current->mm);
	move_range(current->mm, SRC, LEN, DST);
	mmap_write_unlock(current->mm);
}

#else

THREAD(mremap, &mm)
{
	assert(do_mremap(SRC, LEN, DST) == DST);
}

#endif

FINAL
{
	assert(!mt_find_intersection(&mm.mm_mt, SRC, SRC + LEN));
	assert(vma_lookup(&mm, DST)->vm_end == DST + PAGE_SIZE);
	assert(vma_lookup(&mm, DST + PAGE_SIZE)->vm_end == DST + LEN);
}
