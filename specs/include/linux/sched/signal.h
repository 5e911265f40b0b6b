/* SPDX-License-Identifier: MIT */
/*
 * This file asks for signals. They come in specs with MM_SIGNALS, then at any time, and
 * all are fatal (<linux/sched.h>).
 */
#ifndef _LINUX_SCHED_SIGNAL_H
#define _LINUX_SCHED_SIGNAL_H

#include <linux/sched.h>
#include <linux/sched/task.h>

#define signal_pending(task)	fatal_signal_pending(task)

/* Does a signal wake a task in that state? */
#define signal_pending_state(state, task) \
	(((state) & (TASK_INTERRUPTIBLE | TASK_WAKEKILL)) && signal_pending(task))

#define RLIMIT_CPU	0
#define RLIMIT_FSIZE	1
#define RLIMIT_DATA	2
#define RLIMIT_STACK	3
#define RLIMIT_CORE	4
#define RLIMIT_RSS	5
#define RLIMIT_NPROC	6
#define RLIMIT_NOFILE	7
#define RLIMIT_MEMLOCK	8
#define RLIMIT_AS	9
#define RLIM_INFINITY	(~0UL)

/* Nothing may be allowed, or everything. */
#define rlimit(limit)		(nondet(0, 1) ? RLIM_INFINITY : 0UL)
#define rlimit_max(limit)	rlimit(limit)
#define task_rlimit(task, limit)	((void)(task), rlimit(limit))
int nondet(int lo, int hi);

#endif /* _LINUX_SCHED_SIGNAL_H */
