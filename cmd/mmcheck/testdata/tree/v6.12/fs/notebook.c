// SPDX-License-Identifier: MIT
#include <linux/mm.h>
#include <linux/notebook.h>
#include <linux/workqueue.h>

static DEFINE_MUTEX(notebook_mutex);

static void __page_turn(struct notebook *book)
	__must_hold(&book->lock)
{
	lockdep_assert_held(&book->lock);
	book->page++;
}

void notebook_turn(struct notebook *book)
{
	spin_lock(&book->lock);
	__page_turn(book);
	spin_unlock(&book->lock);
}

/* The caller holds the lock, and has it still when this is done. */
void notebook_turn_twice(struct notebook *book)
	__must_hold(&book->lock)
{
	__page_turn(book);
	__page_turn(book);
}

int notebook_open(struct notebook *book, struct inode *inode)
{
	struct notebook_ops *ops = book->ops;
	int ret = 0;

	mutex_lock(&notebook_mutex);
	if (book->owner == inode)
		ret = notebook_notify(book, ops->id);
	else
		notebook_attach(book, inode);
	mutex_unlock(&notebook_mutex);
	return ret;
}

/* A bug: it sleeps with a spin lock held. */
void notebook_close(struct notebook *book)
{
	spin_lock(&book->lock);
	mutex_lock(&notebook_mutex);
	book->page = 0;
	mutex_unlock(&notebook_mutex);
	spin_unlock(&book->lock);
}

/* Returns with the lock held if nothing is written yet. */
bool notebook_lock_clean(struct notebook *book)
{
	spin_lock(&book->lock);
	if (!book->page)
		return true;
	spin_unlock(&book->lock);
	return false;
}

void notebook_unlock_clean(struct notebook *book)
{
	spin_unlock(&book->lock);
}

/* It gives up the lock that the caller has, to sleep, and takes it again. */
static void notebook_doze(struct notebook *book)
{
	DECLARE_WAITQUEUE(wait, current);

	add_wait_queue(&book->readers, &wait);
	set_current_state(TASK_UNINTERRUPTIBLE);
	spin_unlock(&book->lock);
	schedule_timeout(10);
	remove_wait_queue(&book->readers, &wait);
	spin_lock(&book->lock);
}

void notebook_wait(struct notebook *book)
{
	spin_lock(&book->lock);
	while (!book->page)
		notebook_doze(book);
	spin_unlock(&book->lock);
}

/* A bug: the entry is on the stack, and stays in the queue. */
void notebook_oversleep(struct notebook *book)
{
	DECLARE_WAITQUEUE(wait, current);

	add_wait_queue(&book->readers, &wait);
	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_timeout(10);
}

/* A bug: nobody who calls this has the lock. */
void notebook_flip(struct notebook *book)
{
	book->page++;
	spin_unlock(&book->lock);
}

/* A bug: nobody gives the lock up. */
void notebook_scribble(struct notebook *book)
{
	spin_lock(&book->lock);
	book->page++;
}

static wait_queue_head_t notebook_queues[4];

/* One of a few queues, by the number of the page. */
void notebook_nap(struct notebook *book)
{
	wait_queue_head_t *queue = &notebook_queues[READ_ONCE(book->page) & 3];
	DECLARE_WAITQUEUE(wait, current);

	add_wait_queue(queue, &wait);
	schedule_timeout(10);
	remove_wait_queue(queue, &wait);
}

#define notebook_nr(book, what)	(READ_ONCE((book)->nr_##what))

int notebook_lines(struct notebook *book)
{
	return notebook_nr(book, lines);
}

static void notebook_tidy(struct work_struct *work)
{
	mutex_lock(&notebook_mutex);
	mutex_unlock(&notebook_mutex);
}

static DECLARE_WORK(notebook_work, notebook_tidy);

void notebook_leave(struct notebook *book)
{
	schedule_work(&notebook_work);
	schedule_work(&book->work);
}
