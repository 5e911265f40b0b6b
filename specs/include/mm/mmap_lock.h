/* SPDX-License-Identifier: MIT */
/*
 * This file finds and read-locks a VMA without mmap_lock, as the page fault does
 * from 6.4 on. The tree is searched in an RCU read section; until the lock is
 * held only the fields that lead to it may be read. NULL says that there is no
 * VMA at addr, or that a writer is at work: take mmap_lock then.
 */
#ifndef _MM_MMAP_LOCK_H
#define _MM_MMAP_LOCK_H

#include <mm/internal.h>

#if VMA_LOCK_REFCOUNT

static struct vm_area_struct *__maybe_unused
lock_vma_under_rcu(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	rcu_read_lock();
	do {	/* again if it was detached: another one may be in its place */
		vma = mt_lookup(&mm->mm_mt, addr);
		if (vma)
			vma = vma_start_read(mm, vma);
	} while (vma == ERR_PTR(-EAGAIN));
	rcu_read_unlock();
	if (!vma)
		return NULL;

	/* Since the lookup it may have been split, or been freed and be another one. */
	if (unlikely(addr < vma->vm_start || addr >= vma->vm_end)) {
		vma_end_read(vma);
		return NULL;
	}
	return vma;
}

#elif CONFIG_PER_VMA_LOCK

static struct vm_area_struct *__maybe_unused
lock_vma_under_rcu(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	rcu_read_lock();
	for (;;) {
		vma = mt_lookup(&mm->mm_mt, addr);
		if (!vma || !vma_start_read(vma))
			break;
		if (vma->detached) {	/* taken out of the tree before it was locked */
			vma_end_read(vma);
			continue;
		}
		if (unlikely(addr < vma->vm_start || addr >= vma->vm_end)) {
			vma_end_read(vma);
			break;
		}
		rcu_read_unlock();
		return vma;
	}
	rcu_read_unlock();
	return NULL;
}

#endif

#endif /* _MM_MMAP_LOCK_H */
