/* SPDX-License-Identifier: MIT */
/*
 * This file names the scalar types that kernel code uses.
 */
#ifndef _LINUX_TYPES_H
#define _LINUX_TYPES_H

#include <linux/compiler.h>

typedef _Bool bool;
#define true	1
#define false	0

#define NULL	((void *)0)

typedef signed char s8;
typedef unsigned char u8;
typedef short s16;
typedef unsigned short u16;
typedef int s32;
typedef unsigned int u32;
typedef long long s64;
typedef unsigned long long u64;

struct list_head {
	struct list_head *next, *prev;
};

typedef unsigned int gfp_t;
typedef unsigned long pgoff_t;
typedef unsigned long vm_flags_t;

#endif /* _LINUX_TYPES_H */
