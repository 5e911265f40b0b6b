/* SPDX-License-Identifier: MIT */
/*
 * This file defines rcuwait: a wait queue for one task, without a lock. The
 * waiter shows itself before it tests the condition, the waker makes the
 * condition true before it looks for a waiter: one of them sees the other.
 */
#ifndef _LINUX_RCUWAIT_H
#define _LINUX_RCUWAIT_H

#include <linux/errno.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

struct rcuwait {
	struct task_struct __rcu *task;
};

static inline void rcuwait_init(struct rcuwait *w)
{
	w->task = NULL;
}

static inline int rcuwait_active(struct rcuwait *w)
{
	return w->task != NULL;
}

static inline int rcuwait_wake_up(struct rcuwait *w)
{
	struct task_struct *task;
	int woken = 0;

	smp_mb();	/* with that of set_current_state(): either sees the other */
	rcu_read_lock();
	task = rcu_dereference(w->task);
	if (task)
		woken = wake_up_process(task);
	rcu_read_unlock();
	return woken;
}

static inline void prepare_to_rcuwait(struct rcuwait *w)
{
	rcu_assign_pointer(w->task, current);
}

static inline void finish_rcuwait(struct rcuwait *w)
{
	rcu_assign_pointer(w->task, NULL);
	set_current_state(TASK_RUNNING);
}

/* 0, or -EINTR where a signal came that the state lets through. */
#define rcuwait_wait_event(w, cond, state) ({	\
	int __signal = 0, __ret = 0;		\
	prepare_to_rcuwait(w);			\
	for (;;) {				\
		set_current_state(state);	\
		if (cond)			\
			break;			\
		if (__signal) {			\
			__ret = -EINTR;		\
			break;			\
		}				\
		__signal = __mmcheck_signalled();	\
	}					\
	finish_rcuwait(w);			\
	__ret;					\
})

#endif /* _LINUX_RCUWAIT_H */
