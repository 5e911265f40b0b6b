// SPDX-License-Identifier: MIT
/*
 * row6_all_locks: what does it take to change the range of a VMA?
 *
 * Sixth row: mmap_lock, the VMA lock and the rmap lock, all three for writing,
 * permit everything. KEEP cuts the last page off a file mapping in the order
 * of the kernel. SHARED takes the rmap lock for reading, which walkers do too;
 * NO_VMA_LOCK forgets the lock of the VMA, which mattered from 6.4 on.
 *
 * Result: KEEP: holds, 157 states
 * Result: KEEP --kernel=6.12: holds, 109 states
 * Result: KEEP --kernel=5.12: holds, 58 states
 * Result: SHARED: violated unlocked-write
 * Result: NO_VMA_LOCK: violated unlocked-write
 * Result: NO_VMA_LOCK --kernel=6.12: violated unlocked-write
 * Result: NO_VMA_LOCK --kernel=6.1: holds, 58 states
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, 0x1000, 2 * PAGE_SIZE, VM_READ | VM_SHARED, 0);
}

THREAD(trim, &mm)
{
	struct vm_area_struct *vma;

	mmap_write_lock(current->mm);
	vma = vma_lookup(current->mm, 0x1000);
#ifndef NO_VMA_LOCK
	vma_start_write(vma);
#endif
#ifdef SHARED
	i_mmap_lock_read(&mapping);
	vma->vm_end = 0x2000;
	mt_clear(&current->mm->mm_mt, 0x2000, 0x3000);
	i_mmap_unlock_read(&mapping);
#else
	i_mmap_lock_write(&mapping);
	vma_interval_tree_remove(vma, &mapping.i_mmap);
	vma->vm_end = 0x2000;
	mt_clear(&current->mm->mm_mt, 0x2000, 0x3000);
	vma_interval_tree_insert(vma, &mapping.i_mmap);
	i_mmap_unlock_write(&mapping);
#endif
	mmap_write_unlock(current->mm);
}

THREAD(rmap_walk, NULL)
{
	struct vm_area_struct *vma;

	i_mmap_lock_read(&mapping);
	vma_interval_tree_foreach(vma, &mapping.i_mmap, 0, 1)
		assert(vma->vm_start < vma->vm_end);
	i_mmap_unlock_read(&mapping);
}
