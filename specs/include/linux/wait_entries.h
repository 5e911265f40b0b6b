/* SPDX-License-Identifier: MIT */
/*
 * This file has wait queues as they are in memory: a list of entries under a lock, each
 * with the function that a wake-up calls. Every step of them is one here, too, so they
 * cost more than those of <linux/wait.h>; they are there for specs that name entries.
 */
#ifndef _LINUX_WAIT_ENTRIES_H
#define _LINUX_WAIT_ENTRIES_H

#if MM_WAIT_ENTRIES		/* <linux/wait.h> includes this file */

#include <linux/list.h>
#include <linux/sched/signal.h>

typedef struct wait_queue_head {
	spinlock_t lock;
	struct list_head head;
} wait_queue_head_t;

struct wait_queue_entry;

typedef int (*wait_queue_func_t)(struct wait_queue_entry *wq_entry, unsigned int mode, int flags,
				 void *key);

typedef struct wait_queue_entry {
	unsigned int flags;
	void *private;			/* the task, for the functions here */
	wait_queue_func_t func;
	struct list_head entry;
} wait_queue_entry_t;

#define WQ_FLAG_EXCLUSIVE	0x01
#define WQ_FLAG_WOKEN		0x02
#define WQ_FLAG_CUSTOM		0x04
#define WQ_FLAG_DONE		0x08
#define WQ_FLAG_PRIORITY	0x10

/* Where only tasks in the states of mode are to be woken, all are here. */
static inline int __maybe_unused default_wake_function(struct wait_queue_entry *wq_entry,
						       unsigned int mode, int flags, void *key)
{
	(void)mode;
	(void)flags;
	(void)key;
	return wake_up_process(wq_entry->private);
}

static inline int __maybe_unused autoremove_wake_function(struct wait_queue_entry *wq_entry,
							  unsigned int mode, int flags, void *key)
{
	int woken = default_wake_function(wq_entry, mode, flags, key);

	if (woken)
		list_del_init_careful(&wq_entry->entry);
	return woken;
}

static inline int __maybe_unused woken_wake_function(struct wait_queue_entry *wq_entry,
						     unsigned int mode, int flags, void *key)
{
	wq_entry->flags |= WQ_FLAG_WOKEN;
	return default_wake_function(wq_entry, mode, flags, key);
}

#define __WAIT_QUEUE_HEAD_INITIALIZER(name)	{ .head = LIST_HEAD_INIT((name).head) }
#define DECLARE_WAIT_QUEUE_HEAD(name) \
	struct wait_queue_head name = __WAIT_QUEUE_HEAD_INITIALIZER(name)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK(name)	DECLARE_WAIT_QUEUE_HEAD(name)
#define __WAITQUEUE_INITIALIZER(name, tsk) \
	{ .private = (tsk), .func = default_wake_function }
#define DECLARE_WAITQUEUE(name, tsk) \
	struct wait_queue_entry name __maybe_unused = __WAITQUEUE_INITIALIZER(name, tsk)
#define DEFINE_WAIT_FUNC(name, function)				\
	struct wait_queue_entry name __maybe_unused = {			\
		.private = current,					\
		.func = (function),					\
		.entry = LIST_HEAD_INIT((name).entry),			\
	}
#define DEFINE_WAIT(name)	DEFINE_WAIT_FUNC(name, autoremove_wake_function)

static inline void init_waitqueue_head(struct wait_queue_head *wq_head)
{
	spin_lock_init(&wq_head->lock);
	INIT_LIST_HEAD(&wq_head->head);
}

#define __init_waitqueue_head(wq_head, name, key)	init_waitqueue_head(wq_head)

static inline void init_waitqueue_entry(struct wait_queue_entry *wq_entry, struct task_struct *p)
{
	wq_entry->flags = 0;
	wq_entry->private = p;
	wq_entry->func = default_wake_function;
}

static inline void init_waitqueue_func_entry(struct wait_queue_entry *wq_entry,
					     wait_queue_func_t func)
{
	wq_entry->flags = 0;
	wq_entry->private = NULL;
	wq_entry->func = func;
}

static inline void init_wait_entry(struct wait_queue_entry *wq_entry, int flags)
{
	wq_entry->flags = flags;
	wq_entry->private = current;
	wq_entry->func = autoremove_wake_function;
	INIT_LIST_HEAD(&wq_entry->entry);
}

#define init_wait(wait)		init_wait_entry(wait, 0)

static inline int waitqueue_active(struct wait_queue_head *wq_head)
{
	return !list_empty(&wq_head->head);
}

#define wq_has_sleeper(wq_head)	waitqueue_active(wq_head)

/* With the lock held: those with a priority first, the exclusive ones last. */
static inline void __add_wait_queue(struct wait_queue_head *wq_head,
				    struct wait_queue_entry *wq_entry)
{
	struct list_head *head = &wq_head->head;
	struct wait_queue_entry *other;

	list_for_each_entry(other, &wq_head->head, entry) {
		if (!(other->flags & WQ_FLAG_PRIORITY))
			break;
		head = &other->entry;
	}
	list_add(&wq_entry->entry, head);
}

static inline void __add_wait_queue_entry_tail(struct wait_queue_head *wq_head,
					       struct wait_queue_entry *wq_entry)
{
	list_add_tail(&wq_entry->entry, &wq_head->head);
}

static inline void __add_wait_queue_exclusive(struct wait_queue_head *wq_head,
					      struct wait_queue_entry *wq_entry)
{
	wq_entry->flags |= WQ_FLAG_EXCLUSIVE;
	__add_wait_queue(wq_head, wq_entry);
}

static inline void __add_wait_queue_entry_tail_exclusive(struct wait_queue_head *wq_head,
							 struct wait_queue_entry *wq_entry)
{
	wq_entry->flags |= WQ_FLAG_EXCLUSIVE;
	__add_wait_queue_entry_tail(wq_head, wq_entry);
}

static inline void __remove_wait_queue(struct wait_queue_head *wq_head,
				       struct wait_queue_entry *wq_entry)
{
	(void)wq_head;
	list_del(&wq_entry->entry);
}

/* The same with the lock. */
static inline void add_wait_queue(struct wait_queue_head *wq_head,
				  struct wait_queue_entry *wq_entry)
{
	unsigned long flags;

	wq_entry->flags &= ~WQ_FLAG_EXCLUSIVE;
	spin_lock_irqsave(&wq_head->lock, flags);
	__add_wait_queue(wq_head, wq_entry);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}

static inline void add_wait_queue_exclusive(struct wait_queue_head *wq_head,
					    struct wait_queue_entry *wq_entry)
{
	unsigned long flags;

	wq_entry->flags |= WQ_FLAG_EXCLUSIVE;
	spin_lock_irqsave(&wq_head->lock, flags);
	__add_wait_queue_entry_tail(wq_head, wq_entry);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}

static inline void add_wait_queue_priority(struct wait_queue_head *wq_head,
					   struct wait_queue_entry *wq_entry)
{
	unsigned long flags;

	wq_entry->flags |= WQ_FLAG_PRIORITY;
	spin_lock_irqsave(&wq_head->lock, flags);
	__add_wait_queue(wq_head, wq_entry);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}

static inline void remove_wait_queue(struct wait_queue_head *wq_head,
				     struct wait_queue_entry *wq_entry)
{
	unsigned long flags;

	spin_lock_irqsave(&wq_head->lock, flags);
	__remove_wait_queue(wq_head, wq_entry);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}

/* Wake nr exclusive waiters, or all if nr is 0, and whoever is before them in the queue. */
static inline int __wake_up_common(struct wait_queue_head *wq_head, unsigned int mode, int nr,
				   int flags, void *key)
{
	struct wait_queue_entry *this, *next;

	list_for_each_entry_safe(this, next, &wq_head->head, entry) {
		unsigned int how = this->flags;
		int ret = this->func(this, mode, flags, key);

		if (ret < 0)
			break;
		if (ret && (how & WQ_FLAG_EXCLUSIVE) && !--nr)
			break;
	}
	return nr;
}

static inline void __wake_up_sync_key(struct wait_queue_head *wq_head, unsigned int mode, void *key)
{
	unsigned long flags;

	spin_lock_irqsave(&wq_head->lock, flags);
	__wake_up_common(wq_head, mode, 1, 0, key);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}

static inline int __wake_up(struct wait_queue_head *wq_head, unsigned int mode, int nr, void *key)
{
	unsigned long flags;
	int left;

	spin_lock_irqsave(&wq_head->lock, flags);
	left = __wake_up_common(wq_head, mode, nr, 0, key);
	spin_unlock_irqrestore(&wq_head->lock, flags);
	return nr - left;
}

static inline void __wake_up_locked_key(struct wait_queue_head *wq_head, unsigned int mode,
					void *key)
{
	__wake_up_common(wq_head, mode, 1, 0, key);
}

static inline void __wake_up_locked(struct wait_queue_head *wq_head, unsigned int mode, int nr)
{
	__wake_up_common(wq_head, mode, nr, 0, NULL);
}

#define poll_to_key(mask)		((void *)(unsigned long)(mask))
#define key_to_poll(key)		((unsigned int)(unsigned long)(key))

#define wake_up(wq)			__wake_up(wq, TASK_NORMAL, 1, NULL)
#define wake_up_nr(wq, nr)		__wake_up(wq, TASK_NORMAL, nr, NULL)
#define wake_up_all(wq)			__wake_up(wq, TASK_NORMAL, 0, NULL)
#define wake_up_sync(wq)		wake_up(wq)
#define wake_up_locked(wq)		__wake_up_locked(wq, TASK_NORMAL, 1)
#define wake_up_all_locked(wq)		__wake_up_locked(wq, TASK_NORMAL, 0)
#define wake_up_interruptible(wq)	__wake_up(wq, TASK_INTERRUPTIBLE, 1, NULL)
#define wake_up_interruptible_nr(wq, nr) __wake_up(wq, TASK_INTERRUPTIBLE, nr, NULL)
#define wake_up_interruptible_all(wq)	__wake_up(wq, TASK_INTERRUPTIBLE, 0, NULL)
#define wake_up_interruptible_sync(wq)	wake_up_interruptible(wq)
#define wake_up_poll(wq, mask)		__wake_up(wq, TASK_NORMAL, 1, poll_to_key(mask))
#define wake_up_locked_poll(wq, mask)	__wake_up_locked_key(wq, TASK_NORMAL, poll_to_key(mask))
#define wake_up_interruptible_poll(wq, mask) \
	__wake_up(wq, TASK_INTERRUPTIBLE, 1, poll_to_key(mask))

/* Join the queue, if that is still to be done, and say that the caller is about to sleep. */
static inline void __mmcheck_prepare(struct wait_queue_head *wq_head,
				     struct wait_queue_entry *wq_entry, int state, bool exclusive)
{
	unsigned long flags;

	if (exclusive)
		wq_entry->flags |= WQ_FLAG_EXCLUSIVE;
	else
		wq_entry->flags &= ~WQ_FLAG_EXCLUSIVE;
	spin_lock_irqsave(&wq_head->lock, flags);
	if (list_empty(&wq_entry->entry)) {
		if (exclusive)
			__add_wait_queue_entry_tail(wq_head, wq_entry);
		else
			__add_wait_queue(wq_head, wq_entry);
	}
	set_current_state(state);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}

static inline void prepare_to_wait(struct wait_queue_head *wq_head,
				   struct wait_queue_entry *wq_entry, int state)
{
	__mmcheck_prepare(wq_head, wq_entry, state, false);
}

static inline bool prepare_to_wait_exclusive(struct wait_queue_head *wq_head,
					     struct wait_queue_entry *wq_entry, int state)
{
	bool first = !waitqueue_active(wq_head);

	__mmcheck_prepare(wq_head, wq_entry, state, true);
	return first;
}

/* Does a signal end the wait? Then the caller leaves the queue. */
static inline long prepare_to_wait_event(struct wait_queue_head *wq_head,
					 struct wait_queue_entry *wq_entry, int state)
{
	unsigned long flags;

	if (signal_pending_state(state, current)) {
		spin_lock_irqsave(&wq_head->lock, flags);
		list_del_init(&wq_entry->entry);
		spin_unlock_irqrestore(&wq_head->lock, flags);
		return -ERESTARTSYS;
	}
	__mmcheck_prepare(wq_head, wq_entry, state, (wq_entry->flags & WQ_FLAG_EXCLUSIVE) != 0);
	return 0;
}

static inline void finish_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry)
{
	unsigned long flags;

	__set_current_state(TASK_RUNNING);
	if (!list_empty_careful(&wq_entry->entry)) {
		spin_lock_irqsave(&wq_head->lock, flags);
		list_del_init(&wq_entry->entry);
		spin_unlock_irqrestore(&wq_head->lock, flags);
	}
}

#define __mmcheck_wait_event(wq, cond, state) ({			\
	DEFINE_WAIT(__wait);						\
	long __ended = 0;						\
	might_sleep();							\
	for (;;) {							\
		__ended = prepare_to_wait_event(&(wq), &__wait, state);	\
		if (cond) {						\
			__ended = 0;					\
			break;						\
		}							\
		if (__ended)						\
			break;						\
		schedule();						\
	}								\
	finish_wait(&(wq), &__wait);					\
	(int)__ended;							\
})

#endif /* MM_WAIT_ENTRIES */

#endif /* _LINUX_WAIT_ENTRIES_H */
