// SPDX-License-Identifier: MIT
#include <linux/mm.h>
#include <linux/notebook.h>

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
