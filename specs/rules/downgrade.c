// SPDX-License-Identifier: MIT
/*
 * downgrade: does a pointer survive the change from write lock to read lock?
 *
 * A downgrade leaves no moment without the lock: no writer fits in, and the
 * VMA is as good as before (KEEP). Unlock and lock again look like the same
 * thing and are not (BREAK): the rule is broken with nobody else around, and
 * with the munmap of this spec the memory is gone. WRITE changes the VMA after
 * the downgrade, for which the lock is no longer enough.
 *
 * Kernel: 5.12
 * Result: KEEP: holds, 80 states
 * Result: KEEP --kernel=6.12: holds, 136 states
 * Result: BREAK: violated dangling-vma
 * Result: BREAK --find=rule: violated stale-vma
 * Result: WRITE: violated unlocked-write
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

	mmap_write_lock(current->mm);
	vma = vma_lookup(current->mm, 0x1000);
#ifdef BREAK
	mmap_write_unlock(current->mm);
	mmap_read_lock(current->mm);
#else
	mmap_write_downgrade(current->mm);
#endif
	if (vma) {
		assert(vma->vm_flags & VM_READ);
#ifdef WRITE
		vma->vm_flags = VM_ANON | VM_LOCKED;
#endif
	}
	mmap_read_unlock(current->mm);
}

THREAD(munmap, &mm)
{
	sys_munmap(0x1000, PAGE_SIZE);
}
