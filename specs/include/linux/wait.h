/* SPDX-License-Identifier: MIT */
/*
 * This file declares wait queues. wait_event() tests its condition and joins
 * the queue in one step, which a wake-up cannot get between, as it cannot in
 * the kernel; whoever makes the condition true must call wake_up() after that.
 * A sequence written by hand has its steps: prepare_to_wait(), the test,
 * schedule(), finish_wait(). A wake-up takes its target out of the queue, as
 * with DEFINE_WAIT(). Exclusive waiters are woken like the others. That is enough for who
 * waits in these ways; a spec that names the entries of a queue has a queue with entries.
 */
#ifndef _LINUX_WAIT_H
#define _LINUX_WAIT_H

#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <mmcheck.h>

/* Does the spec look at the entries of a queue? See <linux/wait_entries.h>. mmcheck finds out. */
#ifndef MM_WAIT_ENTRIES
#ifdef __MMCHECK__
#define MM_WAIT_ENTRIES	0
#else
#define MM_WAIT_ENTRIES	1
#endif
#endif

#if MM_WAIT_ENTRIES
#include <linux/wait_entries.h>
#else
typedef struct wait_queue_head {
	int __native_wait_queue_head;
	spinlock_t lock;	/* for those who take it themselves; a wake-up is one step */
} wait_queue_head_t;

struct wait_queue_entry {
	int unused;
};

#define DECLARE_WAIT_QUEUE_HEAD(name)	wait_queue_head_t name
#define DEFINE_WAIT(name)		struct wait_queue_entry name __maybe_unused

void init_waitqueue_head(wait_queue_head_t *wq);
void prepare_to_wait(wait_queue_head_t *wq, struct wait_queue_entry *entry, int state);
void finish_wait(wait_queue_head_t *wq, struct wait_queue_entry *entry);
int waitqueue_active(wait_queue_head_t *wq);
void wake_up(wait_queue_head_t *wq);
#define wake_up_all(wq)			wake_up(wq)
#define wake_up_interruptible(wq)	wake_up(wq)
#define wake_up_interruptible_all(wq)	wake_up(wq)
#define wake_up_nr(wq, nr)		wake_up(wq)
#define wake_up_poll(wq, mask)		wake_up(wq)
#define wake_up_interruptible_poll(wq, mask)	wake_up(wq)
#define wake_up_locked(wq)		wake_up(wq)
#define wake_up_all_locked(wq)		wake_up(wq)
#define wake_up_locked_poll(wq, mask)	wake_up(wq)

#define __mmcheck_wait_event(wq, cond, state) ({			\
	int __wait = 1;		/* 2: a signal has come */		\
	might_sleep();							\
	while (__wait > 0) {						\
		ATOMIC {						\
			if (cond) {					\
				finish_wait(&(wq), NULL);		\
				__wait = 0;				\
			} else if (__wait == 2) {			\
				finish_wait(&(wq), NULL);		\
				__wait = -ERESTARTSYS;			\
			} else {					\
				prepare_to_wait(&(wq), NULL, (state));	\
			}						\
		}							\
		if (__wait > 0 && __mmcheck_signalled())		\
			__wait = 2;					\
	}								\
	__wait;								\
})

#endif /* MM_WAIT_ENTRIES */

#define wait_event(wq, cond)	\
	((void)__mmcheck_wait_event(wq, cond, TASK_UNINTERRUPTIBLE))
#define wait_event_killable(wq, cond)	\
	__mmcheck_wait_event(wq, cond, TASK_KILLABLE)
#define wait_event_interruptible(wq, cond)	\
	__mmcheck_wait_event(wq, cond, TASK_INTERRUPTIBLE)

/*
 * How much time is left; 0 if it has run out before the condition held. That may be at any
 * time, and to sleep until then is to come later: the condition is tested once.
 */
#define wait_event_timeout(wq, cond, timeout) ({			\
	long __left = (timeout);					\
	(void)&(wq);							\
	might_sleep();							\
	(cond) ? (__left ?: 1) : 0;					\
})
#define wait_event_interruptible_timeout(wq, cond, timeout) \
	(signal_pending(current) ? -ERESTARTSYS : wait_event_timeout(wq, cond, timeout))
#define wait_event_killable_timeout(wq, cond, timeout) \
	(fatal_signal_pending(current) ? -ERESTARTSYS : wait_event_timeout(wq, cond, timeout))
#define wait_event_freezable(wq, cond)		wait_event_interruptible(wq, cond)
#define wait_event_idle(wq, cond)		wait_event(wq, cond)
#define io_wait_event(wq, cond)			wait_event(wq, cond)

#endif /* _LINUX_WAIT_H */
