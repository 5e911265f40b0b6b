// SPDX-License-Identifier: MIT
/*
 * row4_mmap_lock: what does mmap_lock alone permit?
 *
 * Fourth row: mmap_lock in either mode, no VMA lock for writing. All VMAs of
 * the mm are stable and may be read (READ, READ_W). Writing flags needs more:
 * under the read lock it is always wrong (WRITE), under the write lock it is
 * wrong since VMAs have a lock of their own (WRITE_W), because somebody may be
 * inside the VMA without any mmap_lock. Before 6.4 the write lock was enough.
 *
 * Result: READ: holds, 152 states
 * Result: READ --kernel=6.12: holds, 144 states
 * Result: READ_W: holds, 141 states
 * Result: WRITE: violated unlocked-write
 * Result: WRITE --kernel=6.1: violated unlocked-write
 * Result: WRITE_W: violated unlocked-write
 * Result: WRITE_W --kernel=6.12: violated unlocked-write
 * Result: WRITE_W --kernel=6.1: holds, 79 states
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, 0x1000, PAGE_SIZE, VM_ANON);
}

THREAD(user, &mm)
{
	struct vm_area_struct *vma;

#if defined(READ_W) || defined(WRITE_W)
	mmap_write_lock(current->mm);
#else
	mmap_read_lock(current->mm);
#endif
	vma = vma_lookup(current->mm, 0x1000);
	if (vma) {
		assert(vma->vm_flags & VM_READ);
#if defined(WRITE) || defined(WRITE_W)
		vma->vm_flags = VM_ANON | VM_LOCKED;
#endif
	}
#if defined(READ_W) || defined(WRITE_W)
	mmap_write_unlock(current->mm);
#else
	mmap_read_unlock(current->mm);
#endif
}

THREAD(munmap, &mm)
{
	sys_munmap(0x1000, PAGE_SIZE);
}
