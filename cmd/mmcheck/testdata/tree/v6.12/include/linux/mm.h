/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/mm_types.h>
#include <linux/errno.h>
#include <asm/pgtable.h>

#define VM_READ		0x00000001UL
#define VM_WRITE	0x00000002UL
#define VM_LOCKED	0x00002000UL
#define VM_KEEPSAKE	(VM_FROZEN | VM_LOCKED)
#define VM_FROZEN	0x80000000UL

enum keepsake_kind {
	KEEPSAKE_NONE,
	KEEPSAKE_ONE = 4,
	KEEPSAKE_MANY,
};

struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);
extern int keepsake_account(struct mm_struct *mm, long pages);
extern unsigned long keepsake_limit;
void keepsake_note(struct vm_area_struct *vma, const char *fmt, ...);
bool keepsake_allowed(unsigned long addr, enum keepsake_kind kind);

static inline unsigned long vma_pages(const struct vm_area_struct *vma)
{
	return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}

#ifdef CONFIG_KEEPSAKE_STATS
void keepsake_count(struct mm_struct *mm, int n);
#else
static inline void keepsake_count(struct mm_struct *mm, int n)
{
}
#endif

#endif
