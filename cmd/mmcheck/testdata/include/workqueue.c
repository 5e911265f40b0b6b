// SPDX-License-Identifier: MIT
/*
 * workqueue: when does an item run, and who waits for it?
 *
 * Result: holds
 * Result: ASYNC: holds
 * Result: RACE=cancel_work(work): violated use-after-free
 * Result: RACE=cancel_work_sync(work): holds
 * Result: RACE=flush_work(work): holds
 * Result: RACE=flush_workqueue(queue): holds
 * Result: RACE=flush_workqueue(system_wq): violated use-after-free
 * Result: RACE=cancel_delayed_work_sync(to_delayed_work(work)): holds
 * Result: ITSELF: violated deadlock
 * Result: LOCK: violated deadlock
 * Result: SPIN: violated atomic-sleep
 */

#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <mmcheck.h>

struct device {
	struct delayed_work dwork;
	int done;
};

static struct workqueue_struct *queue;
static DEFINE_MUTEX(lock);
static DEFINE_SPINLOCK(spin);

static void device_fn(struct work_struct *work)
{
	struct device *d = container_of(to_delayed_work(work), struct device, dwork);

	WRITE_ONCE(d->done, 1);
}

INIT
{
	queue = alloc_workqueue("queue", 0, 0);
}

#if defined(RACE)

THREAD(t, NULL)
{
	struct device *d = kzalloc(sizeof(*d), GFP_KERNEL);
	struct work_struct *work = &d->dwork.work;

	INIT_DELAYED_WORK(&d->dwork, device_fn);
	queue_delayed_work(queue, &d->dwork, 3);
	RACE;
	(void)work;
	kfree(d);
}

#elif defined(ASYNC)

/* The last user may not sleep. */
THREADS(t, 2, NULL)
{
	static struct mm_struct *shared;
	struct mm_struct *mm = mm_alloc();

	spin_lock(&spin);
	mmput_async(mm);
	spin_unlock(&spin);
	(void)shared;
}

#else

static int runs, own_runs;
static bool again;

static void again_fn(struct work_struct *work)
{
	mutex_lock(&lock);
	runs++;
	mutex_unlock(&lock);
#ifdef ITSELF
	flush_work(work);
#else
	if (!again) {
		again = true;
		schedule_work(work);	/* it runs once more */
	}
#endif
}

static void own_fn(struct work_struct *work)
{
	struct device *d = container_of(to_delayed_work(work), struct device, dwork);

	kfree(d);		/* an item may free itself */
	WRITE_ONCE(own_runs, own_runs + 1);
}

static DECLARE_WORK(item, again_fn);
static DECLARE_DELAYED_WORK(late, device_fn);

THREAD(t, NULL)
{
	struct device *d = kzalloc(sizeof(*d), GFP_KERNEL);
	bool queued = schedule_work(&item);

	assert(queued);
#ifdef LOCK
	mutex_lock(&lock);
	flush_work(&item);
	mutex_unlock(&lock);
#endif
#ifdef SPIN
	spin_lock(&spin);
	flush_work(&item);
	spin_unlock(&spin);
#endif
	INIT_DELAYED_WORK(&d->dwork, own_fn);
	schedule_delayed_work(&d->dwork, 1);
	(void)late, (void)spin;
}

FINAL	/* the workers have ended, too */
{
	assert(runs == 2 && own_runs == 1);
	assert(!work_pending(&item) && !delayed_work_pending(&late));
	assert(!flush_work(&item) && !cancel_work_sync(&item) && !cancel_work(&item));
	assert(!mod_delayed_work(system_wq, &late, 1) && delayed_work_pending(&late));
	assert(mod_delayed_work(system_wq, &late, 1) && cancel_delayed_work(&late));
	assert(!flush_delayed_work(&late) && !cancel_delayed_work_sync(&late));
	destroy_workqueue(queue);
}

#endif
