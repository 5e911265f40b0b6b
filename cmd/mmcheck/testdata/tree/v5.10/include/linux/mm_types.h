/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

#include <linux/types.h>
#include <linux/spinlock.h>

struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;
	struct vm_area_struct *vm_next, *vm_prev;
	struct mm_struct *vm_mm;
	unsigned long vm_flags;
};

struct mm_struct {
	struct vm_area_struct *mmap;
	struct rw_semaphore mmap_lock;
	unsigned long stamped, stamp_limit;
	spinlock_t stamp_lock;
};

#endif
