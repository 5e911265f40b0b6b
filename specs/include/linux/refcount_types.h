/* SPDX-License-Identifier: MIT */
/*
 * This file has the type of <linux/refcount.h>, for structures that hold such a count.
 */
#ifndef _LINUX_REFCOUNT_TYPES_H
#define _LINUX_REFCOUNT_TYPES_H

#include <linux/types.h>

typedef struct refcount_struct {
	atomic_t refs;
} refcount_t;

#define REFCOUNT_MAX		0x7fffffff
#define REFCOUNT_INIT(n)	{ .refs = ATOMIC_INIT(n) }

#endif /* _LINUX_REFCOUNT_TYPES_H */
