// SPDX-License-Identifier: MIT
/*
 * timeouts: does a wait with a limit end, whether somebody wakes or not, and say how?
 *
 * Result: holds
 * Result: SIGNALS: holds
 * Result: SPIN: violated atomic-sleep
 * Result: SURE: violated assert
 */

#ifdef SIGNALS
#define MM_SIGNALS 1
#endif

#include <linux/wait.h>
#include <mmcheck.h>

static DECLARE_WAIT_QUEUE_HEAD(queue);
static DEFINE_SPINLOCK(lock);
static int ready;

THREAD(waits, NULL)
{
	long left;

#ifdef SPIN
	spin_lock(&lock);
#endif
	left = wait_event_timeout(queue, READ_ONCE(ready), 10);
	assert(left == 0 || left == 10);
#ifdef SURE
	assert(left);
#endif
	assert(!left || READ_ONCE(ready));
	left = wait_event_interruptible_timeout(queue, READ_ONCE(ready), 0);
	assert(left == 0 || left == 1 || (left == -ERESTARTSYS && IS_ENABLED(MM_SIGNALS)));
	left = wait_event_killable_timeout(queue, READ_ONCE(ready), 0);
	assert(left >= -ERESTARTSYS);
	left = schedule_timeout_uninterruptible(7);
	assert(left == 0 || left == 7);
	assert(schedule_timeout_interruptible(0) + schedule_timeout_killable(0) + io_schedule_timeout(0) == 0);
}

THREAD(sleeps, NULL)
{
	wait_event_idle(queue, READ_ONCE(ready));
	io_wait_event(queue, READ_ONCE(ready));
	wait_event_freezable(queue, READ_ONCE(ready));
	set_current_state(TASK_UNINTERRUPTIBLE);
	wake_up_state(current, TASK_NORMAL);
	io_schedule();
}

THREAD(wakes, NULL)
{
	spin_lock(&lock);
	smp_mb__after_spinlock();
	WRITE_ONCE(ready, 1);
	spin_unlock(&lock);
	smp_mb__after_unlock_lock();
	wake_up_all(&queue);
}
