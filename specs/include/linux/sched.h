/* SPDX-License-Identifier: MIT */
/*
 * This file declares the running thread. `current` is the task of the THREAD
 * that executes the code, and current->mm the mm that THREAD was given.
 */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/sched/debug.h>

struct mm_struct;
struct vm_area_struct;

/* Does every task remember a VMA that it found (<linux/vmacache.h>)? */
#ifndef MM_VMACACHE
#define MM_VMACACHE	0
#endif

struct task_struct {
	struct mm_struct *mm;
#if MM_VMACACHE
	unsigned int vmacache_seqnum;
	struct vm_area_struct *vmacache;
#endif
};

struct task_struct *__mmcheck_current(void);
#define current	(__mmcheck_current())

/* What a task says of itself before it calls schedule(). */
#define TASK_RUNNING		0x000
#define TASK_INTERRUPTIBLE	0x001
#define TASK_UNINTERRUPTIBLE	0x002
#define TASK_KILLABLE		0x102

void set_current_state(int state);
#define __set_current_state(state)	set_current_state(state)
int wake_up_process(struct task_struct *task);

/* Sleep until somebody makes the task running. Where MM_SIGNALS is defined, a
 * fatal signal does so too, if the state allows it. */
#ifdef MM_SIGNALS
int nondet(int lo, int hi);
int __mmcheck_schedule_signals(void);
#define schedule()			((void)__mmcheck_schedule_signals())
#define __mmcheck_signalled()		__mmcheck_schedule_signals()
#define fatal_signal_pending(task)	((void)(task), nondet(0, 1))
#else
void __mmcheck_schedule(void);
#define schedule()			__mmcheck_schedule()
#define __mmcheck_signalled()		({ __mmcheck_schedule(); 0; })
#define fatal_signal_pending(task)	((void)(task), 0)
#endif

void might_sleep(void);
void cond_resched(void);

#endif /* _LINUX_SCHED_H */
