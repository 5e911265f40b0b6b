/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/types.h>
#include <linux/errno.h>
#include <asm/pgtable.h>

struct ledger;

typedef unsigned long vm_flags_t;

struct vm_area_struct {
	unsigned long vm_start, vm_end;
	struct mm_struct *vm_mm;
	union {
		const vm_flags_t vm_flags;
		vm_flags_t __private __vm_flags;
	};
#ifdef CONFIG_PER_VMA_LOCK
	unsigned int vm_lock_seq;
#endif
};

struct mm_struct {
	struct rw_semaphore mmap_lock;
	struct ledger *ledger __guarded_by(&mmap_lock);
	atomic_t ledger_users;
};

struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr);
int ledger_write(struct ledger *ledger, unsigned long addr, int delta);

#endif
