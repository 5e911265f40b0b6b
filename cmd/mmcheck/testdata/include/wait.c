// SPDX-License-Identifier: MIT
/*
 * wait: do wait queues lose no wake-up, and do killable waits end by a signal?
 *
 * Result: holds
 * Result: SIGNALS: holds
 * Result: SIGNALS NEVER: holds
 * Result: NEVER: violated deadlock
 * Result: UNSEEN: violated deadlock
 */

#ifdef SIGNALS
#define MM_SIGNALS 1
#endif

#include <linux/wait.h>
#include <linux/rcuwait.h>
#include <mmcheck.h>

static DECLARE_WAIT_QUEUE_HEAD(queue);
static wait_queue_head_t more[3];
static struct rcuwait owner[2];
static int ready[4], tests;

static int is_ready(int i)
{
	return READ_ONCE(ready[i]);
}

INIT
{
	init_waitqueue_head(&more[1]);
	rcuwait_init(&owner[ready[0] + 1]);
	assert(!rcuwait_active(&owner[1]) && !waitqueue_active(&more[1]));
}

THREAD(waker, NULL)
{
#ifndef NEVER
	WRITE_ONCE(ready[0], 1);
	wake_up(&queue);
	WRITE_ONCE(ready[1], 1);
#ifndef UNSEEN
	wake_up_all(&more[ready[0]]);
#endif
	WRITE_ONCE(ready[2], 1);
	wake_up_interruptible(&more[2]);
	WRITE_ONCE(ready[3], 1);
	rcuwait_wake_up(&owner[1]);
#endif
}

THREAD(waiter, NULL)
{
	int i = 0, ret;
	DEFINE_WAIT(wait);

	ret = wait_event_killable(queue, is_ready(i) == 1 || i);
	assert(!ret ? is_ready(0) : IS_ENABLED(MM_SIGNALS) && ret == -ERESTARTSYS);
	if (ret)
		return;
	for (;;) {
		prepare_to_wait(&more[i + 1], &wait, i ? TASK_INTERRUPTIBLE : TASK_UNINTERRUPTIBLE);
		if (is_ready(1))
			break;
		schedule();
	}
	finish_wait(&more[i + 1], &wait);
	assert(!waitqueue_active(&more[i + 1]));
	wait_event(more[i + 2], is_ready(i + 2));
	assert(!waitqueue_active(&more[2]));
	ret = wait_event_interruptible(more[i + 1], i++ == 0);
	assert(!ret && i == 1);
	ret = rcuwait_wait_event(&owner[i], is_ready(i + 2), TASK_UNINTERRUPTIBLE);
	assert(!ret && is_ready(3) && !rcuwait_active(&owner[1]));
}

static DECLARE_WAIT_QUEUE_HEAD(locked);

THREAD(poll, NULL)
{
	spin_lock(&locked.lock);
	wake_up_locked(&locked);
	wake_up_all_locked(&locked);
	wake_up_locked_poll(&locked, 1);
	spin_unlock(&locked.lock);
	wake_up_interruptible_all(&locked);
	wake_up_nr(&locked, 1);
	wake_up_poll(&locked, 1);
	wake_up_interruptible_poll(&locked, 1);
}

THREAD(shown, NULL)
{
	static wait_queue_head_t mine;
	static struct rcuwait my;
	struct task_struct *me = current;
	DEFINE_WAIT(wait);

	assert(!waitqueue_active(&mine));
	prepare_to_wait(&mine, &wait, TASK_KILLABLE);
	assert(waitqueue_active(&mine));
	finish_wait(&mine, &wait);
	assert(!waitqueue_active(&mine));

	assert(!rcuwait_wake_up(&my));
	prepare_to_rcuwait(&my);
	assert(rcuwait_active(&my) && my.task == me);
	set_current_state(TASK_UNINTERRUPTIBLE);
	assert(rcuwait_wake_up(&my) == 1);
	schedule();		/* awake already */
	finish_rcuwait(&my);
	assert(!rcuwait_active(&my));
	__set_current_state(tests ? TASK_INTERRUPTIBLE : TASK_RUNNING);
	assert(wake_up_process(me) == 0);
#ifdef SIGNALS
	(void)fatal_signal_pending(current);
#else
	assert(!fatal_signal_pending(me));
#endif
	cond_resched();
}
