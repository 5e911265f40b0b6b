// SPDX-License-Identifier: MIT
/*
 * seqlock: does a reader of two fields know whether they fit together?
 *
 * Result: SEQCOUNT: holds
 * Result: SEQLOCK: holds
 * Result: TRY: holds
 * Result: RAW: violated assert
 * Result: INVALIDATE: holds
 * Result: WRONG=write_seqcount_end(&counts[1]): violated lock-misuse
 */

#include <linux/seqlock.h>
#include <mmcheck.h>

static seqcount_t counts[2];
static DEFINE_SEQLOCK(lock);
static int a, b;

INIT
{
	seqcount_init(&counts[1]);
}

static __maybe_unused void change(void)
{
	WRITE_ONCE(a, READ_ONCE(a) + 1);
	WRITE_ONCE(b, READ_ONCE(b) + 1);
}

#if defined(INVALIDATE)

THREAD(t, NULL)
{
	unsigned int seq;

	seq = raw_read_seqcount(&counts[1]);
	assert(!(seq & 1) && !read_seqcount_retry(&counts[1], seq));
	write_seqcount_invalidate(&counts[a + 1]);
	assert(read_seqcount_retry(&counts[1], seq));
	seq = raw_read_seqcount_begin(&counts[a + 1]);
	raw_write_seqcount_begin(&counts[a + 1]);
	assert(raw_read_seqcount(&counts[1]) & 1);
	raw_write_seqcount_end(&counts[a + 1]);
	assert(!(raw_read_seqcount(&counts[1]) & 1));
	assert(raw_seqcount_try_begin(&counts[a + 1], seq) && !(seq & 1));
	write_seqcount_begin(&counts[1]);
	assert(!raw_seqcount_try_begin(&counts[a + 1], seq));
	write_seqcount_end(&counts[1]);
}

#elif defined(WRONG)

THREAD(t, NULL)
{
	WRONG;
}

#else

THREAD(write, NULL)
{
#ifdef SEQLOCK
	write_seqlock(&lock);
	change();
	write_sequnlock(&lock);
#else
	spin_lock(&lock.lock);
	write_seqcount_begin(&counts[1]);
	change();
	write_seqcount_end(&counts[1]);
	spin_unlock(&lock.lock);
#endif
}

#ifdef SEQLOCK
THREAD(write_too, NULL)
{
	write_seqlock(&lock);
	change();
	write_sequnlock(&lock);
}
#endif

THREAD(read, NULL)
{
	unsigned int seq;
	int x, y;

#if defined(TRY)
	if (!raw_seqcount_try_begin(&counts[1], seq))
		return;
#endif
	do {
#if defined(SEQLOCK)
		seq = read_seqbegin(&lock);
#elif defined(RAW)
		seq = raw_read_seqcount(&counts[1]);
#else
		seq = read_seqcount_begin(&counts[1]);
#endif
		x = READ_ONCE(a);
		y = READ_ONCE(b);
#ifdef SEQLOCK
	} while (read_seqretry(&lock, seq));
#else
	} while (read_seqcount_retry(&counts[1], seq));
#endif
	assert(x == y);
}

#endif
