// SPDX-License-Identifier: MIT
/*
 * might_fault: may user memory be touched with mmap_lock held?
 *
 * No: a page fault may come of it, which takes mmap_lock to read, whether the page
 * is in memory this time or not. A system call that changes flags tells user memory
 * of the old ones, from a page that is there: with the lock held for writing (WRITE),
 * for reading (READ), or behind its unlock (KEEP). DISABLED has page faults disabled,
 * so that none is served.
 *
 * Kernel: 6.12
 * Result: WRITE: violated lock-order
 * Result: READ: violated recursive-read
 * Result: KEEP: holds
 * Result: DISABLED: holds
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <linux/uaccess.h>
#include <mm/fault.h>
#include <mmcheck.h>

#define VEC 0x1000UL

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, VEC, 2 * PAGE_SIZE, VM_ANON);
	pt_set(&mm.pgd, VEC, _PAGE_PRESENT);
}

THREAD(get_flags, &mm)
{
#if defined(WRITE) || defined(DISABLED)
	mmap_write_lock(current->mm);
#else
	mmap_read_lock(current->mm);
#endif
#ifdef KEEP
	mmap_read_unlock(current->mm);
#endif
#ifdef DISABLED
	pagefault_disable();
#endif
	copy_to_user(VEC);
#ifdef DISABLED
	pagefault_enable();
#endif
#if defined(WRITE) || defined(DISABLED)
	mmap_write_unlock(current->mm);
#elif defined(READ)
	mmap_read_unlock(current->mm);
#endif
}
