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

#endif /* _LINUX_SCHED_SIGNAL_H */
