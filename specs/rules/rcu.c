// SPDX-License-Identifier: MIT
/*
 * rcu: how long may an object be used that was read under RCU?
 *
 * A writer publishes a new version of an object and frees the old one. The
 * reader may use what it read until the end of its read section, if the writer
 * waits that long: SYNC waits itself, CALL and KFREE leave it to a callback.
 * NOW does not wait. LATE goes on after the end of the section. LOCK reads
 * under a lock that the writer does not take: a lock is no read section, which
 * is how a reader of mmap_lock came to walk freed maple tree nodes (StackRot,
 * CVE-2023-3269). NESTED leaves an inner section only, and may go on.
 *
 * The rest breaks rules without help: OUTSIDE reads without a section, SLEEP
 * takes a mutex and WAIT waits for a grace period within one, OPEN does not end
 * it, EXTRA ends it twice, DEEP begins ever more inner ones, TWICE queues one callback twice, BOTH frees what is
 * queued, and BUSY sleeps in a callback. RESCHED is allowed: cond_resched() may
 * be called where RCU is preemptible.
 *
 * Result: SYNC: holds, 57 states
 * Result: CALL: holds, 63 states
 * Result: KFREE: holds, 57 states
 * Result: NESTED CALL: holds, 87 states
 * Result: RESCHED SYNC: holds, 57 states
 * Result: NOW: violated use-after-free
 * Result: LATE SYNC: violated use-after-free
 * Result: LATE CALL: violated use-after-free
 * Result: LOCK SYNC: violated use-after-free
 * Result: LOCK KFREE: violated use-after-free
 * Result: OUTSIDE SYNC: violated rcu-misuse
 * Result: SLEEP SYNC: violated rcu-misuse
 * Result: WAIT SYNC: violated rcu-misuse
 * Result: OPEN SYNC: violated rcu-misuse
 * Result: EXTRA SYNC: violated rcu-misuse
 * Result: DEEP SYNC: violated rcu-misuse
 * Result: TWICE CALL: violated rcu-misuse
 * Result: BOTH CALL: violated rcu-misuse
 * Result: BUSY CALL: violated atomic-sleep
 */

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <mmcheck.h>

struct config {
	int low, high;
	struct rcu_head rcu;
};

static struct config __rcu *config;
static struct mutex lock;

INIT
{
	struct config *c = kzalloc(sizeof(*c), GFP_KERNEL);

	c->low = 1;
	c->high = 2;
	rcu_assign_pointer(config, c);
}

THREAD(reader, NULL)
{
	struct config *c;

#if defined(OUTSIDE)
	c = rcu_dereference(config);
	assert(c->low < c->high);
#elif defined(LOCK)
	mutex_lock(&lock);
	c = rcu_access_pointer(config);
	assert(c->low < c->high);
	mutex_unlock(&lock);
#else
	rcu_read_lock();
	c = rcu_dereference(config);
#ifdef NESTED
	rcu_read_lock();
	rcu_read_unlock();
#endif
#ifdef DEEP
	for (int i = 0; i < 20; i++)
		rcu_read_lock();
	for (int i = 0; i < 20; i++)
		rcu_read_unlock();
#endif
#ifdef SLEEP
	mutex_lock(&lock);
	mutex_unlock(&lock);
#endif
#ifdef WAIT
	synchronize_rcu();
#endif
#ifdef RESCHED
	cond_resched();
#endif
#ifndef LATE
	assert(c->low < c->high);
#endif
#ifndef OPEN
	rcu_read_unlock();
#endif
#ifdef EXTRA
	rcu_read_unlock();
#endif
#ifdef LATE
	assert(c->low < c->high);
#endif
#endif
}

static void __maybe_unused config_free(struct rcu_head *head)
{
#ifdef BUSY
	mutex_lock(&lock);
	mutex_unlock(&lock);
#endif
	kfree(container_of(head, struct config, rcu));
}

THREAD(writer, NULL)
{
	struct config *new = kzalloc(sizeof(*new), GFP_KERNEL);
	struct config *old = rcu_access_pointer(config);

	new->low = 3;
	new->high = 4;
	rcu_assign_pointer(config, new);
#if defined(SYNC)
	synchronize_rcu();
	kfree(old);
#elif defined(CALL)
	call_rcu(&old->rcu, config_free);
#ifdef TWICE
	call_rcu(&old->rcu, config_free);
#endif
#ifdef BOTH
	kfree(old);
#endif
#elif defined(KFREE)
	kfree_rcu(old, rcu);
#else
	kfree(old);
#endif
}
