/* SPDX-License-Identifier: MIT */
/*
 * This file keeps tasks: their structure by a count of references, their mm by a lock,
 * alloc_lock. A thread of a spec has a reference to itself, which it never gives up.
 */
#ifndef _LINUX_SCHED_TASK_H
#define _LINUX_SCHED_TASK_H

#include <linux/bug.h>
#include <linux/refcount.h>
#include <linux/sched.h>

static inline struct task_struct *get_task_struct(struct task_struct *t)
{
	refcount_inc(&t->usage);
	return t;
}

static inline void put_task_struct(struct task_struct *t)
{
	bool last = refcount_dec_and_test(&t->usage);

	BUG_ON(last);	/* it runs */
}

static inline void task_lock(struct task_struct *p)
{
	spin_lock(&p->alloc_lock);
}

static inline void task_unlock(struct task_struct *p)
{
	spin_unlock(&p->alloc_lock);
}

#endif /* _LINUX_SCHED_TASK_H */
