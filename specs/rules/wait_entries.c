// SPDX-License-Identifier: MIT
/*
 * wait_entries: what must a waiter see to that queues an entry of its own?
 *
 * It leaves the queue before its entry goes (STAY: the entry is on its stack, and the
 * next wake-up looks at it). Who waits exclusively takes the wake-up of all behind it,
 * and so has to wake the next one (KEEP); a wake-up for all wakes these, too (KEEP ALL).
 * What a wake-up calls may be a function of the waiter: it is under the lock of the
 * queue, so it must not sleep (CALL SLEEP), and once the entry has left the queue, its
 * owner need not wait for that lock any more (CALL EARLY).
 *
 * Result: holds
 * Result: STAY: violated use-after-free
 * Result: EXCLUSIVE: holds
 * Result: EXCLUSIVE KEEP: violated deadlock
 * Result: EXCLUSIVE KEEP ALL: holds
 * Result: CALL: holds
 * Result: CALL SLEEP: violated atomic-sleep
 * Result: CALL EARLY: violated use-after-free
 */

#include <linux/wait.h>
#include <mmcheck.h>

static DECLARE_WAIT_QUEUE_HEAD(queue);
static bool ready;

#ifdef CALL
static int note(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
#ifdef SLEEP
	might_sleep();
#endif
#ifdef EARLY
	list_del_init_careful(&entry->entry);
#endif
	default_wake_function(entry, mode, flags, key);
#ifndef EARLY
	list_del_init_careful(&entry->entry);
#endif
	return 1;
}
#endif

static void wait_until_ready(void)
{
#ifdef CALL
	DEFINE_WAIT_FUNC(entry, note);
#else
	DECLARE_WAITQUEUE(entry, current);
#endif

#ifdef EXCLUSIVE
	add_wait_queue_exclusive(&queue, &entry);
#else
	add_wait_queue(&queue, &entry);
#endif
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (READ_ONCE(ready))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
#ifdef CALL
	finish_wait(&queue, &entry);
#elif !defined(STAY)
	remove_wait_queue(&queue, &entry);
#endif
#if defined(EXCLUSIVE) && !defined(KEEP)
	wake_up(&queue);
#endif
}

THREAD(waiter, NULL)
{
	wait_until_ready();
}

THREAD(other, NULL)
{
	wait_until_ready();
}

THREAD(waker, NULL)
{
	WRITE_ONCE(ready, true);
#ifdef ALL
	wake_up_all(&queue);
#else
	wake_up(&queue);
#endif
}
