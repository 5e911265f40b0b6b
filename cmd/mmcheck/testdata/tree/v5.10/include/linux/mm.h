/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/mm_types.h>
#include <linux/errno.h>
#include <asm/pgtable.h>

#define VM_WRITE	0x00000002UL
#define VM_STAMPED	0x40000000UL

struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);
int stamp_charge(struct mm_struct *mm, long pages);
void stamp_uncharge(struct mm_struct *mm, long pages);
bool stamp_wanted(struct vm_area_struct *vma, unsigned long flags);
struct stamp_book *stamp_lookup(struct mm_struct *mm);

static inline void mmap_read_lock(struct mm_struct *mm)
{
	down_read(&mm->mmap_lock);
}

#endif
