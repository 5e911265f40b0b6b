/* SPDX-License-Identifier: MIT */
/*
 * This file holds the least and the greatest value of each type.
 */
#ifndef _LINUX_LIMITS_H
#define _LINUX_LIMITS_H

#define SCHAR_MAX	((signed char)0x7f)
#define SCHAR_MIN	((signed char)(-SCHAR_MAX - 1))
#define UCHAR_MAX	((unsigned char)0xff)
#define SHRT_MAX	((short)0x7fff)
#define SHRT_MIN	((short)(-SHRT_MAX - 1))
#define USHRT_MAX	((unsigned short)0xffff)
#define INT_MAX		0x7fffffff
#define INT_MIN		(-INT_MAX - 1)
#define UINT_MAX	0xffffffffU
#define LONG_MAX	0x7fffffffffffffffL
#define LONG_MIN	(-LONG_MAX - 1)
#define ULONG_MAX	0xffffffffffffffffUL
#define LLONG_MAX	0x7fffffffffffffffLL
#define LLONG_MIN	(-LLONG_MAX - 1)
#define ULLONG_MAX	0xffffffffffffffffULL

#define U8_MAX		((u8)0xff)
#define S8_MAX		((s8)0x7f)
#define S8_MIN		((s8)(-S8_MAX - 1))
#define U16_MAX		((u16)0xffff)
#define S16_MAX		((s16)0x7fff)
#define S16_MIN		((s16)(-S16_MAX - 1))
#define U32_MAX		((u32)0xffffffffU)
#define S32_MAX		((s32)0x7fffffff)
#define S32_MIN		((s32)(-S32_MAX - 1))
#define U64_MAX		((u64)0xffffffffffffffffULL)
#define S64_MAX		((s64)0x7fffffffffffffffLL)
#define S64_MIN		((s64)(-S64_MAX - 1))
#define UINTPTR_MAX	ULONG_MAX
#define SIZE_MAX	ULONG_MAX
#define SSIZE_MAX	LONG_MAX
#define PHYS_ADDR_MAX	ULLONG_MAX

#define NAME_MAX	255
#define PATH_MAX	4096

#endif /* _LINUX_LIMITS_H */
