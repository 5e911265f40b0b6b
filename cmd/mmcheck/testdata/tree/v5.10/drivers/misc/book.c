// SPDX-License-Identifier: MIT
#include <linux/stamp.h>

static LIST_HEAD(books);
static DEFINE_SPINLOCK(books_lock);
static int nr_books;

int book_use(struct stamp_book *book)
{
	int ret = 0;

	mutex_lock(&book->mutex);
	if (stamp_book_live(book)) {
		book->state = STAMP_USED;
		ret = stamp_press(book);
	}
	mutex_unlock(&book->mutex);
	return ret;
}

void book_void(struct stamp_book *book)
{
	mutex_lock(&book->mutex);
	book->state = STAMP_VOID;
	mutex_unlock(&book->mutex);
}

/* A bug: no lock against book_void(). */
bool book_is_used(struct stamp_book *book)
{
	return book->state == STAMP_USED;
}

int book_count(void)
{
	int n;

	spin_lock(&books_lock);
	n = nr_books;
	spin_unlock(&books_lock);
	return n;
}

/* A bug: it may sleep with the lock held. */
struct stamp_book *book_new(void)
{
	struct stamp_book *book;

	spin_lock(&books_lock);
	book = kzalloc(sizeof(*book), GFP_KERNEL);
	if (book)
		nr_books++;
	spin_unlock(&books_lock);
	kfree(book);
	return NULL;
}

int book_of(struct mm_struct *mm)
{
	struct stamp_book *book = stamp_lookup(mm);

	if (!book)
		return -EINVAL;
	spin_lock(&book->lock);
	book->used = 1;
	spin_unlock(&book->lock);
	return 0;
}
