/* SPDX-License-Identifier: MIT */
/*
 * This file takes advice about pages, with mmap_lock held for reading, or for
 * MADV_DONTNEED from 6.17 on, and guards from 6.19 on, with the lock of the VMA: throw them
 * away (MADV_DONTNEED), put guards in their place (MADV_GUARD_INSTALL, 6.13), with MM_FILE_REF read them ahead (MADV_WILLNEED) or
 * take them away from their file as well (MADV_REMOVE), and with MM_COLLAPSE make
 * huge ones of them (MADV_COLLAPSE, 6.1 and later). With a userfaultfd
 * MADV_DONTNEED drops the lock in the middle, and two things had to be learned,
 * each a flag here:
 *
 *	MADVISE_REVALIDATE	look the VMA up again after the drop (4.11)
 *	MADVISE_PROPAGATE_END	tell the loop over the VMAs that the one found
 *				after the drop ends earlier than the first did
 *
 * MADV_REMOVE and MADV_COLLAPSE always drop it, MADV_WILLNEED where there is a
 * file (from 5.4 on; here in all versions), since the filesystem takes locks that
 * come before mmap_lock. Then the VMA may be gone, and its file with it. To leave
 * out what that asks for, define
 *
 *	WILLNEED_NO_REF		take no reference on the file
 *	REMOVE_NO_REF		the same for MADV_REMOVE (a bug of 2.6.21 to 3.4)
 *	WILLNEED_LATE_OFFSET	ask the VMA after the drop where in the file it
 *				is (a bug of 5.4 to 5.8)
 *	MADVISE_KEEP_PREV	do not tell the loop over the VMAs
 */
#ifndef _MM_MADVISE_H
#define _MM_MADVISE_H

#include <linux/minmax.h>
#include <linux/mman.h>
#include <linux/syscalls.h>
#include <linux/userfaultfd_k.h>
#if MM_COLLAPSE
#include <mm/collapse.h>
#endif
#include <mm/internal.h>
#include <mm/mmap.h>
#include <mm/mmap_lock.h>

#ifndef MADVISE_REVALIDATE
#define MADVISE_REVALIDATE	1
#endif
#ifndef MADVISE_PROPAGATE_END
#define MADVISE_PROPAGATE_END	0
#endif

/* Throw away the pages of [start, end), and leave guards where they are. */
static void __maybe_unused zap_page_range_single(struct mm_struct *mm, unsigned long start,
						 unsigned long end)
{
#if MADV_GUARD
	unsigned long addr;

	mmu_notifier_invalidate_range_start(mm, start, end);
	spin_lock(&mm->page_table_lock);
	for (addr = start; addr < end; addr += PAGE_SIZE)
		if (!__mmcheck_named("MADV_GUARD_INSTALL") ||
		    !(pt_get(&mm->pgd, addr) & _PAGE_GUARD))
			pt_clear(&mm->pgd, addr);
	spin_unlock(&mm->page_table_lock);
	mmu_notifier_invalidate_range_end(mm, start, end);
#else
	zap_page_range(mm, start, end);
#endif
}

/*
 * Throw away the pages of [start, *end) of vma. *prev is vma, or NULL if
 * mmap_lock was dropped in between; *end is where the VMA ended, if earlier.
 */
static int __maybe_unused madvise_dontneed(struct vm_area_struct *vma,
					   struct vm_area_struct **prev,
					   unsigned long start, unsigned long *end)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long stop = *end;
	bool held;

	*prev = vma;
	if (vma->vm_flags & VM_LOCKED)
		return -EINVAL;
	held = userfaultfd_remove(vma, start, stop);
	CONTRACT(lockdep_is_held(&mm->mmap_lock) == held,
		 "userfaultfd_remove() returns false if it drops mmap_lock, else true");
	if (!held) {
		*prev = NULL;
		mmap_read_lock(mm);
#if MADVISE_REVALIDATE
		vma = vma_lookup(mm, start);
		if (!vma)
			return -ENOMEM;
		if (vma->vm_flags & VM_LOCKED)
			return -EINVAL;
		stop = min(stop, vma->vm_end);
#if MADVISE_PROPAGATE_END
		*end = stop;
#endif
#endif
	}
	zap_page_range_single(vma->vm_mm, max(start, vma->vm_start), stop);
	return 0;
}

#ifdef MADVISE_KEEP_PREV
#define madvise_lock_dropped(prev)	((void)(prev))
#else
#define madvise_lock_dropped(prev)	(*(prev) = NULL)
#endif

#if MM_FILE_REF

/*
 * The filesystem reads pages of file: it may lock the inode for that. Of that lock all
 * that counts here is that it comes before mmap_lock: nothing in the model needs it.
 */
static void __maybe_unused vfs_fadvise(struct file *file, pgoff_t index)
{
	struct inode *inode = file_inode(file);

	(void)index;
	inode_lock_shared(inode);
	inode_unlock_shared(inode);
}

/* It punches a hole of pages [index, last] in file: nobody maps them any more. */
static int __maybe_unused vfs_fallocate(struct file *file, pgoff_t index, pgoff_t last)
{
	struct address_space *mapping = file->f_mapping;
	struct inode *inode = file_inode(file);
	struct vm_area_struct *vma;

	inode_lock(inode);
	i_mmap_lock_read(mapping);
	vma_interval_tree_foreach(vma, &mapping->i_mmap, index, last) {
		pgoff_t from = max(index, vma->vm_pgoff);
		unsigned long start = vma->vm_start + ((from - vma->vm_pgoff) << PAGE_SHIFT);
		unsigned long end = start + ((last + 1 - from) << PAGE_SHIFT);

		zap_page_range(vma->vm_mm, start, min(end, vma->vm_end));
	}
	i_mmap_unlock_read(mapping);
	inode_unlock(inode);
	return 0;
}

/* Read the pages of [start, ...) ahead, those of a file without mmap_lock. */
static int __maybe_unused madvise_willneed(struct vm_area_struct *vma,
					   struct vm_area_struct **prev, unsigned long start)
{
	struct mm_struct *mm = vma->vm_mm;
	struct file *file = vma->vm_file;
	pgoff_t index;

	*prev = vma;
	if (!file)	/* read from swap into its cache: no VMA changes */
		return 0;
	madvise_lock_dropped(prev);
#ifndef WILLNEED_NO_REF
	get_file(file);
#endif
#ifdef WILLNEED_LATE_OFFSET
	mmap_read_unlock(mm);
	index = linear_page_index(vma, start);
#else
	index = linear_page_index(vma, start);
	mmap_read_unlock(mm);
#endif
	vfs_fadvise(file, index);
#ifndef WILLNEED_NO_REF
	fput(file);
#endif
	mmap_read_lock(mm);
	return 0;
}

/* Take the pages of [start, end) away from the file. */
static int __maybe_unused madvise_remove(struct vm_area_struct *vma,
					 struct vm_area_struct **prev,
					 unsigned long start, unsigned long end)
{
	struct mm_struct *mm = vma->vm_mm;
	struct file *file = vma->vm_file;
	pgoff_t index, last;
	int error;

	*prev = vma;
	madvise_lock_dropped(prev);
	if (vma->vm_flags & VM_LOCKED || !file)
		return -EINVAL;
	/* From 6.7 on one that may be made writable will do: all that are shared, here. */
	if (!(vma->vm_flags & VM_SHARED))
		return -EACCES;
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	if (!(vma->vm_flags & VM_WRITE))
		return -EACCES;
#endif
	index = linear_page_index(vma, start);
	last = index + ((end - start) >> PAGE_SHIFT) - 1;
#ifndef REMOVE_NO_REF
	get_file(file);
#endif
	if (userfaultfd_remove(vma, start, end))
		mmap_read_unlock(mm);
	error = vfs_fallocate(file, index, last);
#ifndef REMOVE_NO_REF
	fput(file);
#endif
	mmap_read_lock(mm);
	return error;
}

#endif

#if MM_COLLAPSE

/* Put huge pages in the place of the small ones of [start, end). Each drops mmap_lock. */
static int __maybe_unused madvise_collapse(struct vm_area_struct *vma,
					   struct vm_area_struct **prev,
					   unsigned long start, unsigned long end)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long addr;
	bool dropped = false;

	*prev = vma;
	if (!hugepage_vma_check(vma, start))
		return -EINVAL;
	for (addr = start; addr + HPAGE_PMD_SIZE <= end; addr += HPAGE_PMD_SIZE) {
		if (dropped)
			vma = hugepage_vma_revalidate(mm, addr);
		if (!vma || !hpage_collapse_scan_pmd(vma, addr))
			return -EINVAL;
		madvise_lock_dropped(prev);
		dropped = true;
		collapse_huge_page(mm, addr);
		mmap_read_lock(mm);
	}
	return 0;
}

#endif

#if MADV_GUARD

/* Put guards in all of [start, end), unless there is a page: then some may be there. */
static bool __maybe_unused guard_install_range(struct mm_struct *mm, unsigned long start,
					       unsigned long end)
{
	bool done = true;

	spin_lock(&mm->page_table_lock);
	for (; done && start < end; start += PAGE_SIZE) {
		unsigned long entry = pt_get(&mm->pgd, start);

		if (!entry)
			pt_set(&mm->pgd, start, _PAGE_GUARD);
		else if (!(entry & _PAGE_GUARD))
			done = false;
	}
	spin_unlock(&mm->page_table_lock);
	return done;
}

#define MAX_MADVISE_GUARD_RETRIES	3

/* Put guards in [start, end) of vma, in place of the pages that are there. */
static int __maybe_unused madvise_guard_install(struct vm_area_struct *vma, unsigned long start,
						unsigned long end)
{
	if (vma->vm_flags & (VM_LOCKED | VM_SPECIAL | VM_HUGETLB))
		return -EINVAL;
	for (int i = 0; i < MAX_MADVISE_GUARD_RETRIES; i++) {
		if (guard_install_range(vma->vm_mm, start, end))
			return 0;
		zap_page_range_single(vma->vm_mm, start, end);	/* somebody faults meanwhile */
	}
	return -ERESTARTNOINTR;
}

static int __maybe_unused madvise_guard_remove(struct vm_area_struct *vma, unsigned long start,
					       unsigned long end)
{
	struct mm_struct *mm = vma->vm_mm;

	spin_lock(&mm->page_table_lock);
	for (; start < end; start += PAGE_SIZE)
		if (pt_get(&mm->pgd, start) & _PAGE_GUARD)
			pt_clear(&mm->pgd, start);
	spin_unlock(&mm->page_table_lock);
	return 0;
}

#endif

/* What behavior says to [start, *end) of vma. */
static int __maybe_unused madvise_vma_behavior(struct vm_area_struct *vma,
					       struct vm_area_struct **prev,
					       unsigned long start, unsigned long *end,
					       int behavior)
{
	switch (behavior) {
#if MM_FILE_REF
	case MADV_WILLNEED:
		return madvise_willneed(vma, prev, start);
	case MADV_REMOVE:
		return madvise_remove(vma, prev, start, *end);
#endif
#if MM_COLLAPSE
	case MADV_COLLAPSE:
		return madvise_collapse(vma, prev, start, *end);
#endif
#if MADV_GUARD
	case MADV_GUARD_INSTALL:
		*prev = vma;
		return madvise_guard_install(vma, start, *end);
	case MADV_GUARD_REMOVE:
		*prev = vma;
		return madvise_guard_remove(vma, start, *end);
#endif
	default:
		return madvise_dontneed(vma, prev, start, end);
	}
}

#if MADVISE_VMA_LOCK

/* Is the lock of one VMA enough? */
static inline bool madvise_by_vma_lock(int behavior)
{
#if MADV_GUARD_VMA_LOCK
	if (behavior == MADV_GUARD_INSTALL || behavior == MADV_GUARD_REMOVE)
		return true;
#endif
	return behavior == MADV_DONTNEED;
}

static int __maybe_unused madvise_locked_vma(struct vm_area_struct *vma, unsigned long start,
					     unsigned long end, int behavior)
{
#if MADV_GUARD_VMA_LOCK
	if (behavior == MADV_GUARD_INSTALL)
		return madvise_guard_install(vma, start, end);
	if (behavior == MADV_GUARD_REMOVE)
		return madvise_guard_remove(vma, start, end);
#endif
	(void)behavior;
	if (vma->vm_flags & VM_LOCKED)
		return -EINVAL;
	zap_page_range_single(vma->vm_mm, start, end);
	return 0;
}

/*
 * Take advice on [start, end) with the lock of one VMA. False, and nothing done: it takes
 * mmap_lock. The range has to lie in the VMA, which has to be the caller's, and no
 * manager may wait to be told.
 */
static bool __maybe_unused madvise_one_vma(struct mm_struct *mm, unsigned long start,
					   unsigned long end, int behavior, int *error)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, start);

	if (!vma)
		return false;
	if (end > vma->vm_end || current->mm != vma->vm_mm || userfaultfd_armed(vma)) {
		vma_end_read(vma);
		return false;
	}
	*error = madvise_locked_vma(vma, start, end, behavior);
	vma_end_read(vma);
	return true;
}

#endif

/* Advice on a range of mm. Holes are skipped, and reported in the end. */
static int __maybe_unused do_madvise(struct mm_struct *mm, unsigned long start,
				     unsigned long len, int behavior)
{
	unsigned long end = start + len;
	int error = 0;

#if MADVISE_VMA_LOCK
	if (madvise_by_vma_lock(behavior) && madvise_one_vma(mm, start, end, behavior, &error))
		return error;
#endif
	mmap_read_lock(mm);
	while (start < end) {
		struct vm_area_struct *prev, *vma = find_vma(mm, start);
		unsigned long tmp;
		int ret;

		if (!vma || vma->vm_start >= end) {
			error = -ENOMEM;
			break;
		}
		if (start < vma->vm_start) {
			error = -ENOMEM;
			start = vma->vm_start;
		}
		tmp = min(end, vma->vm_end);
		ret = madvise_vma_behavior(vma, &prev, start, &tmp, behavior);
		if (ret) {
			error = ret;
			break;
		}
		start = tmp;
		if (prev)
			start = max(start, prev->vm_end);
	}
	mmap_read_unlock(mm);
	return error;
}

SYSCALL_DEFINE3(madvise, unsigned long, start, unsigned long, len, int, behavior)
{
	switch (behavior) {
#if MM_FILE_REF
	case MADV_WILLNEED:
	case MADV_REMOVE:
#endif
#if MM_COLLAPSE
	case MADV_COLLAPSE:
#endif
#if MADV_GUARD
	case MADV_GUARD_INSTALL:
	case MADV_GUARD_REMOVE:
#endif
	case MADV_DONTNEED:
		return do_madvise(current->mm, start, len, behavior);
	default:
		return -EINVAL;
	}
}

#endif /* _MM_MADVISE_H */
