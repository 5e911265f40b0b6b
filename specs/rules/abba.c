// SPDX-License-Identifier: MIT
/*
 * abba: in which order may one thread lock two mms?
 *
 * As process_vm_mmap() would have to. Two threads that start from different
 * ends wait for each other for ever (BREAK). KEEP agrees on an order, lower
 * address first, and tells lockdep with the nested form that the second lock
 * of the same class is meant. UNNESTED has the order but does not say so.
 *
 * Kernel: 5.12
 * Result: BREAK: violated deadlock
 * Result: UNNESTED: violated lock-order
 * Result: KEEP: holds, 24 states
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct src, dst;

INIT
{
	mm_init(&src);
	mm_init(&dst);
}

static void lock_two(struct mm_struct *first, struct mm_struct *second)
{
	mmap_write_lock(first);
#ifdef UNNESTED
	mmap_write_lock(second);
#else
	mmap_write_lock_nested(second, SINGLE_DEPTH_NESTING);
#endif
}

static void unlock_two(struct mm_struct *first, struct mm_struct *second)
{
	mmap_write_unlock(second);
	mmap_write_unlock(first);
}

THREAD(send, &src)
{
	lock_two(&src, &dst);
	unlock_two(&src, &dst);
}

THREAD(receive, &dst)
{
#ifdef BREAK
	lock_two(&dst, &src);
	unlock_two(&dst, &src);
#else
	lock_two(&src, &dst);
	unlock_two(&src, &dst);
#endif
}
