// SPDX-License-Identifier: MIT
/*
 * null_deref: is a VMA still there when the lock has been taken?
 *
 * The address was mapped when the system call began. BREAK believes that it
 * still is. KEEP looks at what vma_lookup() returned.
 *
 * Kernel: 5.12
 * Result: BREAK: violated null-deref
 * Result: KEEP: holds, 93 states
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

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, 0x1000);
#ifdef KEEP
	if (vma)
#endif
		assert(vma->vm_flags & VM_READ);
	mmap_read_unlock(current->mm);
}

THREAD(munmap, &mm)
{
	sys_munmap(0x1000, PAGE_SIZE);
}
