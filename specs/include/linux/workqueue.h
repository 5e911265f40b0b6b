/* SPDX-License-Identifier: MIT */
/*
 * This file has work queues. What is queued is run by one of MM_WORKERS threads, called
 * kworker, at once or late, in any order; several items may run at a time, one item never
 * twice. A delay is any time. The threads are there in specs that queue something.
 */
#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

#include <linux/container_of.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <linux/workqueue_types.h>
#include <mmcheck.h>

#ifndef MM_WORKERS
#define MM_WORKERS	2
#endif

/* Queues of one's own are told by number, so that one may wait for its items alone. */
struct workqueue_struct {
	int nr;
};

static struct workqueue_struct __system_wq __maybe_unused;
#define system_wq		(&__system_wq)
#define system_unbound_wq	(&__system_wq)
#define system_highpri_wq	(&__system_wq)
#define system_long_wq		(&__system_wq)

_Bool __mmcheck_queue_work(struct work_item *item, int queue);
_Bool __mmcheck_cancel_work(struct work_item *item);
_Bool __mmcheck_work_busy(struct work_item *item);
_Bool __mmcheck_work_pending(struct work_item *item);
void __mmcheck_flush_work(struct work_item *item);
void __mmcheck_flush_workqueue(int queue);
struct work_item *__mmcheck_next_work(void);
void __mmcheck_work_done(struct work_item *item);

THREADS(kworker, MM_WORKERS, NULL)
{
	struct work_item *item;

	while ((item = __mmcheck_next_work()) != NULL) {
		struct work_struct *work = container_of(item, struct work_struct, item);

		work->func(work);
		__mmcheck_work_done(item);
	}
}

#define __WORK_INITIALIZER(name, fn)	{ .func = (fn) }
#define DECLARE_WORK(name, fn)		struct work_struct name = __WORK_INITIALIZER(name, fn)
#define DECLARE_DELAYED_WORK(name, fn)	struct delayed_work name = { .work = __WORK_INITIALIZER(name, fn) }
#define INIT_WORK(w, fn)		do { (w)->func = (fn); } while (0)
#define INIT_DELAYED_WORK(w, fn)	INIT_WORK(&(w)->work, fn)

#define work_pending(w)		__mmcheck_work_pending(&(w)->item)
#define delayed_work_pending(w)	work_pending(&(w)->work)

static inline struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}

/* Whether the item was not queued already. */
static inline bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	return __mmcheck_queue_work(&work->item, wq->nr);
}

static inline bool schedule_work(struct work_struct *work)
{
	return queue_work(system_wq, work);
}

static inline bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork,
				      unsigned long delay)
{
	(void)delay;
	return queue_work(wq, &dwork->work);
}

static inline bool schedule_delayed_work(struct delayed_work *dwork, unsigned long delay)
{
	return queue_delayed_work(system_wq, dwork, delay);
}

/* Whether the item was queued. */
static inline bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork,
				    unsigned long delay)
{
	return !queue_delayed_work(wq, dwork, delay);
}

/* Wait until the item has run, if it was queued; whether there was anything to wait for. */
static inline bool flush_work(struct work_struct *work)
{
	bool busy;

	might_sleep();
	busy = __mmcheck_work_busy(&work->item);
	if (busy)
		__mmcheck_flush_work(&work->item);
	return busy;
}

/* Take the item out of the queue; whether it was there. It may run just now. */
static inline bool cancel_work(struct work_struct *work)
{
	return __mmcheck_cancel_work(&work->item);
}

/* And wait until it does not run. */
static inline bool cancel_work_sync(struct work_struct *work)
{
	bool pending = cancel_work(work);

	__mmcheck_flush_work(&work->item);
	return pending;
}

static inline bool flush_delayed_work(struct delayed_work *dwork)
{
	return flush_work(&dwork->work);
}

static inline bool cancel_delayed_work(struct delayed_work *dwork)
{
	return cancel_work(&dwork->work);
}

static inline bool cancel_delayed_work_sync(struct delayed_work *dwork)
{
	return cancel_work_sync(&dwork->work);
}

static inline void flush_workqueue(struct workqueue_struct *wq)
{
	__mmcheck_flush_workqueue(wq->nr);
}

/* A queue of one's own: each place that makes one has its own number. */
#define alloc_workqueue(fmt, flags, max, ...)	__alloc_workqueue(__COUNTER__ + 1)

static inline struct workqueue_struct *__alloc_workqueue(int nr)
{
	struct workqueue_struct *wq = kzalloc(sizeof(*wq), GFP_KERNEL);

	wq->nr = nr;
	return wq;
}

static inline void destroy_workqueue(struct workqueue_struct *wq)
{
	flush_workqueue(wq);
	kfree(wq);
}

#endif /* _LINUX_WORKQUEUE_H */
