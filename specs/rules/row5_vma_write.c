// SPDX-License-Identifier: MIT
/*
 * row5_vma_write: what do mmap_lock and the VMA lock, both for writing, permit?
 *
 * Fifth row. Most fields may be written now (FLAGS). The range may not (RANGE)
 * while the VMA is linked in the interval tree of a file: that tree is ordered
 * by it, and rmap walkers hold neither of the two locks. LATE writes the flags
 * after the downgrade, which ends the VMA write lock as well.
 *
 * Result: FLAGS: holds, 114 states
 * Result: FLAGS --kernel=6.12: holds, 73 states
 * Result: RANGE: violated unlocked-write
 * Result: RANGE --kernel=6.1: violated unlocked-write
 * Result: LATE: violated unlocked-write
 * Result: LATE --kernel=6.12: violated unlocked-write
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

THREAD(writer, &mm)
{
	struct vm_area_struct *vma;

	mmap_write_lock(current->mm);
	vma = vma_lookup(current->mm, 0x1000);
	vma_start_write(vma);
#ifdef FLAGS
	vma->vm_flags = VM_READ | VM_SHARED | VM_LOCKED;
#endif
#ifdef RANGE
	vma->vm_end = 0x2000;
	mt_clear(&current->mm->mm_mt, 0x2000, 0x3000);
#endif
#ifdef LATE
	mmap_write_downgrade(current->mm);
	vma->vm_flags = VM_READ | VM_SHARED | VM_LOCKED;
	mmap_read_unlock(current->mm);
#else
	mmap_write_unlock(current->mm);
#endif
}

THREAD(rmap_walk, NULL)
{
	struct vm_area_struct *vma;

	i_mmap_lock_read(&mapping);
	vma_interval_tree_foreach(vma, &mapping.i_mmap, 0, 0)
		assert(data_race(vma->vm_flags) & VM_READ);
	i_mmap_unlock_read(&mapping);
}
