// SPDX-License-Identifier: MIT
/*
 * work_item: when may the memory of a work item be freed?
 *
 * The driver of a device frees it, while an interrupt may queue its work. KEEP says first
 * that it is going away, and waits for the item then. EARLY waits before it says so: it
 * may be queued again. CANCEL only takes it out of the queue: it may be running. LOCKED
 * waits with a lock held that the work takes.
 *
 * Result: KEEP: holds
 * Result: EARLY: violated use-after-free
 * Result: CANCEL: violated use-after-free
 * Result: LOCKED: violated deadlock
 */

#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <mmcheck.h>

struct device {
	struct work_struct work;
	int events;
};

static DEFINE_MUTEX(devices);
static DEFINE_SPINLOCK(lock);
static struct device *device;	/* NULL: it is going away */

static void device_work(struct work_struct *work)
{
	struct device *d = container_of(work, struct device, work);

	mutex_lock(&devices);
	d->events++;
	mutex_unlock(&devices);
}

INIT
{
	device = kzalloc(sizeof(*device), GFP_KERNEL);
	INIT_WORK(&device->work, device_work);
}

THREAD(interrupt, NULL)
{
	spin_lock(&lock);
	if (device)
		schedule_work(&device->work);
	spin_unlock(&lock);
}

THREAD(remove, NULL)
{
	struct device *d;

#ifdef LOCKED
	mutex_lock(&devices);
#endif
	spin_lock(&lock);
	d = device;
#ifndef EARLY
	device = NULL;
#endif
	spin_unlock(&lock);
#ifdef CANCEL
	cancel_work(&d->work);
#else
	cancel_work_sync(&d->work);
#endif
#ifdef EARLY
	spin_lock(&lock);
	device = NULL;
	spin_unlock(&lock);
#endif
	kfree(d);
#ifdef LOCKED
	mutex_unlock(&devices);
#endif
}
