/* SPDX-License-Identifier: MIT */
/*
 * This file declares the running thread. `current` is the task of the THREAD
 * that executes the code, and current->mm the mm that THREAD was given.
 */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/limits.h>
#include <linux/refcount_types.h>
#include <asm/processor.h>
#include <linux/sched/debug.h>
#include <linux/spinlock.h>

struct mm_struct;
struct vm_area_struct;

/* Does every task remember a VMA that it found (<linux/vmacache.h>)? */
#ifndef MM_VMACACHE
#define MM_VMACACHE	0
#endif

typedef int pid_t;

#define TASK_COMM_LEN	16

struct task_struct {
	struct mm_struct *mm;
	refcount_t usage;
	unsigned int flags;		/* PF_ bits: none, but what a spec sets */
	pid_t pid, tgid;		/* by THREAD; identical threads share them */
	spinlock_t alloc_lock;		/* keeps mm: task_lock() */
	char comm[TASK_COMM_LEN];
#if MM_VMACACHE
	unsigned int vmacache_seqnum;
	struct vm_area_struct *vmacache;
#endif
#ifdef MM_MEMBERS_task_struct
	MM_MEMBERS_task_struct
#endif
};

#define PF_EXITING	0x00000004
#define PF_DUMPCORE	0x00000200
#define PF_SIGNALED	0x00000400
#define PF_MEMALLOC	0x00000800
#define PF_KTHREAD	0x00200000

struct task_struct *__mmcheck_current(void);
#define current	(__mmcheck_current())

/* What a task says of itself before it calls schedule(). */
#define TASK_RUNNING		0x000
#define TASK_INTERRUPTIBLE	0x001
#define TASK_UNINTERRUPTIBLE	0x002
#define TASK_WAKEKILL		0x100
#define TASK_KILLABLE		(TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_NORMAL		(TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)

void set_current_state(int state);
#define __set_current_state(state)	set_current_state(state)
int wake_up_process(struct task_struct *task);
#define wake_up_state(task, state)	wake_up_process(task)

/* Sleep until somebody makes the task running. Where MM_SIGNALS is defined, a
 * fatal signal does so too, if the state allows it. */
int nondet(int lo, int hi);
#ifdef MM_SIGNALS
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

/* How much time is left, of a sleep that ends by itself: here at any time. */
#define MAX_SCHEDULE_TIMEOUT	LONG_MAX
#define schedule_timeout(timeout) ({				\
	long __left = (timeout);				\
	might_sleep();						\
	if (__left == MAX_SCHEDULE_TIMEOUT) {			\
		schedule();					\
	} else {						\
		__set_current_state(TASK_RUNNING);		\
		if (nondet(0, 1))				\
			__left = 0;				\
	}							\
	__left;							\
})
#define __mmcheck_sleep_in(state, timeout)	({ set_current_state(state); schedule_timeout(timeout); })
#define schedule_timeout_interruptible(timeout)	__mmcheck_sleep_in(TASK_INTERRUPTIBLE, timeout)
#define schedule_timeout_killable(timeout)	__mmcheck_sleep_in(TASK_KILLABLE, timeout)
#define schedule_timeout_uninterruptible(timeout) __mmcheck_sleep_in(TASK_UNINTERRUPTIBLE, timeout)
#define io_schedule()			schedule()
#define io_schedule_timeout(timeout)	schedule_timeout(timeout)

static inline pid_t task_pid_nr(struct task_struct *tsk) { return tsk->pid; }
static inline pid_t task_tgid_nr(struct task_struct *tsk) { return tsk->tgid; }

/* Somebody else may want the processor at any time. */
#define need_resched()	(nondet(0, 1) != 0)

#endif /* _LINUX_SCHED_H */
