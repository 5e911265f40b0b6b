// SPDX-License-Identifier: MIT
/*
 * unlock_tail: may a lock be freed by whoever gets it next?
 *
 * An unlock with waiters releases the lock first and wakes them after that,
 * for which it looks at the lock again: whoever was let in by the first step
 * may have freed it (RWSEM, MUTEX). A spinlock is released by a single store
 * (SPIN). The read lock of a VMA is dropped under RCU for this reason, and the
 * VMA is freed by RCU (GRACE). ALONE has nobody who waits: an rw_semaphore is
 * not looked at again then.
 *
 * Result: RWSEM: violated use-after-free
 * Result: MUTEX: violated use-after-free
 * Result: SPIN: holds, 24 states
 * Result: GRACE: holds, 58 states
 * Result: ALONE: holds, 31 states
 */

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <mmcheck.h>

struct thing {
#if defined(MUTEX)
	struct mutex lock;
#elif defined(SPIN)
	spinlock_t lock;
#else
	struct rw_semaphore lock;
#endif
	bool used;
	struct rcu_head rcu;
};

static struct thing *thing;

INIT
{
	thing = kzalloc(sizeof(*thing), GFP_KERNEL);
	thing->used = true;
}

/* The user has the lock when the other one starts. */
THREAD(user, NULL)
{
	struct thing *t = thing;

#if defined(MUTEX)
	mutex_lock(&t->lock);
	t->used = false;
	mutex_unlock(&t->lock);
#elif defined(SPIN)
	spin_lock(&t->lock);
	t->used = false;
	spin_unlock(&t->lock);
#else
	down_read(&t->lock);
	t->used = false;
#ifdef GRACE
	rcu_read_lock();
#endif
	up_read(&t->lock);
#ifdef GRACE
	rcu_read_unlock();
#endif
#endif
}

/* Frees the object when it has the lock and the user is done with it. */
THREAD(owner, NULL)
{
	struct thing *t = thing;
	bool used;

#if defined(MUTEX)
	mutex_lock(&t->lock);
	used = t->used;
	mutex_unlock(&t->lock);
#elif defined(SPIN)
	spin_lock(&t->lock);
	used = t->used;
	spin_unlock(&t->lock);
#elif defined(ALONE)
	if (!down_write_trylock(&t->lock))
		return;
	used = t->used;
	up_write(&t->lock);
#else
	down_write(&t->lock);
	used = t->used;
	up_write(&t->lock);
#endif
	if (used)
		return;
	thing = NULL;
#ifdef GRACE
	kfree_rcu(t, rcu);
#else
	kfree(t);
#endif
}
