// SPDX-License-Identifier: MIT
/*
 * lock_class: may threads request locks in different orders?
 *
 * No: some other thread may be there in the kernel, at another time. Two threads
 * take two locks; in the order of KEEP, and the other way round in BREAK, which is
 * a deadlock at once. RENDEZVOUS keeps them apart in time, so that they never meet:
 * the order is as wrong as before. READERS takes the first lock for reading only; a
 * writer that queues makes it a deadlock. THREE has a circle of three locks.
 *
 * TRY does not wait for its second lock. PARENT and CHILD are locks of one class,
 * taken with a nesting level for the parent; LEVELS gives the levels the wrong way
 * round in the other thread. EITHER decides once which order is used by all. In
 * CALLBACK the other order is that of an RCU callback, in LAST that of FINAL, which
 * is alone then: lockdep would remember it. ENDED comes after two that keep the order.
 *
 * Result: KEEP: holds
 * Result: BREAK: violated deadlock
 * Result: RENDEZVOUS: violated lock-order
 * Result: READERS: violated lock-order
 * Result: THREE: violated lock-order
 * Result: TRY: holds
 * Result: PARENT: holds
 * Result: LEVELS: violated lock-order
 * Result: EITHER: holds
 * Result: CALLBACK: violated lock-order
 * Result: LAST: violated lock-order
 * Result: ENDED: holds
 */

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <mmcheck.h>

struct dir {
	struct mutex lock;
};

static DECLARE_RWSEM(first);
static DEFINE_MUTEX(second);
static DEFINE_MUTEX(third);
static struct dir parent, child;
static bool turned, done;

INIT
{
#ifdef EITHER
	turned = nondet(0, 1);
#endif
}

static void lock_first(void)
{
#ifdef READERS
	down_read(&first);
#else
	down_write(&first);
#endif
}

static void unlock_first(void)
{
#ifdef READERS
	up_read(&first);
#else
	up_write(&first);
#endif
}

static void in_order(void)
{
	lock_first();
	mutex_lock(&second);
	mutex_unlock(&second);
	unlock_first();
}

static void in_reverse(void)
{
	mutex_lock(&second);
#ifdef TRY
	if (down_write_trylock(&first))
		unlock_first();
#else
	lock_first();
	unlock_first();
#endif
	mutex_unlock(&second);
}

static void family(void)
{
	mutex_lock_nested(&parent.lock, 1);
	mutex_lock(&child.lock);
	mutex_unlock(&child.lock);
	mutex_unlock(&parent.lock);
}

#ifdef CALLBACK
static DEFINE_SPINLOCK(inner);
static DEFINE_SPINLOCK(outer);
static struct rcu_head head;

static void called_back(struct rcu_head *unused)
{
	(void)unused;
	spin_lock(&inner);
	spin_lock(&outer);
	spin_unlock(&outer);
	spin_unlock(&inner);
}

static void queue_after_use(void)
{
	spin_lock(&outer);
	spin_lock(&inner);
	spin_unlock(&inner);
	spin_unlock(&outer);
	call_rcu(&head, called_back);
}
#endif

THREAD(one, NULL)
{
#if defined(CALLBACK)
	queue_after_use();
#elif defined(PARENT) || defined(LEVELS)
	family();
#elif defined(EITHER)
	if (turned)
		in_reverse();
	else
		in_order();
#else
	in_order();
	done = true;
#endif
}

THREAD(two, NULL)
{
#if defined(PARENT)
	family();
#elif defined(LEVELS)
	mutex_lock(&parent.lock);
	mutex_lock_nested(&child.lock, 1);
	mutex_unlock(&child.lock);
	mutex_unlock(&parent.lock);
#elif defined(LAST) || defined(ENDED)
	in_order();
#elif defined(EITHER)
	if (turned)
		in_reverse();
	else
		in_order();
#elif defined(THREE)
	WAIT_UNTIL(done);
	mutex_lock(&second);
	mutex_lock(&third);
	mutex_unlock(&third);
	mutex_unlock(&second);
#elif defined(RENDEZVOUS)
	WAIT_UNTIL(done);
	in_reverse();
#elif defined(KEEP) || defined(CALLBACK)
	in_order();
#else
	in_reverse();
#endif
}

#ifdef THREE
THREAD(three, NULL)
{
	WAIT_UNTIL(done);
	mutex_lock(&third);
	lock_first();
	unlock_first();
	mutex_unlock(&third);
}
#endif

#if defined(LAST) || defined(ENDED)
FINAL
{
#ifdef LAST
	in_reverse();
#else
	in_order();
#endif
}
#endif
