/* SPDX-License-Identifier: MIT */
/*
 * This file declares sequence counters. A reader looks at the counter, reads,
 * and looks again: if a writer was there, what it read may not fit together.
 * Writers must be kept from each other by a lock; seqlock_t has one. The number
 * that a reader is given says whether somebody writes, by its lowest bit, and
 * nothing else. It belongs to the latest look of the thread.
 */
#ifndef _LINUX_SEQLOCK_H
#define _LINUX_SEQLOCK_H

#include <linux/spinlock.h>
#include <linux/types.h>

typedef struct seqcount {
	int __native_seqcount;
} seqcount_t;

void seqcount_init(seqcount_t *s);
unsigned int read_seqcount_begin(seqcount_t *s);
unsigned int raw_read_seqcount(seqcount_t *s);
int read_seqcount_retry(seqcount_t *s, unsigned int start);
void write_seqcount_begin(seqcount_t *s);
void write_seqcount_end(seqcount_t *s);
void write_seqcount_invalidate(seqcount_t *s);

#define raw_read_seqcount_begin(s)	read_seqcount_begin(s)
#define raw_write_seqcount_begin(s)	write_seqcount_begin(s)
#define raw_write_seqcount_end(s)	write_seqcount_end(s)

/* Start to read if nobody writes; does not wait. */
#define raw_seqcount_try_begin(s, start) ({	\
	(start) = raw_read_seqcount(s);		\
	!((start) & 1);				\
})

typedef struct seqlock {
	seqcount_t seqcount;
	spinlock_t lock;
} seqlock_t;

#define DEFINE_SEQLOCK(name)	seqlock_t name

static inline unsigned int read_seqbegin(seqlock_t *sl)
{
	return read_seqcount_begin(&sl->seqcount);
}

static inline int read_seqretry(seqlock_t *sl, unsigned int start)
{
	return read_seqcount_retry(&sl->seqcount, start);
}

static inline void write_seqlock(seqlock_t *sl)
{
	spin_lock(&sl->lock);
	write_seqcount_begin(&sl->seqcount);
}

static inline void write_sequnlock(seqlock_t *sl)
{
	write_seqcount_end(&sl->seqcount);
	spin_unlock(&sl->lock);
}

#endif /* _LINUX_SEQLOCK_H */
