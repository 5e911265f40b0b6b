// SPDX-License-Identifier: MIT
/*
 * completion: does a waiter wait for as many events as it has to?
 *
 * Result: holds
 * Result: ALL: holds
 * Result: TOO_FEW: violated deadlock
 * Result: ATOMIC_CONTEXT: violated atomic-sleep
 */

#include <linux/completion.h>
#include <linux/spinlock.h>
#include <mmcheck.h>

static DECLARE_COMPLETION(event);
static struct completion again[2];
static DEFINE_SPINLOCK(lock);
static int made, turns;

static struct completion *second(void)
{
	turns++;
	return &again[1];
}

THREAD(alone, NULL)
{
	init_completion(second());
	assert(!completion_done(second()) && !try_wait_for_completion(second()));
	complete(second());
	complete(&again[turns - 3]);
	assert(turns == 4 && completion_done(&again[1]));
	assert(try_wait_for_completion(second()) && completion_done(second()));
	wait_for_completion(second());
	assert(!completion_done(second()) && !completion_done(&again[0]));
	complete_all(second());
	complete(second());
	wait_for_completion(second());
	assert(try_wait_for_completion(second()) && completion_done(second()));
}

THREAD(maker, NULL)
{
	WRITE_ONCE(made, 1);
#ifdef ALL
	complete_all(&event);
#else
	complete(&event);
#ifndef TOO_FEW
	complete(&event);
#endif
#endif
}

THREADS(waiter, 2, NULL)
{
#ifdef ATOMIC_CONTEXT
	spin_lock(&lock);
#endif
	wait_for_completion(&event);
	assert(READ_ONCE(made) == 1);
#ifdef ATOMIC_CONTEXT
	spin_unlock(&lock);
#endif
}
