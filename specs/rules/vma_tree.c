// SPDX-License-Identifier: MIT
/*
 * vma_tree: do a VMA and its place in the tree agree?
 *
 * They may disagree while mmap_lock is held for writing, not longer. RANGE
 * shortens a VMA and leaves the tree as it was, TREE does it the other way
 * round. KEEP does both halves. From 6.4 on a VMA says whether it is in the tree:
 * one that is still there must not say that it is not (DETACHED), or whoever finds
 * it tries again for ever.
 *
 * Kernel: 5.12
 * Result: RANGE: violated vma-tree
 * Result: TREE: violated vma-tree
 * Result: KEEP: holds, 26 states
 * Result: KEEP --kernel=6.12: holds
 * Result: KEEP --kernel=6.15: holds
 * Result: DETACHED --kernel=6.12: violated vma-tree
 * Result: DETACHED --kernel=6.15: violated vma-tree
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, 0x1000, 2 * PAGE_SIZE, VM_ANON);
}

THREAD(shrink, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, 0x1000);
	vma_start_write(vma);
#ifdef DETACHED
#if VMA_LOCK_REFCOUNT
	vma_mark_detached(vma);
#else
	vma_mark_detached(vma, true);
#endif
#endif
#ifndef TREE
	vma->vm_end = 0x2000;
#endif
#ifndef RANGE
	mt_clear(&mm->mm_mt, 0x2000, 0x3000);
#endif
	mmap_write_unlock(mm);
}

THREAD(reader, &mm)
{
	struct vm_area_struct *vma;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, 0x2000);
	if (vma)
		assert(vma->vm_flags & VM_READ);
	mmap_read_unlock(current->mm);
}
