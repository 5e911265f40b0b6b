/* SPDX-License-Identifier: MIT */
/*
 * This file declares what sets and copies memory: whole objects, or arrays of them, in
 * one step each. memcpy() and memmove() copy between objects of one type.
 */
#ifndef _LINUX_STRING_H
#define _LINUX_STRING_H

#include <linux/types.h>

void *memset(void *object, int byte, unsigned long size);
void *memcpy(void *to, const void *from, unsigned long size);
void *memmove(void *to, const void *from, unsigned long size);

#endif /* _LINUX_STRING_H */
