// SPDX-License-Identifier: MIT
/*
 * lost_wakeup: who makes sure that a sleeper is woken?
 *
 * The waiter says that it is about to sleep before it tests the condition, the
 * waker makes the condition true before it wakes (QUEUE). TEST_FIRST tests
 * before it says so: the wake-up may come in between and find nobody. EARLY
 * wakes before the condition is true. NOBODY forgets to wake, and no condition
 * is tested again by itself. ONCE does not test again when woken, though the
 * wake-up may have been for others (STRANGER). EVENT, COMPLETION and RCUWAIT do all of that
 * right. NO_SHOW is rcuwait with the two steps of the waiter exchanged.
 *
 * Result: QUEUE: holds, 17 states
 * Result: QUEUE TEST_FIRST: violated deadlock
 * Result: QUEUE EARLY: violated deadlock
 * Result: QUEUE NOBODY: violated deadlock
 * Result: QUEUE STRANGER: holds, 39 states
 * Result: QUEUE ONCE STRANGER: violated assert
 * Result: EVENT: holds, 10 states
 * Result: EVENT EARLY: violated deadlock
 * Result: EVENT NOBODY: violated deadlock
 * Result: COMPLETION: holds, 5 states
 * Result: COMPLETION NOBODY: violated deadlock
 * Result: RCUWAIT: holds, 55 states
 * Result: RCUWAIT NO_SHOW: violated deadlock
 * Result: RCUWAIT EARLY: violated deadlock
 */

#include <linux/completion.h>
#include <linux/rcuwait.h>
#include <linux/wait.h>
#include <mmcheck.h>

static DECLARE_WAIT_QUEUE_HEAD(queue);
static struct rcuwait single __maybe_unused;
static struct completion completion __maybe_unused;
static bool ready;

THREAD(waiter, NULL)
{
#if defined(EVENT)
	wait_event(queue, READ_ONCE(ready));
#elif defined(COMPLETION)
	wait_for_completion(&completion);
#elif defined(NO_SHOW)
	set_current_state(TASK_UNINTERRUPTIBLE);
	if (!READ_ONCE(ready)) {
		prepare_to_rcuwait(&single);
		schedule();
	}
	finish_rcuwait(&single);
#elif defined(RCUWAIT)
	rcuwait_wait_event(&single, READ_ONCE(ready), TASK_UNINTERRUPTIBLE);
#else
	DEFINE_WAIT(wait);

#ifdef TEST_FIRST
	while (!READ_ONCE(ready)) {
		prepare_to_wait(&queue, &wait, TASK_UNINTERRUPTIBLE);
		schedule();
	}
#else
	for (;;) {
		prepare_to_wait(&queue, &wait, TASK_UNINTERRUPTIBLE);
		if (READ_ONCE(ready))
			break;
		schedule();
#ifdef ONCE
		break;
#endif
	}
#endif
	finish_wait(&queue, &wait);
#endif
	assert(ready);
}

static void wake(void)
{
#ifdef RCUWAIT
	rcuwait_wake_up(&single);
#else
	wake_up(&queue);
#endif
}

THREAD(waker, NULL)
{
#if defined(EARLY)
	wake();
	WRITE_ONCE(ready, true);
#elif defined(NOBODY)
	WRITE_ONCE(ready, true);
#elif defined(COMPLETION)
	WRITE_ONCE(ready, true);
	complete(&completion);
#else
	WRITE_ONCE(ready, true);
	wake();
#endif
}

#ifdef STRANGER
THREAD(stranger, NULL)
{
	wake();
}
#endif
