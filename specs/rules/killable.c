// SPDX-License-Identifier: MIT
/*
 * killable: what if the lock was not obtained?
 *
 * A fatal signal ends the wait of a killable acquisition, which then returns
 * -EINTR, and the lock is not held. IGNORE goes on as if it were. UNLOCK notices,
 * but unlocks on the way out. KEEP returns. In QUIET no signal ever comes, and
 * ignoring the result does no harm. CIRCLE locks two mms in different orders: a
 * deadlock, but where a signal can end one of the waits, a broken rule only.
 *
 * Kernel: 5.12
 * Result: KEEP: holds, 12 states
 * Result: IGNORE: violated lock-misuse
 * Result: UNLOCK: violated lock-misuse
 * Result: QUIET IGNORE: holds, 12 states
 * Result: CIRCLE: violated lock-order
 * Result: CIRCLE QUIET: violated deadlock
 */

#define MM_TASK_PAGES 4
#ifndef QUIET
#define MM_SIGNALS
#endif

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm, other;

INIT
{
	mm_init(&mm);
	mm_init(&other);
}

#ifdef CIRCLE

static void lock_two(struct mm_struct *first, struct mm_struct *second)
{
	if (mmap_write_lock_killable(first))
		return;
	if (!mmap_write_lock_killable(second))
		mmap_write_unlock(second);
	mmap_write_unlock(first);
}

THREAD(send, &mm)
{
	lock_two(&mm, &other);
}

THREAD(receive, &other)
{
	lock_two(&other, &mm);
}

#else

THREAD(user, &mm)
{
#if defined(IGNORE)
	(void)mmap_read_lock_killable(current->mm);
#elif defined(UNLOCK)
	if (mmap_read_lock_killable(current->mm)) {
		mmap_read_unlock(current->mm);
		return;
	}
#else
	if (mmap_read_lock_killable(current->mm))
		return;
#endif
	mmap_read_unlock(current->mm);
}

THREAD(writer, &mm)
{
	mmap_write_lock(current->mm);
	mmap_write_unlock(current->mm);
}

#endif
