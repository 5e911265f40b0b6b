/* SPDX-License-Identifier: MIT */
/*
 * This file knows the words for functions that assembly calls.
 */
#ifndef _LINUX_LINKAGE_H
#define _LINUX_LINKAGE_H

#include <linux/compiler_types.h>
#include <linux/export.h>

#define asmlinkage
#define __lockfunc
#define __page_aligned_data
#define __page_aligned_bss

#endif /* _LINUX_LINKAGE_H */
