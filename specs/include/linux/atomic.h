/* SPDX-License-Identifier: MIT */
/*
 * This file declares counters that are read and changed in one step. Reading
 * and setting alone are plain accesses. All forms are fully ordered here: the
 * search is sequentially consistent.
 */
#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

#include <asm/barrier.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define __MMCHECK_ATOMIC(prefix, type, num)					\
static inline num prefix##_read(const type *v)					\
{										\
	return READ_ONCE(v->counter);						\
}										\
static inline void prefix##_set(type *v, num i)					\
{										\
	WRITE_ONCE(v->counter, i);						\
}										\
void prefix##_inc(type *v);							\
void prefix##_dec(type *v);							\
void prefix##_add(num i, type *v);						\
void prefix##_sub(num i, type *v);						\
num prefix##_inc_return(type *v);						\
num prefix##_dec_return(type *v);						\
num prefix##_add_return(num i, type *v);					\
num prefix##_sub_return(num i, type *v);					\
num prefix##_fetch_inc(type *v);						\
num prefix##_fetch_dec(type *v);						\
num prefix##_fetch_add(num i, type *v);						\
bool prefix##_dec_and_test(type *v);						\
bool prefix##_sub_and_test(num i, type *v);					\
bool prefix##_inc_not_zero(type *v);						\
bool prefix##_add_unless(type *v, num add, num unless);				\
num prefix##_fetch_sub(num i, type *v);						\
num prefix##_fetch_add_unless(type *v, num add, num unless);			\
bool prefix##_add_negative(num i, type *v);					\
bool prefix##_inc_unless_negative(type *v);					\
bool prefix##_dec_unless_positive(type *v);					\
num prefix##_dec_if_positive(type *v);						\
void prefix##_and(num i, type *v);						\
void prefix##_or(num i, type *v);						\
void prefix##_xor(num i, type *v);						\
void prefix##_andnot(num i, type *v);						\
num prefix##_fetch_and(num i, type *v);						\
num prefix##_fetch_or(num i, type *v);						\
num prefix##_fetch_xor(num i, type *v);						\
num prefix##_fetch_andnot(num i, type *v);					\
num prefix##_xchg(type *v, num new);						\
bool prefix##_inc_and_test(type *v);						\
num prefix##_cmpxchg(type *v, num old, num new)

#define __MMCHECK_ATOMIC_MORE(prefix, type, num)					\
static inline bool prefix##_try_cmpxchg(type *v, num *old, num new)		\
{										\
	num expected = *old, found = prefix##_cmpxchg(v, expected, new);	\
										\
	if (found != expected)							\
		*old = found;							\
	return found == expected;						\
}										\
static inline num prefix##_read_acquire(const type *v)				\
{										\
	__mmcheck_order("acquire");						\
	return READ_ONCE(v->counter);						\
}										\
static inline void prefix##_set_release(type *v, num i)				\
{										\
	__mmcheck_order("release");						\
	WRITE_ONCE(v->counter, i);						\
}

__MMCHECK_ATOMIC(atomic, atomic_t, int);
__MMCHECK_ATOMIC(atomic_long, atomic_long_t, long);
__MMCHECK_ATOMIC(atomic64, atomic64_t, s64);

__MMCHECK_ATOMIC_MORE(atomic, atomic_t, int)
__MMCHECK_ATOMIC_MORE(atomic_long, atomic_long_t, long)
__MMCHECK_ATOMIC_MORE(atomic64, atomic64_t, s64)

#include <asm/cmpxchg.h>
#include <linux/atomic/atomic-arch-fallback.h>

#endif /* _LINUX_ATOMIC_H */
