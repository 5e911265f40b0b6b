// SPDX-License-Identifier: MIT
/*
 * percpu_refcount: is an object there as long as somebody has a reference, and are there no
 * new ones once its owner gave it up?
 *
 * Result: holds
 * Result: UNTRIED: violated use-after-free
 * Result: NO_RCU: violated use-after-free
 */

#include <linux/percpu-refcount.h>
#include <linux/slab.h>
#include <mmcheck.h>

struct context {
	struct percpu_ref ref;
	struct rcu_head rcu;
	int value;
};

static struct context *published;

static void __maybe_unused free_context(struct rcu_head *head)
{
	kfree(container_of(head, struct context, rcu));
}

static void release_context(struct percpu_ref *ref)
{
	struct context *c = container_of(ref, struct context, ref);

	assert(percpu_ref_is_zero(ref) && percpu_ref_is_dying(ref) && !percpu_ref_tryget(ref));
	percpu_ref_exit(ref);
#ifdef NO_RCU
	kfree(c);
#else
	call_rcu(&c->rcu, free_context);
#endif
}

INIT
{
	published = kzalloc(sizeof(*published), GFP_KERNEL);
	assert(!percpu_ref_init(&published->ref, release_context, 0, GFP_KERNEL));
}

THREAD(user, NULL)
{
	struct context *c;

	rcu_read_lock();
	c = rcu_dereference(published);
#ifndef UNTRIED
	if (c && !percpu_ref_tryget_live(&c->ref))
		c = NULL;
#endif
	rcu_read_unlock();
	if (!c)
		return;
	assert(!READ_ONCE(c->value));
#ifndef UNTRIED
	percpu_ref_get(&c->ref);
	percpu_ref_put_many(&c->ref, 2);
#endif
}

THREAD(owner, NULL)
{
	struct context *c = published;

	rcu_assign_pointer(published, NULL);
	percpu_ref_kill(&c->ref);
}
