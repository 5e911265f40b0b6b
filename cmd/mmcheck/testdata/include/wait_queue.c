// SPDX-License-Identifier: MIT
/*
 * wait_queue: do entries of wait queues stand where they were put, and does a wake-up call
 * whom it should?
 *
 * Result: holds
 */

#include <linux/wait_bit.h>
#include <mmcheck.h>

static DECLARE_WAIT_QUEUE_HEAD(queue);
static int calls, last;

static int call(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	(void)mode;
	(void)flags;
	calls++;
	last = key_to_poll(key);
	return entry->private != NULL;
}

static int woken(void)
{
	int n = calls;

	calls = 0;
	return n;
}

THREAD(t, NULL)
{
	DECLARE_WAIT_QUEUE_HEAD_ONSTACK(own);
	DEFINE_WAIT_FUNC(first, call);
	wait_queue_entry_t second, third;
	struct wait_bit_queue_entry wbq;
	wait_queue_head_t head;

	__init_waitqueue_head(&head, "head", NULL);
	assert(!waitqueue_active(&head) && !wq_has_sleeper(&own));
	init_waitqueue_func_entry(&second, call);
	init_wait(&third);
	third.func = call;
	assert(first.private == current && !second.private && list_empty(&third.entry));

	add_wait_queue(&own, &first);
	add_wait_queue_exclusive(&own, &third);
	add_wait_queue_priority(&own, &second);
	assert(list_first_entry(&own.head, wait_queue_entry_t, entry) == &second);
	assert(list_last_entry(&own.head, wait_queue_entry_t, entry) == &third);
	wake_up_poll(&own, 4);
	assert(woken() == 3 && last == 4);
	remove_wait_queue(&own, &first);
	__remove_wait_queue(&own, &third);
	second.flags = 0;
	__add_wait_queue_exclusive(&own, &third);
	wake_up(&own);			/* the exclusive one is the first */
	assert(woken() == 1);
	wake_up_nr(&own, 2);
	wake_up_all(&own);
	assert(woken() == 4);
	__remove_wait_queue(&own, &third);
	__add_wait_queue_entry_tail_exclusive(&own, &third);
	wake_up_sync(&own);
	wake_up_interruptible_nr(&own, 1);
	wake_up_interruptible_sync(&own);
	__wake_up_sync_key(&own, TASK_NORMAL, NULL);
	assert(woken() == 8);
	spin_lock(&own.lock);
	wake_up_locked(&own);
	wake_up_all_locked(&own);
	wake_up_locked_poll(&own, 1);
	__add_wait_queue_entry_tail(&own, &first);
	spin_unlock(&own.lock);
	assert(woken() == 6);
	remove_wait_queue(&own, &first);
	remove_wait_queue(&own, &second);
	remove_wait_queue(&own, &third);
	assert(!waitqueue_active(&own));

	init_waitqueue_entry(&first, current);
	init_wait_entry(&third, 0);
	third.func = woken_wake_function;
	assert(prepare_to_wait_exclusive(&queue, &third, TASK_UNINTERRUPTIBLE));
	wake_up(&queue);
	assert(third.flags & WQ_FLAG_WOKEN && waitqueue_active(&queue));
	schedule();			/* awake already */
	finish_wait(&queue, &third);

	init_wait_var_entry(&wbq, &calls, 0);
	assert(!prepare_to_wait_event(__var_waitqueue(&calls), &wbq.wq_entry, TASK_UNINTERRUPTIBLE));
	assert(waitqueue_active(bit_waitqueue(&calls, 0)));
	wake_up_var(&calls);
	schedule();
	finish_wait(__var_waitqueue(&calls), &wbq.wq_entry);
	assert(list_empty(&wbq.wq_entry.entry));
}
