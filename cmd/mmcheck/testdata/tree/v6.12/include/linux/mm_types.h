/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

#include <linux/types.h>
#include <linux/spinlock.h>

struct keepsake;

struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;
	struct mm_struct *vm_mm;
	unsigned long vm_flags;
#ifdef CONFIG_NUMA
	struct mempolicy *vm_policy;
#endif
};

struct mm_struct {
	struct {
		struct rw_semaphore mmap_lock;
		int map_count;
		unsigned long kept_pages;	/* under mmap_lock */
		spinlock_t keepsake_lock;
		struct keepsake *keepsakes;	/* under keepsake_lock */
	} __randomize_layout;
	unsigned long cpu_bitmap[];
};

#endif
