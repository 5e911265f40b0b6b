// SPDX-License-Identifier: MIT
/*
 * mm_lock_seq: may something be read without mmap_lock, and be tested later?
 *
 * Yes, if the sequence number of the mm shows that no writer was there all the
 * while (SEQCOUNT, 6.13 and later, and 6.12.y): it is odd while mmap_lock is held for
 * writing. Before, it was only raised by the unlock, and a reader that starts
 * in the middle of a write sees no change until the unlock (INT). NO_RETRY
 * forgets to look again, NO_TRY ignores that somebody is writing. A downgrade
 * ends the write: what is read behind it is what the writer left (DOWNGRADE). The
 * writer may come any number of times (AGAIN), and the reader may try until nobody
 * was there (RETRY): nobody can tell how often the number has been raised.
 *
 * Kernel: 6.12
 * Result: SEQCOUNT: holds, 67 states
 * Result: --kernel=6.12.y: holds, 67 states
 * Result: SEQCOUNT DOWNGRADE: holds, 79 states
 * Result: INT: violated assert
 * Result: SEQCOUNT NO_RETRY: violated assert
 * Result: SEQCOUNT NO_TRY: violated assert
 * Result: SEQCOUNT AGAIN: holds
 * Result: SEQCOUNT AGAIN RETRY: holds
 * Result: SEQCOUNT DOWNGRADE AGAIN RETRY: holds
 * Result: AGAIN: violated assert
 * Result: SEQCOUNT AGAIN NO_RETRY: violated assert
 * Result: SEQCOUNT AGAIN NO_TRY: violated assert
 */

#define MM_TASK_PAGES 4
#ifdef SEQCOUNT
#define MM_LOCK_SEQCOUNT 1
#endif

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;
static int start, end;		/* of something that the writer moves */

INIT
{
	mm_init(&mm);
}

THREAD(reader, &mm)
{
	unsigned int seq;
	int s, e;

#ifdef RETRY
retry:
#endif
#ifdef NO_TRY
	(void)mmap_lock_speculate_try_begin(current->mm, &seq);
#else
	if (!mmap_lock_speculate_try_begin(current->mm, &seq))
		return;
#endif
	s = data_race(start);		/* nonsense is thrown away */
	e = data_race(end);
#ifndef NO_RETRY
	if (mmap_lock_speculate_retry(current->mm, seq))
#ifdef RETRY
		goto retry;
#else
		return;
#endif
#else
	(void)seq;
#endif
	assert(s == e);
}

THREAD(writer, &mm)
{
#ifdef AGAIN
	while (nondet(0, 1)) {
		mmap_write_lock(current->mm);
		start ^= 1;
		end ^= 1;
		mmap_write_unlock(current->mm);
	}
#endif
	mmap_write_lock(current->mm);
	start ^= 1;
	end ^= 1;
#ifdef DOWNGRADE
	mmap_write_downgrade(current->mm);
	mmap_read_unlock(current->mm);
#else
	mmap_write_unlock(current->mm);
#endif
}
