// SPDX-License-Identifier: MIT
/*
 * vma_tree: do a VMA and its place in the tree agree?
 *
 * They may disagree while mmap_lock is held for writing, not longer. RANGE
 * shortens a VMA and leaves the tree as it was, TREE does it the other way
 * round. KEEP does both halves.
 *
 * Kernel: 5.12
 * Result: RANGE: violated vma-tree
 * Result: TREE: violated vma-tree
 * Result: KEEP: holds, 26 states
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
#ifndef TREE
	vma->vm_end = 0x2000;
#endif
#ifndef RANGE
	mt_clear(&mm->mm_mt, 0x2000, 0x3000);
#endif
	(void)vma;
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
