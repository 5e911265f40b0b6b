/* SPDX-License-Identifier: MIT */
/*
 * This file declares the running thread. `current` is the task of the THREAD
 * that executes the code, and current->mm the mm that THREAD was given.
 */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

struct mm_struct;

struct task_struct {
	struct mm_struct *mm;
};

struct task_struct *__mmcheck_current(void);
#define current	(__mmcheck_current())

#ifdef MM_SIGNALS
int nondet(int lo, int hi);
#define fatal_signal_pending(task)	((void)(task), nondet(0, 1))
#else
#define fatal_signal_pending(task)	((void)(task), 0)
#endif

void might_sleep(void);
void cond_resched(void);

#endif /* _LINUX_SCHED_H */
