/* SPDX-License-Identifier: MIT */
/*
 * This file collects the small helpers that kernel code takes for granted.
 * Printing is dropped: the report shows what happened.
 */
#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kconfig.h>
#include <linux/minmax.h>
#include <linux/types.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* a is a power of two; the result has the type of x. */
#define ALIGN_DOWN(x, a)	((x) & ~((__typeof__(x))(a) - 1))
#define ALIGN(x, a)		ALIGN_DOWN((x) + ((__typeof__(x))(a) - 1), a)

#define printk(...)	do { } while (0)
#define pr_info(...)	do { } while (0)
#define pr_warn(...)	do { } while (0)
#define pr_err(...)	do { } while (0)
#define pr_debug(...)	do { } while (0)

#endif /* _LINUX_KERNEL_H */
