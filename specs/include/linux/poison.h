/* SPDX-License-Identifier: MIT */
/*
 * This file holds what a pointer is set to that must not be followed any more. It is no
 * object's address, and neither NULL.
 */
#ifndef _LINUX_POISON_H
#define _LINUX_POISON_H

#define LIST_POISON1	((void *)0x100)
#define LIST_POISON2	((void *)0x122)

#endif /* _LINUX_POISON_H */
