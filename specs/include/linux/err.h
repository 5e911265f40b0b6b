/* SPDX-License-Identifier: MIT */
/*
 * This file declares pointers that carry an error number. The functions are
 * native: an error pointer is its own kind of value, and following it is an
 * error with a schedule, like following NULL.
 */
#ifndef _LINUX_ERR_H
#define _LINUX_ERR_H

#include <linux/errno.h>
#include <linux/types.h>

#define MAX_ERRNO	4095
#define IS_ERR_VALUE(x)	((unsigned long)(x) >= (unsigned long)-MAX_ERRNO)

void *ERR_PTR(long error);
long PTR_ERR(const void *ptr);
_Bool IS_ERR(const void *ptr);
_Bool IS_ERR_OR_NULL(const void *ptr);

/* The same error, as a pointer to something else. */
static inline void *ERR_CAST(const void *ptr)
{
	return (void *)ptr;
}

static inline int PTR_ERR_OR_ZERO(const void *ptr)
{
	return IS_ERR(ptr) ? PTR_ERR(ptr) : 0;
}

#endif /* _LINUX_ERR_H */
