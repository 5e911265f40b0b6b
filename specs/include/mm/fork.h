/* SPDX-License-Identifier: MIT */
/*
 * This file copies the mappings of a process to a child: dup_mmap() of
 * kernel/fork.c. Define FORK_NO_VMA_LOCK to leave the locks of the parent's VMAs
 * alone, as 6.4 did before 6.4.3, or FORK_LATE_VMA_LOCK to take each of them only
 * when the child's VMA was linked. Define FORK_LINK_EARLY to let the child's VMA enter
 * the tree of its file before vm_ops->open has completed it, as kernels did up to 6.8.
 * With MM_COW what CPUs remember of the parent is flushed in the end; define
 * FORK_EARLY_FLUSH to flush at each page as well.
 */
#ifndef _MM_FORK_H
#define _MM_FORK_H

#include <linux/sched/signal.h>
#include <mm/memory.h>
#include <mm/mmap.h>
#include <mm/vma.h>

/*
 * Copy the entries of [src_addr, end) of src_mm to dst_addr on in dst_mm. Two
 * tables are locked, that of the destination first; define COPY_COMPARE_PTL where
 * they may be one.
 */
static void __maybe_unused copy_page_range(struct mm_struct *dst_mm, struct mm_struct *src_mm,
					   unsigned long dst_addr, unsigned long src_addr,
					   unsigned long end)
{
	for (; src_addr < end; src_addr += PAGE_SIZE, dst_addr += PAGE_SIZE) {
		struct ptdesc *dst = pte_alloc_map_lock(dst_mm, dst_addr);
		struct ptdesc *src = pte_offset_map_nolock(src_mm, src_addr);

#if MM_PGTABLES_GO
		if (!src) {	/* nothing was ever there, or it was taken away */
			pte_unmap_unlock(dst);
			continue;
		}
#endif
#ifdef COPY_COMPARE_PTL
		if (src != dst)
#endif
			spin_lock_nested(&src->ptl, SINGLE_DEPTH_NESTING);
		copy_one_pte(dst, dst_addr, src, src_addr);
#ifdef FORK_EARLY_FLUSH
		flush_tlb_page(src_mm, src_addr);
#endif
#ifdef COPY_COMPARE_PTL
		if (src != dst)
#endif
			spin_unlock(&src->ptl);
		pte_unmap(src);
		pte_unmap_unlock(dst);
	}
}

/* In a file's tree the child's VMA comes right behind the parent's. */
static void __maybe_unused vma_link_file_after(struct vm_area_struct *vma,
					       struct vm_area_struct *prev)
{
	struct file *file = vma->vm_file;

	if (!file)
		return;
	i_mmap_lock_write(file->f_mapping);
	vma_interval_tree_insert_after(vma, prev, &file->f_mapping->i_mmap);
	i_mmap_unlock_write(file->f_mapping);
}

/*
 * Lock a VMA of the parent. 0, or -EINTR where a fatal signal came: before 6.19 fork looked
 * for one when it had the lock. FORK_SKIP_UNFAULTED is a proposal.
 */
static int __maybe_unused fork_lock_vma(struct vm_area_struct *mpnt)
{
#ifdef FORK_SKIP_UNFAULTED
	if (!mpnt->anon_vma)
		return 0;
#endif
#if VMA_WRITE_KILLABLE
	return vma_start_write_killable(mpnt);
#else
	vma_start_write(mpnt);
	return fatal_signal_pending(current) ? -EINTR : 0;
#endif
}

/*
 * The copy has failed on the way. Whoever finds mm by its VMAs, or in a list, may lock it
 * when dup_mmap() is done. From 6.14 on it says that it is none to work with.
 */
static void __maybe_unused dup_mmap_failed(struct mm_struct *mm)
{
#if FORK_FAIL_CLEANUP
	do_munmap(mm, 0, TASK_SIZE, NULL);
#endif
#if MM_OOM && LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
	set_bit(MMF_OOM_SKIP, &mm->flags);
	set_bit(MMF_UNSTABLE, &mm->flags);
#endif
	(void)mm;
}

/* Copy all mappings of oldmm to mm, which nobody else knows yet. 0, or -EINTR. */
static int __maybe_unused dup_mmap(struct mm_struct *mm, struct mm_struct *oldmm)
{
	struct vm_area_struct *mpnt, *tmp;
	int error = 0;

	if (mmap_write_lock_killable(oldmm))
		return -EINTR;
	mmap_write_lock_nested(mm, SINGLE_DEPTH_NESTING);
	for (mpnt = find_vma(oldmm, 0); mpnt; mpnt = find_vma(oldmm, mpnt->vm_end)) {
		unsigned long start = mpnt->vm_start, end = mpnt->vm_end;

#if !defined(FORK_NO_VMA_LOCK) && !defined(FORK_LATE_VMA_LOCK)
		error = fork_lock_vma(mpnt);
		if (error)
			break;
#endif
		tmp = vm_area_dup(mpnt);
		tmp->vm_mm = mm;
		anon_vma_fork(tmp, mpnt);
#ifdef FORK_LATE_VMA_LOCK
		vma_start_write(mpnt);
#endif
		vma_start_write(tmp);
		vma_mark_attached(tmp);
#ifdef FORK_LINK_EARLY
		vma_link_file_after(tmp, mpnt);
#endif
		mt_store(&mm->mm_mt, start, end, tmp);
		vma_list_add(mm, tmp);
		mm->map_count++;
		vma_open(tmp);
#ifndef FORK_LINK_EARLY
		vma_link_file_after(tmp, mpnt);
#endif
		mmu_notifier_invalidate_range_start(oldmm, start, end);
		copy_page_range(mm, oldmm, start, start, end);
		mmu_notifier_invalidate_range_end(oldmm, start, end);
	}
	if (error)
		dup_mmap_failed(mm);
#if MM_COW
	flush_tlb_mm(oldmm);
#endif
	mmap_write_unlock(mm);
	mmap_write_unlock(oldmm);
	return error;
}

#endif /* _MM_FORK_H */
