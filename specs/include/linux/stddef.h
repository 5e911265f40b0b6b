/* SPDX-License-Identifier: MIT */
/*
 * This file tells where members lie in their struct.
 */
#ifndef _LINUX_STDDEF_H
#define _LINUX_STDDEF_H

#define NULL	((void *)0)

#define offsetof(type, member)		__builtin_offsetof(type, member)
#define sizeof_field(type, member)	sizeof(((type *)0)->member)
#define offsetofend(type, member)	(offsetof(type, member) + sizeof_field(type, member))

#endif /* _LINUX_STDDEF_H */
