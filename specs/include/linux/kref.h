/* SPDX-License-Identifier: MIT */
/*
 * This file defines the count of references that calls a function when the
 * last one is dropped. kref_put() is a macro, so that the function is known
 * where it is called.
 */
#ifndef _LINUX_KREF_H
#define _LINUX_KREF_H

#include <linux/refcount.h>

struct kref {
	refcount_t refcount;
};

#define KREF_INIT(n)	{ .refcount = REFCOUNT_INIT(n) }

static inline void kref_init(struct kref *kref)
{
	refcount_set(&kref->refcount, 1);
}

static inline unsigned int kref_read(const struct kref *kref)
{
	return refcount_read(&kref->refcount);
}

static inline void kref_get(struct kref *kref)
{
	refcount_inc(&kref->refcount);
}

static inline bool kref_get_unless_zero(struct kref *kref)
{
	return refcount_inc_not_zero(&kref->refcount);
}

#define kref_put(ref, release) ({				\
	struct kref *__kref = (ref);				\
	int __last = refcount_dec_and_test(&__kref->refcount);	\
	if (__last)						\
		release(__kref);				\
	__last;							\
})

#endif /* _LINUX_KREF_H */
