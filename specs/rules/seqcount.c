// SPDX-License-Identifier: MIT
/*
 * seqcount: do two fields fit together that were read without a lock?
 *
 * A reader that looks at the sequence counter before and after knows whether a
 * writer was there (KEEP). NO_RETRY looks only before, PEEK does not care that
 * somebody is writing when it starts. TRY gives up instead of waiting. TWO has
 * two writers with nothing to keep them apart, which LOCK has. USE acts on what
 * it read before it knows that it may: here a pointer to freed memory. LEAVE ends
 * without an end of the write, for which SELF waits in the writer itself.
 *
 * Result: KEEP: holds, 69 states
 * Result: TRY: holds, 74 states
 * Result: NO_RETRY: violated assert
 * Result: PEEK: violated assert
 * Result: TWO: violated lock-misuse
 * Result: LOCK TWO: holds, 321 states
 * Result: USE: violated use-after-free
 * Result: LEAVE: violated lock-leak
 * Result: SELF: violated deadlock
 */

#include <linux/seqlock.h>
#include <linux/slab.h>
#include <mmcheck.h>

static DEFINE_SEQLOCK(seqlock);
static int a, b;

struct data {
	int value;
};
static struct data *data;

INIT
{
	data = kzalloc(sizeof(*data), GFP_KERNEL);
}

THREAD(reader, NULL)
{
	unsigned int seq;
	int x, y;

#if defined(TRY)
	if (!raw_seqcount_try_begin(&seqlock.seqcount, seq))
		return;
	x = data_race(a);
	y = data_race(b);
	if (read_seqcount_retry(&seqlock.seqcount, seq))
		return;
#elif defined(PEEK)
	do {
		seq = raw_read_seqcount(&seqlock.seqcount);
		x = data_race(a);
		y = data_race(b);
	} while (read_seqcount_retry(&seqlock.seqcount, seq));
#else
	do {
		seq = read_seqbegin(&seqlock);
		x = data_race(a);
		y = data_race(b);
#ifdef USE
		x += data->value;
#endif
#ifdef NO_RETRY
		break;
#endif
	} while (read_seqretry(&seqlock, seq));
#endif
	assert(x == y);
}

static void update(void)
{
#if defined(TWO) && !defined(LOCK)
	write_seqcount_begin(&seqlock.seqcount);
	a++;
	b++;
	write_seqcount_end(&seqlock.seqcount);
#else
	write_seqlock(&seqlock);
	a++;
	b++;
#ifdef SELF
	(void)read_seqbegin(&seqlock);
#endif
#ifdef USE
	kfree(data);
	data = NULL;
#endif
#ifdef LEAVE
	spin_unlock(&seqlock.lock);
#else
	write_sequnlock(&seqlock);
#endif
#endif
}

THREAD(writer, NULL)
{
	update();
}

#ifdef TWO
THREAD(other, NULL)
{
	update();
}
#endif
