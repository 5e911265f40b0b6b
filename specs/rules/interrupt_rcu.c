// SPDX-License-Identifier: MIT
/*
 * interrupt_rcu: may the handler of an interrupt look at what is freed by RCU?
 *
 * Yes, without rcu_read_lock(): a grace period waits until it has ended (WAIT,
 * CALLBACK). What is freed at once may be gone (FREE). For rcu_dereference() lockdep
 * wants a section nevertheless (BARE). A section that the handler begins is to end in
 * it (LEAVE).
 *
 * Result: WAIT: holds
 * Result: CALLBACK: holds
 * Result: FREE: violated use-after-free
 * Result: BARE: violated rcu-misuse
 * Result: LEAVE: violated rcu-misuse
 */

#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <mmcheck.h>

struct event {
	int value;
	struct rcu_head rcu;
};

static struct event *latest;

INIT
{
	latest = kzalloc(sizeof(*latest), GFP_KERNEL);
}

IRQ(tick)
{
	struct event *event;

#ifdef LEAVE
	rcu_read_lock();
#endif
#ifdef BARE
	event = rcu_dereference(latest);
#else
	event = READ_ONCE(latest);
#endif
	if (event)
		assert(READ_ONCE(event->value) == 0);
}

THREAD(remove, NULL)
{
	struct event *event = latest;

	rcu_assign_pointer(latest, NULL);
#if defined(CALLBACK)
	kfree_rcu(event, rcu);
#elif defined(FREE)
	kfree(event);
#else
	synchronize_rcu();
	kfree(event);
#endif
}
