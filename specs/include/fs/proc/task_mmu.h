/* SPDX-License-Identifier: MIT */
/*
 * This file reads /proc/PID/maps: one read() takes a reference to the users of
 * the mm, shows a few VMAs, and gives it up. Nothing but an address is kept to the
 * next one. Before 6.17 mmap_lock is held for reading meanwhile, from then on the
 * VMA that is shown is locked, one after the other.
 *
 * PROCMAP_QUERY (6.11) asks of that file for the VMA of one address, with the lock of the
 * VMA from 6.18 on.
 */
#ifndef _FS_PROC_TASK_MMU_H
#define _FS_PROC_TASK_MMU_H

#include <linux/sched/mm.h>
#include <mm/mmap_lock.h>

/* Show one VMA: what is shown must fit together. */
static void __maybe_unused show_map_vma(struct vm_area_struct *vma)
{
	unsigned long start = vma->vm_start;
	vm_flags_t flags = vma->vm_flags;

	VM_BUG_ON_VMA(start >= vma->vm_end, vma);
	VM_BUG_ON_VMA(vma->vm_flags != flags, vma);
}

#if PROC_MAPS_VMA_LOCK

/* As below. */
static unsigned long __maybe_unused proc_maps_read(struct mm_struct *mm, unsigned long pos, int n)
{
	struct vm_area_struct *vma;

	if (!mmget_not_zero(mm))
		return TASK_SIZE;
	rcu_read_lock();
	for (vma = lock_next_vma(mm, pos); !IS_ERR_OR_NULL(vma); vma = lock_next_vma(mm, pos)) {
		show_map_vma(vma);
		pos = vma->vm_end;
		vma_end_read(vma);
		if (--n == 0)
			break;
	}
	if (!vma)
		pos = TASK_SIZE;
	rcu_read_unlock();
	mmput(mm);
	return pos;
}

#else

/*
 * One read() of at most n VMAs from address pos on. Returns where to go on, or
 * TASK_SIZE at the end.
 */
static unsigned long __maybe_unused proc_maps_read(struct mm_struct *mm, unsigned long pos, int n)
{
	struct vm_area_struct *vma;

	if (!mmget_not_zero(mm))
		return TASK_SIZE;
	if (mmap_read_lock_killable(mm)) {
		mmput(mm);
		return pos;
	}
	for (vma = find_vma(mm, pos); vma && n > 0; vma = find_vma(mm, pos)) {
		show_map_vma(vma);
		pos = vma->vm_end;
		n--;
	}
	if (!vma)
		pos = TASK_SIZE;
	mmap_read_unlock(mm);
	mmput(mm);	/* maybe the last: not with mmap_lock held */
	return pos;
}

#endif

/* PROCMAP_QUERY: where does the first VMA end that ends behind addr? 0 if there is none. */
static unsigned long __maybe_unused procmap_query(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	unsigned long end = 0;

	if (!mmget_not_zero(mm))
		return 0;
#if PROCMAP_QUERY_VMA_LOCK
	rcu_read_lock();
	vma = lock_next_vma(mm, addr);
	rcu_read_unlock();
	if (!IS_ERR_OR_NULL(vma)) {
		show_map_vma(vma);
		end = vma->vm_end;
		vma_end_read(vma);
	}
#else
	if (!mmap_read_lock_killable(mm)) {
		vma = find_vma(mm, addr);
		if (vma) {
			show_map_vma(vma);
			end = vma->vm_end;
		}
		mmap_read_unlock(mm);
	}
#endif
	mmput(mm);
	return end;
}

#endif /* _FS_PROC_TASK_MMU_H */
