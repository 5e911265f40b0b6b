/* SPDX-License-Identifier: MIT */
/*
 * This file counts references with percpu_ref. The kernel spreads the count over all
 * processors until percpu_ref_kill(); here it is one number all the time, since the sum is
 * what counts: as long as the reference is alive, that of its owner keeps it above zero.
 */
#ifndef _LINUX_PERCPU_REFCOUNT_H
#define _LINUX_PERCPU_REFCOUNT_H

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/rcupdate.h>

struct percpu_ref;

typedef void (percpu_ref_func_t)(struct percpu_ref *ref);

#define PERCPU_REF_INIT_ATOMIC	1
#define PERCPU_REF_INIT_DEAD	2
#define PERCPU_REF_ALLOW_REINIT	4

struct percpu_ref {
	atomic_long_t count;
	bool dying;
	percpu_ref_func_t *release;
};

static inline int percpu_ref_init(struct percpu_ref *ref, percpu_ref_func_t *release,
				  unsigned int flags, gfp_t gfp)
{
	(void)gfp;
	ref->release = release;
	WRITE_ONCE(ref->dying, (flags & PERCPU_REF_INIT_DEAD) != 0);
	atomic_long_set(&ref->count, flags & PERCPU_REF_INIT_DEAD ? 0 : 1);
	return 0;
}

static inline void percpu_ref_exit(struct percpu_ref *ref) { (void)ref; }

static inline void percpu_ref_get_many(struct percpu_ref *ref, unsigned long nr)
{
	atomic_long_add(nr, &ref->count);
}

static inline void percpu_ref_get(struct percpu_ref *ref) { percpu_ref_get_many(ref, 1); }

static inline bool percpu_ref_tryget(struct percpu_ref *ref)
{
	return atomic_long_inc_not_zero(&ref->count);
}

/* Not any more once it was killed: who uses the pointer to it has to be in a section of RCU. */
static inline bool percpu_ref_tryget_live_rcu(struct percpu_ref *ref)
{
	bool got = false;

	WARN_ON_ONCE(!rcu_read_lock_held());
	ATOMIC {
		if (!ref->dying) {
			atomic_long_inc(&ref->count);
			got = true;
		}
	}
	return got;
}

static inline bool percpu_ref_tryget_live(struct percpu_ref *ref)
{
	bool got;

	rcu_read_lock();
	got = percpu_ref_tryget_live_rcu(ref);
	rcu_read_unlock();
	return got;
}

static inline void percpu_ref_put_many(struct percpu_ref *ref, unsigned long nr)
{
	if (atomic_long_sub_and_test(nr, &ref->count))
		ref->release(ref);
}

static inline void percpu_ref_put(struct percpu_ref *ref) { percpu_ref_put_many(ref, 1); }

/* The owner gives its reference up: release() is called by whoever drops the last one. */
static inline void percpu_ref_kill(struct percpu_ref *ref)
{
	WARN_ON_ONCE(ref->dying);
	WRITE_ONCE(ref->dying, true);
	percpu_ref_put(ref);
}

static inline bool percpu_ref_is_dying(struct percpu_ref *ref) { return READ_ONCE(ref->dying); }

static inline bool percpu_ref_is_zero(struct percpu_ref *ref)
{
	return READ_ONCE(ref->dying) && atomic_long_read(&ref->count) == 0;
}

#endif /* _LINUX_PERCPU_REFCOUNT_H */
