/* SPDX-License-Identifier: MIT */
/*
 * This file defines container_of(): from a pointer to a member back to the
 * structure around it. The native keeps the identity of the object, so that a
 * pointer won this way is as stale, or as fresh, as the one it came from.
 */
#ifndef _LINUX_CONTAINER_OF_H
#define _LINUX_CONTAINER_OF_H

void *__mmcheck_container_of(const void *ptr, unsigned long offset);

#define container_of(ptr, type, member) \
	((type *)__mmcheck_container_of((ptr), __builtin_offsetof(type, member)))

#endif /* _LINUX_CONTAINER_OF_H */
