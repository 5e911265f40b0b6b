// SPDX-License-Identifier: MIT
/*
 * atomic_rcu: does a grace period wait for who holds a spin lock?
 *
 * It does, as for everybody who has switched off preemption, softirqs or interrupts:
 * what is freed by RCU may be looked at under any such lock, without rcu_read_lock()
 * (SPIN, SPIN_BH, SPIN_IRQ, RAW, RWLOCK, PREEMPT, SOFTIRQ), and an object of a
 * type-stable cache as well (TYPESAFE); until the last of these ends (NESTED), and no
 * longer (LATE, TYPESAFE LATE). A mutex promises nothing (MUTEX). What is freed at once
 * may be gone (FREE), and what is freed with its own lock held is wrong (HELD). For
 * rcu_dereference(), lockdep wants a section nevertheless (BARE), or the lock as the
 * condition of rcu_dereference_check(). To wait for a grace period is to wait for who
 * spins (WAIT), which nobody does who is spun for (STUCK).
 *
 * Result: SPIN: holds
 * Result: SPIN_BH: holds
 * Result: SPIN_IRQ: holds
 * Result: RAW: holds
 * Result: RWLOCK: holds
 * Result: PREEMPT: holds
 * Result: SOFTIRQ: holds
 * Result: NESTED: holds
 * Result: WAIT: holds
 * Result: TYPESAFE: holds
 * Result: LATE: violated use-after-free
 * Result: SOFTIRQ LATE: violated use-after-free
 * Result: TYPESAFE LATE: violated use-after-free
 * Result: MUTEX: violated use-after-free
 * Result: FREE: violated use-after-free
 * Result: BARE: violated rcu-misuse
 * Result: STUCK: violated deadlock
 * Result: HELD: violated bad-free
 */

#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/rwlock.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <mmcheck.h>

struct thing {
	int value;
	struct rcu_head rcu;
#ifdef HELD
	spinlock_t lock;
#endif
};

#if defined(TYPESAFE) || defined(HELD)
MM_TYPESAFE_BY_RCU(thing);
#endif

static struct thing *slot;
static bool done;

#if defined(SPIN_BH)
static DEFINE_SPINLOCK(lock);
#define ENTER() spin_lock_bh(&lock)
#define LEAVE() spin_unlock_bh(&lock)
#elif defined(SPIN_IRQ)
static DEFINE_SPINLOCK(lock);
#define ENTER() spin_lock_irq(&lock)
#define LEAVE() spin_unlock_irq(&lock)
#elif defined(RAW)
static DEFINE_RAW_SPINLOCK(lock);
#define ENTER() raw_spin_lock(&lock)
#define LEAVE() raw_spin_unlock(&lock)
#elif defined(RWLOCK)
static DEFINE_RWLOCK(lock);
#define ENTER() read_lock(&lock)
#define LEAVE() read_unlock(&lock)
#elif defined(PREEMPT)
#define ENTER() preempt_disable()
#define LEAVE() preempt_enable()
#elif defined(SOFTIRQ)
#define ENTER() local_bh_disable()
#define LEAVE() local_bh_enable()
#elif defined(MUTEX)
static DEFINE_MUTEX(lock);
#define ENTER() mutex_lock(&lock)
#define LEAVE() mutex_unlock(&lock)
#elif defined(NESTED)
static DEFINE_SPINLOCK(lock);
#define ENTER() do { preempt_disable(); spin_lock(&lock); rcu_read_lock(); } while (0)
#define LEAVE() do { rcu_read_unlock(); spin_unlock(&lock); } while (0)
#else
static DEFINE_SPINLOCK(lock);
#define ENTER() spin_lock(&lock)
#define LEAVE() spin_unlock(&lock)
#endif

INIT
{
	slot = kzalloc(sizeof(*slot), GFP_KERNEL);
}

THREAD(look, NULL)
{
	struct thing *t;

#ifdef HELD
	t = READ_ONCE(slot);
	if (t) {
		spin_lock(&t->lock);
		spin_unlock(&t->lock);
	}
#else
	ENTER();
#ifdef BARE
	t = rcu_dereference(slot);
#else
	t = rcu_dereference_check(slot, true);
#endif
#ifdef LATE
	LEAVE();
#endif
	if (t)
		assert(READ_ONCE(t->value) == 0);
#ifdef STUCK
	WAIT_UNTIL(done);
#endif
#ifndef LATE
	LEAVE();
#endif
#ifdef NESTED
	if (t)
		assert(READ_ONCE(t->value) == 0);
	preempt_enable();
#endif
#endif
}

THREAD(remove, NULL)
{
	struct thing *t = slot;

#ifdef HELD
	spin_lock(&t->lock);
#endif
	rcu_assign_pointer(slot, NULL);
#if defined(FREE) || defined(TYPESAFE) || defined(HELD)
	kfree(t);
#elif defined(WAIT) || defined(STUCK)
	synchronize_rcu();
	kfree(t);
#else
	kfree_rcu(t, rcu);
#endif
	WRITE_ONCE(done, true);
}
