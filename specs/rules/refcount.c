// SPDX-License-Identifier: MIT
/*
 * refcount: may a reference be taken that nobody has?
 *
 * A reader finds an object in a list under a lock, and takes a reference to
 * use it after the unlock. The object leaves the list only when its last
 * reference is dropped, a moment later: the count may be 0 when the reader
 * sees it. INC takes a reference all the same. KEEP asks first. NONE does not
 * take one at all and uses freed memory; so does TWICE, which drops one twice.
 * PLAIN drops the last one with refcount_dec(), so that nobody frees the
 * object. LOCKED has no such moment, since the last reference is dropped with
 * the lock held: there the plain form is right.
 *
 * Result: INC: violated refcount
 * Result: KEEP: holds, 38 states
 * Result: NONE: violated use-after-free
 * Result: TWICE: violated use-after-free
 * Result: PLAIN: violated refcount
 * Result: LOCKED: holds, 48 states
 */

#include <linux/kref.h>
#include <linux/slab.h>
#include <mmcheck.h>

struct thing {
	refcount_t refs;
	int value;
};

static struct thing *listed;
static DEFINE_SPINLOCK(lock);

INIT
{
	struct thing *t = kzalloc(sizeof(*t), GFP_KERNEL);

	refcount_set(&t->refs, 1);
	t->value = 7;
	listed = t;
}

static void put(struct thing *t)
{
#if defined(LOCKED)
	if (!refcount_dec_and_lock(&t->refs, &lock))
		return;
	listed = NULL;
	spin_unlock(&lock);
	kfree(t);
#elif defined(PLAIN)
	refcount_dec(&t->refs);
#else
	if (!refcount_dec_and_test(&t->refs))
		return;
	spin_lock(&lock);
	listed = NULL;
	spin_unlock(&lock);
	kfree(t);
#endif
}

THREAD(reader, NULL)
{
	struct thing *t;

	spin_lock(&lock);
	t = listed;
#if defined(INC) || defined(LOCKED)
	if (t)
		refcount_inc(&t->refs);
#elif !defined(NONE)
	if (t && !refcount_inc_not_zero(&t->refs))
		t = NULL;
#endif
	spin_unlock(&lock);
	if (!t)
		return;
	assert(t->value == 7);
#ifndef NONE
	put(t);
#endif
}

THREAD(owner, NULL)
{
	struct thing *t = listed;

	put(t);
#ifdef TWICE
	put(t);
#endif
}
