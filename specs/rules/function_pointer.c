// SPDX-License-Identifier: MIT
/*
 * function_pointer: may a driver go while one of its operations is called?
 *
 * Only if the driver waits for whoever may still be in it. A caller that has looked
 * at the pointer in a read section of RCU calls what it led to then; the driver sets
 * it to NULL, waits for a grace period, and frees its state. Without the wait the
 * operation uses what is freed (FREE). Looked at twice, the pointer may be NULL the
 * second time (TWICE). The table may be changed, too, and then it is the other
 * operation that runs (OTHER). An operation that a driver may lack has to be looked
 * for before it is called (NONE).
 *
 * Result: holds
 * Result: FREE: violated use-after-free
 * Result: TWICE: violated null-deref
 * Result: OTHER: holds
 * Result: OTHER WRONG: violated assert
 * Result: OTHER NONE: violated null-deref
 * Result: OTHER NONE ASK: holds
 */

#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <mmcheck.h>

struct state {
	int users;
};

struct operations {
	int (*count)(struct state *state);
};

struct driver {
	const struct operations *ops;
	struct state *state;
};

static int count(struct state *state)
{
	return READ_ONCE(state->users);
}

static int __maybe_unused count_more(struct state *state)
{
	return READ_ONCE(state->users) + 1;
}

static const struct operations plain = { .count = count };
#ifndef NONE
static const struct operations more = { .count = count_more };
#else
static const struct operations more;
#endif
static struct driver driver = { .ops = &plain };

INIT
{
	driver.state = kzalloc(sizeof(*driver.state), GFP_KERNEL);
}

THREAD(caller, NULL)
{
	const struct operations *ops;
	int n;

	rcu_read_lock();
	ops = rcu_dereference(driver.ops);
	if (ops) {
#ifdef TWICE
		ops = rcu_dereference(driver.ops);
#endif
#ifdef ASK
		n = ops->count ? ops->count(driver.state) : 1;
#else
		n = ops->count(driver.state);
#endif
#ifdef WRONG
		assert(n == 0);
#else
		assert(n == (ops == &more));
#endif
	}
	rcu_read_unlock();
}

THREAD(remove, NULL)
{
	struct state *state = driver.state;

#ifdef OTHER
	rcu_assign_pointer(driver.ops, &more);
#endif
	rcu_assign_pointer(driver.ops, NULL);
#ifndef FREE
	synchronize_rcu();
#endif
	kfree(state);
}
