// SPDX-License-Identifier: MIT
/*
 * list_rcu: how does an entry leave a list that others walk without a lock?
 *
 * By list_del_rcu(), which lets its own pointer to the next entry stand, and it is
 * freed behind a grace period (or by kfree_rcu(), RCU). Freed at once (FREE), and the
 * walk goes on from freed memory; taken out by list_del() (DEL), and it goes on from
 * the poison that this leaves. One who takes a reference to what was found and looks
 * at it later does not get what left meanwhile (LATE).
 *
 * Result: holds
 * Result: RCU: holds
 * Result: FREE: violated use-after-free
 * Result: DEL: violated null-deref
 * Result: LATE: violated use-after-free
 */

#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <mmcheck.h>

struct item {
	int v;
	struct list_head link;
	struct rcu_head rcu;
};

static LIST_HEAD(items);
static DEFINE_SPINLOCK(lock);

INIT
{
	struct item *a = kzalloc(sizeof(*a), GFP_KERNEL);
	struct item *b = kzalloc(sizeof(*b), GFP_KERNEL);

	a->v = 1;
	b->v = 2;
	list_add_tail_rcu(&a->link, &items);
	list_add_tail_rcu(&b->link, &items);
}

THREAD(walk, NULL)
{
	struct item *item, *found = NULL;

	rcu_read_lock();
	list_for_each_entry_rcu(item, &items, link)
		if (item->v == 1)
			found = item;
#ifdef LATE
	rcu_read_unlock();
#endif
	if (found)
		assert(found->v == 1);
#ifndef LATE
	rcu_read_unlock();
#endif
}

THREAD(remove, NULL)
{
	struct item *item;

	spin_lock(&lock);
	item = list_first_entry(&items, struct item, link);
#ifdef DEL
	list_del(&item->link);
#else
	list_del_rcu(&item->link);
#endif
	spin_unlock(&lock);
#ifdef RCU
	kfree_rcu(item, rcu);
#else
#ifndef FREE
	synchronize_rcu();
#endif
	kfree(item);
#endif
}

THREAD(add, NULL)
{
	struct item *item = kzalloc(sizeof(*item), GFP_KERNEL);

	item->v = 3;
	spin_lock(&lock);
	list_add_rcu(&item->link, &items);
	spin_unlock(&lock);
}

MM_POOL(item, 3);
