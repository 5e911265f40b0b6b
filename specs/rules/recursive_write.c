// SPDX-License-Identifier: MIT
/*
 * recursive_write: may a function that locks be called with the lock held?
 *
 * vm_munmap() takes mmap_lock for writing. BREAK calls it with the lock held;
 * KEEP calls do_munmap(), which expects the lock.
 *
 * Kernel: 5.12
 * Result: BREAK: violated lock-misuse
 * Result: KEEP: holds, 66 states
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

THREAD(unmapper, &mm)
{
	mmap_write_lock(current->mm);
#ifdef KEEP
	do_munmap(current->mm, 0x1000, PAGE_SIZE, NULL);
#else
	vm_munmap(0x1000, PAGE_SIZE);
#endif
	mmap_write_unlock(current->mm);
}

THREAD(reader, &mm)
{
	mmap_read_lock(current->mm);
	mmap_read_unlock(current->mm);
}
