// SPDX-License-Identifier: MIT
/*
 * srcu: who is waited for, and by whom?
 *
 * Result: holds
 * Result: EARLY: violated use-after-free
 * Result: OTHER: violated use-after-free
 * Result: INSIDE: violated deadlock
 * Result: OPEN: violated lock-leak
 * Result: BARE: violated rcu-misuse
 * Result: USED: violated assert
 * Result: ATOMIC_WAIT: violated atomic-sleep
 */

#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <mmcheck.h>

DEFINE_SRCU(domain);
DEFINE_STATIC_SRCU(other);
static DEFINE_MUTEX(lock);
static DEFINE_MUTEX(writers);
static DEFINE_SPINLOCK(spin);

struct item {
	int v;
};

static struct item *slot;

INIT
{
	slot = kzalloc(sizeof(*slot), GFP_KERNEL);
	assert(!init_srcu_struct(&domain) && !srcu_read_lock_held(&domain));
}

THREAD(reader, NULL)
{
	struct item *item;
	int outer = srcu_read_lock(&domain), inner;

	inner = srcu_read_lock(&domain);
	mutex_lock(&lock);	/* it may sleep */
	item = srcu_dereference(slot, &domain);
	mutex_unlock(&lock);
#ifdef INSIDE
	synchronize_srcu(&domain);
#endif
	srcu_read_unlock(&domain, inner);
	assert(srcu_read_lock_held(&domain) && !srcu_read_lock_held(&other));
#ifdef EARLY
	srcu_read_unlock(&domain, outer);
#endif
	if (item)
		assert(!READ_ONCE(item->v));
	(void)outer;
#if !defined(EARLY) && !defined(OPEN)
	srcu_read_unlock(&domain, outer);
#endif
#ifdef BARE
	item = srcu_dereference(slot, &domain);
#endif
	item = srcu_dereference_check(slot, &domain, 1);
}

THREADS(writer, 2, NULL)
{
	struct item *item;

	mutex_lock(&writers);
	item = slot;
	rcu_assign_pointer(slot, NULL);
	mutex_unlock(&writers);
#ifdef OTHER
	synchronize_srcu(&other);
#else
	synchronize_srcu(&domain);
#endif
	kfree(item);
#ifdef ATOMIC_WAIT
	spin_lock(&spin);
#endif
	synchronize_srcu_expedited(&other);
#ifdef ATOMIC_WAIT
	spin_unlock(&spin);
#endif
	(void)spin;
#ifdef USED
	cleanup_srcu_struct(&domain);
#endif
}

FINAL
{
	cleanup_srcu_struct(&domain);
}
