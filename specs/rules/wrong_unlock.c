// SPDX-License-Identifier: MIT
/*
 * wrong_unlock: does the unlock match the lock?
 *
 * AS_WRITE ends a read hold with the write unlock, AS_READ the reverse; after a
 * downgrade the lock is a read lock, and DOWNGRADED ends it as a write lock.
 * FAILED_TRYLOCK ignores that the trylock may have failed, and unlocks what it
 * does not hold. KEEP is each of them done right.
 *
 * Kernel: 5.12
 * Result: AS_WRITE: violated lock-misuse
 * Result: AS_READ: violated lock-misuse
 * Result: DOWNGRADED: violated lock-misuse
 * Result: FAILED_TRYLOCK: violated lock-misuse
 * Result: KEEP: holds, 31 states
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
}

THREAD(user, &mm)
{
	struct mm_struct *mm = current->mm;

#if defined(AS_WRITE)
	mmap_read_lock(mm);
	mmap_write_unlock(mm);
#elif defined(AS_READ)
	mmap_write_lock(mm);
	mmap_read_unlock(mm);
#elif defined(DOWNGRADED)
	mmap_write_lock(mm);
	mmap_write_downgrade(mm);
	mmap_write_unlock(mm);
#elif defined(FAILED_TRYLOCK)
	bool locked = mmap_read_trylock(mm);

	mmap_read_unlock(mm);
	(void)locked;
#else
	mmap_read_lock(mm);
	mmap_read_unlock(mm);
	mmap_write_lock(mm);
	mmap_write_downgrade(mm);
	mmap_read_unlock(mm);
	if (mmap_read_trylock(mm))
		mmap_read_unlock(mm);
#endif
}

THREAD(writer, &mm)
{
	mmap_write_lock(current->mm);
	mmap_write_unlock(current->mm);
}
