// SPDX-License-Identifier: MIT
/*
 * guard: is a lock held to the end of the scope of its guard, and not longer?
 *
 * Yes, on every way out. What is declared first goes last: memory that __free() frees
 * goes when the guard of its lock, declared behind it, is gone. Freed by hand (ORDER),
 * it goes with its lock held. What is handed on by no_free_ptr() is not freed; handed
 * on without, it is freed under the new owner's hands (KEPT). A guard that only tries
 * may be without its lock: guard() goes on then (TRY), scoped_guard() leaves its block
 * out (TRY SCOPED).
 *
 * Result: holds
 * Result: ORDER: violated bad-free
 * Result: KEPT: violated use-after-free
 * Result: TRY: violated data-race
 * Result: TRY SCOPED: holds
 */

#include <linux/cleanup.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <mmcheck.h>

struct item {
	struct mutex lock;
	int users;
};

static DEFINE_MUTEX(lock);
static struct item *known;
static int count;

static int add(int limit)
{
#ifndef TRY
	guard(mutex)(&lock);
#elif !defined(SCOPED)
	guard(mutex_try)(&lock);
#endif
#ifdef SCOPED
	scoped_guard(mutex_try, &lock)
#endif
	{
		if (count >= limit)
			return -EBUSY;
		count++;
	}
	return 0;
}

static int make(bool keep)
{
	struct item *item __free(kfree) = kzalloc(sizeof(*item), GFP_KERNEL);

	mutex_init(&item->lock);
	guard(mutex)(&item->lock);
	item->users++;
	if (!keep) {
#ifdef ORDER
		kfree(no_free_ptr(item));
#endif
		return -EINVAL;
	}
#ifdef KEPT
	known = item;
#else
	known = no_free_ptr(item);
#endif
	return 0;
}

THREADS(counts, 2, NULL)
{
	(void)add(1);
}

THREAD(makes, NULL)
{
	assert(make(false) == -EINVAL && !make(true));
	assert(known->users == 1);
	kfree(known);
	known = NULL;
}
