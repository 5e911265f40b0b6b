/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_TYPES_H
#define _LINUX_TYPES_H
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef u32 __bitwise qbuf_state_t;
typedef _Bool bool;
typedef unsigned long size_t;
struct list_head {
	struct list_head *next, *prev;
};
#endif
