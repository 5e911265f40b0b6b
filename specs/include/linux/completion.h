/* SPDX-License-Identifier: MIT */
/*
 * This file defines the completion: a count of events that have happened and
 * were not waited for yet. complete() does not touch it after a waiter may have
 * gone on, so that it may live on the waiter's stack.
 */
#ifndef _LINUX_COMPLETION_H
#define _LINUX_COMPLETION_H

#include <linux/types.h>
#include <mmcheck.h>

struct completion {
	int done;
};

#define COMPLETION_ALL	0x7fffffff

#define DECLARE_COMPLETION(name)	struct completion name
#define DECLARE_COMPLETION_ONSTACK(name) DECLARE_COMPLETION(name)

static inline void init_completion(struct completion *x)
{
	x->done = 0;
}

static inline void complete(struct completion *x)
{
	ATOMIC {
		if (x->done != COMPLETION_ALL)
			x->done++;
	}
}

static inline void complete_all(struct completion *x)
{
	x->done = COMPLETION_ALL;
}

static inline void wait_for_completion(struct completion *x)
{
	might_sleep();
	ATOMIC {
		WAIT_UNTIL(x->done != 0);
		if (x->done != COMPLETION_ALL)
			x->done--;
	}
}

static inline bool try_wait_for_completion(struct completion *x)
{
	bool done;

	ATOMIC {
		done = x->done != 0;
		if (done && x->done != COMPLETION_ALL)
			x->done--;
	}
	return done;
}

static inline bool completion_done(struct completion *x)
{
	return x->done != 0;
}

#endif /* _LINUX_COMPLETION_H */
