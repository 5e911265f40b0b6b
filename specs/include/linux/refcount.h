/* SPDX-License-Identifier: MIT */
/*
 * This file declares counts of references. What the kernel warns of and then
 * saturates is the property `refcount`: taking a reference when none is left,
 * dropping one too many, dropping the last with refcount_dec().
 *
 * The forms that take a lock with the last reference are C: they drop a
 * reference without the lock only if it is not the last.
 */
#ifndef _LINUX_REFCOUNT_H
#define _LINUX_REFCOUNT_H

#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/refcount_types.h>
#include <linux/spinlock.h>
#include <mmcheck.h>

static inline unsigned int refcount_read(const refcount_t *r)
{
	return READ_ONCE(r->refs.counter);
}

static inline void refcount_set(refcount_t *r, int n)
{
	WRITE_ONCE(r->refs.counter, n);
}

static inline void refcount_set_release(refcount_t *r, int n)
{
	__mmcheck_order("release");
	WRITE_ONCE(r->refs.counter, n);
}

void refcount_inc(refcount_t *r);
void refcount_add(int i, refcount_t *r);
bool refcount_inc_not_zero(refcount_t *r);
bool refcount_add_not_zero(int i, refcount_t *r);
void refcount_dec(refcount_t *r);
bool refcount_dec_and_test(refcount_t *r);
bool refcount_sub_and_test(int i, refcount_t *r);
bool refcount_dec_if_one(refcount_t *r);
bool refcount_dec_not_one(refcount_t *r);

static inline bool refcount_inc_not_zero_acquire(refcount_t *r)
{
	__mmcheck_order("acquire");
	return refcount_inc_not_zero(r);
}

/* Take a reference if the count is from 1 to limit - 1; *oldp is the count before. */
int __mmcheck_refcount_inc_limited(refcount_t *r, int limit);

static inline bool
__refcount_inc_not_zero_limited_acquire(refcount_t *r, int *oldp, int limit)
{
	int old;

	__mmcheck_order("acquire");
	old = __mmcheck_refcount_inc_limited(r, limit);
	*oldp = old;
	return old > 0 && old < limit;
}

/* The same as refcount_dec_and_test(); *oldp is the count before. */
static inline bool __refcount_dec_and_test(refcount_t *r, int *oldp)
{
	int old;
	bool last;

	__mmcheck_order("release");	/* and an acquire, if it was the last */
	ATOMIC {
		old = r->refs.counter;
		last = refcount_dec_and_test(r);
	}
	*oldp = old;
	return last;
}

static inline bool refcount_dec_and_lock(refcount_t *r, spinlock_t *lock)
{
	bool last;

	if (refcount_dec_not_one(r))
		return false;
	spin_lock(lock);
	last = refcount_dec_and_test(r);
	if (!last)
		spin_unlock(lock);
	return last;
}

static inline bool refcount_dec_and_mutex_lock(refcount_t *r, struct mutex *lock)
{
	bool last;

	if (refcount_dec_not_one(r))
		return false;
	mutex_lock(lock);
	last = refcount_dec_and_test(r);
	if (!last)
		mutex_unlock(lock);
	return last;
}

static inline int atomic_dec_and_lock(atomic_t *v, spinlock_t *lock)
{
	int last;

	if (atomic_add_unless(v, -1, 1))
		return 0;
	spin_lock(lock);
	last = atomic_dec_and_test(v);
	if (!last)
		spin_unlock(lock);
	return last;
}

/* References that are counted in an atomic_t and keep the rules of refcount_t. */
void __mmcheck_count_get(atomic_t *v);
bool __mmcheck_count_put(atomic_t *v);

#endif /* _LINUX_REFCOUNT_H */
