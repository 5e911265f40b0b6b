/* SPDX-License-Identifier: MIT */
/*
 * This file models the VMA that every task remembered from its last lookup,
 * from 3.15 to 6.0: one here, four in the kernel. It counts as long as the
 * task's number is that of the mm, which munmap raises. Until 4.18 the number
 * had 32 bits; when it came round to 0 the caches of all tasks were emptied.
 * Define MM_VMACACHE as the number of bits to have caches; 64 is what 4.19 made
 * of it. A spec says with vmacache_add_task() which tasks there are.
 */
#ifndef _LINUX_VMACACHE_H
#define _LINUX_VMACACHE_H

#include <linux/mm_types.h>
#include <linux/sched.h>
#include <mmcheck.h>

#if MM_VMACACHE

#if MM_VMACACHE < 64
#define VMACACHE_WRAP(seqnum)	((seqnum) & ((1u << MM_VMACACHE) - 1))
#else
#define VMACACHE_WRAP(seqnum)	(seqnum)
#endif

/* What a task alone in its mm does when the number comes round: nothing, 3.16 to 4.18. */
#ifndef VMACACHE_FLUSH_SINGLE
#define VMACACHE_FLUSH_SINGLE	0
#endif

static struct task_struct *vmacache_tasks[2];

static void __maybe_unused vmacache_add_task(struct task_struct *task, int nr)
{
	vmacache_tasks[nr] = task;
}

/* Empty all caches of mm. Its lock is held for writing: nobody looks into one. */
static void __maybe_unused vmacache_flush_all(struct mm_struct *mm)
{
	int i;

	if (!VMACACHE_FLUSH_SINGLE && atomic_read(&mm->mm_users) == 1)
		return;
	for (i = 0; i < 2; i++)
		if (vmacache_tasks[i] && vmacache_tasks[i]->mm == mm)
			vmacache_tasks[i]->vmacache = NULL;
}

/* Let nobody believe in what he remembers any more. */
static inline void vmacache_invalidate(struct mm_struct *mm)
{
	mm->vmacache_seqnum = VMACACHE_WRAP(mm->vmacache_seqnum + 1);
	if (MM_VMACACHE < 64 && mm->vmacache_seqnum == 0)
		vmacache_flush_all(mm);
}

static inline void vmacache_update(struct vm_area_struct *vma)
{
	if (current->mm == vma->vm_mm)
		current->vmacache = vma;
}

/* The VMA at addr, if the running task remembers it. By the number no VMA has gone since. */
static inline struct vm_area_struct *vmacache_find(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	if (current->mm != mm)
		return NULL;
	if (current->vmacache_seqnum != mm->vmacache_seqnum) {
		current->vmacache_seqnum = mm->vmacache_seqnum;
		current->vmacache = NULL;
		return NULL;
	}
	vma = stable_vma(current->vmacache);
	if (vma && vma->vm_start <= addr && vma->vm_end > addr)
		return vma;
	return NULL;
}

#else

static inline void vmacache_invalidate(struct mm_struct *mm) { (void)mm; }
static inline void vmacache_update(struct vm_area_struct *vma) { (void)vma; }
static inline struct vm_area_struct *vmacache_find(struct mm_struct *mm, unsigned long addr)
{
	(void)mm;
	(void)addr;
	return NULL;
}

#endif

#endif /* _LINUX_VMACACHE_H */
