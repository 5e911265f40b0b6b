/* SPDX-License-Identifier: MIT */
/*
 * This file defines SRCU: RCU of a domain of its own, whose readers may sleep. A reader
 * counts under the present index. A grace period turns to the other one, and is over
 * when nobody counts under the old one any more: who comes later is not waited for.
 * call_srcu() is not there.
 */
#ifndef _LINUX_SRCU_H
#define _LINUX_SRCU_H

#include <linux/bug.h>
#include <linux/lockdep.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <mmcheck.h>

struct srcu_struct {
	int index;
	int readers[2];
	bool turned;			/* a grace period is under way */
	struct lockdep_map dep_map;	/* who reads */
};

#define DEFINE_SRCU(name)		struct srcu_struct name
#define DEFINE_STATIC_SRCU(name)	static struct srcu_struct name

#define SRCU_INNER	2	/* a section inside of another one of the thread */

static inline int init_srcu_struct(struct srcu_struct *ssp)
{
	(void)ssp;
	return 0;
}

/* Nobody may read, or wait, any more. */
static inline void cleanup_srcu_struct(struct srcu_struct *ssp)
{
	bool used;

	ATOMIC {
		used = ssp->readers[0] || ssp->readers[1] || ssp->turned;
	}
	WARN_ON(used);
}

static inline int srcu_read_lock_held(const struct srcu_struct *ssp)
{
	return lockdep_is_held_type(&ssp->dep_map, 1);
}

/* The value is for srcu_read_unlock(). */
static inline int srcu_read_lock(struct srcu_struct *ssp)
{
	int idx, inner = srcu_read_lock_held(ssp) ? SRCU_INNER : 0;

	ATOMIC {
		idx = ssp->index;
		ssp->readers[idx]++;
	}
	if (!inner)
		rwsem_acquire_read(&ssp->dep_map, 0, 0, _RET_IP_);
	return idx | inner;
}

static inline void srcu_read_unlock(struct srcu_struct *ssp, int idx)
{
	ATOMIC {
		ssp->readers[idx & 1]--;
	}
	if (!(idx & SRCU_INNER))
		rwsem_release(&ssp->dep_map, _RET_IP_);
}

/* Wait until all who read now have left. */
static inline void synchronize_srcu(struct srcu_struct *ssp)
{
	int old;

	might_sleep();
	ATOMIC {
		WAIT_UNTIL(!ssp->turned);
		ssp->turned = true;
		old = ssp->index;
		ssp->index = !old;
	}
	ATOMIC {
		WAIT_UNTIL(!ssp->readers[old]);
		ssp->turned = false;
	}
}

#define synchronize_srcu_expedited(ssp)	synchronize_srcu(ssp)

#define srcu_dereference(p, ssp)	rcu_dereference_check(p, srcu_read_lock_held(ssp))
#define srcu_dereference_check(p, ssp, c) \
	rcu_dereference_check(p, (c) || srcu_read_lock_held(ssp))

#endif /* _LINUX_SRCU_H */
