/* SPDX-License-Identifier: MIT */
/*
 * This file changes the set of VMAs of an mm: link, split, merge. The caller
 * holds mmap_lock for writing. The order of the visible steps is the kernel's:
 *
 *	write-lock every VMA that will change	(with per-VMA locks)
 *	take the rmap locks, leave the interval trees		vma_prepare
 *	change the range, store it in the tree
 *	re-enter the interval trees, drop the rmap locks	vma_complete
 *	detach and free what was merged away
 */
#ifndef _MM_VMA_H
#define _MM_VMA_H

#include <mm/internal.h>
#include <mm/vm_ops.h>
#include <mm/vma_list.h>
#if MM_RMAP
#include <linux/rmap.h>
#endif

static void __maybe_unused vma_link_file(struct vm_area_struct *vma)
{
	struct file *file = vma->vm_file;

	if (!file)
		return;
	i_mmap_lock_write(file->f_mapping);
	vma_interval_tree_insert(vma, &file->f_mapping->i_mmap);
	i_mmap_unlock_write(file->f_mapping);
}

static void __maybe_unused unlink_file_vma(struct vm_area_struct *vma)
{
	struct file *file = vma->vm_file;

	if (!file)
		return;
	i_mmap_lock_write(file->f_mapping);
	vma_interval_tree_remove(vma, &file->f_mapping->i_mmap);
	i_mmap_unlock_write(file->f_mapping);
}

/* Publish a new VMA. It is write-locked before it can be found. */
static void __maybe_unused vma_link(struct mm_struct *mm, struct vm_area_struct *vma)
{
	vma_start_write(vma);
	vma_mark_attached(vma);
	mt_store(&mm->mm_mt, vma->vm_start, vma->vm_end, vma);
	vma_list_add(mm, vma);
	vma_link_file(vma);
	mm->map_count++;
}

/*
 * Before the range of vma changes: its place in the file's tree depends on it.
 * removed, if not NULL, goes away and is taken out of that tree for good.
 */
static void __maybe_unused vma_prepare(struct file *file, struct vm_area_struct *vma,
				       struct vm_area_struct *removed)
{
	if (file) {
		i_mmap_lock_write(file->f_mapping);
		vma_interval_tree_remove(vma, &file->f_mapping->i_mmap);
		if (removed)
			vma_interval_tree_remove(removed, &file->f_mapping->i_mmap);
	}
#if MM_RMAP
	if (vma->anon_vma) {
		anon_vma_lock_write(vma->anon_vma);
		anon_vma_interval_tree_pre_update_vma(vma);
	}
#endif
}

/* After the range of vma changed; insert, if not NULL, is new in the file's tree. */
static void __maybe_unused vma_complete(struct file *file, struct vm_area_struct *vma,
					struct vm_area_struct *insert)
{
#if MM_RMAP
	if (vma->anon_vma) {
		anon_vma_interval_tree_post_update_vma(vma);
		anon_vma_unlock_write(vma->anon_vma);
	}
#endif
	if (file) {
		vma_interval_tree_insert(vma, &file->f_mapping->i_mmap);
		if (insert)
			vma_interval_tree_insert(insert, &file->f_mapping->i_mmap);
		i_mmap_unlock_write(file->f_mapping);
	}
}

/*
 * A VMA of hugetlbfs may use the page table of another process, if it covers all of it: the
 * one that is cut gets off it, when all its locks are held (6.16; the stable kernels have
 * that as well). A spec about that defines MM_HUGETLB_SPLIT as the name of a function.
 */
#ifdef MM_HUGETLB_SPLIT
static void MM_HUGETLB_SPLIT(struct vm_area_struct *vma, unsigned long addr);
#define hugetlb_split(vma, addr)	MM_HUGETLB_SPLIT(vma, addr)
#else
#define hugetlb_split(vma, addr)	do { } while (0)
#endif

/* Cut vma in two at addr. The new VMA is the part below addr, or the part above. */
static int __maybe_unused split_vma(struct mm_struct *mm, struct vm_area_struct *vma,
				    unsigned long addr, int new_below)
{
	struct file *file = vma->vm_file;
	struct vm_area_struct *new;
	unsigned long pages = (addr - vma->vm_start) >> PAGE_SHIFT;
	int error = vma_may_split(vma, addr);

	if (error)
		return error;
	new = vm_area_dup(vma);
	if (!new)
		return -ENOMEM;
	if (new_below) {
		new->vm_end = addr;
	} else {
		new->vm_start = addr;
		new->vm_pgoff += pages;
	}
#if MM_RMAP
	anon_vma_clone(new, vma);
#endif
	vma_open(new);

	vma_start_write(vma);
	vma_start_write(new);
	vma_prepare(file, vma, NULL);
	hugetlb_split(vma, addr);
	if (new_below) {
		vma->vm_start = addr;
		vma->vm_pgoff += pages;
	} else {
		vma->vm_end = addr;
	}
	vma_mark_attached(new);
	mt_store(&mm->mm_mt, new->vm_start, new->vm_end, new);
	vma_list_add(mm, new);
	vma_complete(file, vma, new);
	mm->map_count++;
	return 0;
}

/* May pages that belong to anon_vma live in vma? */
static inline bool is_mergeable_anon_vma(struct anon_vma *anon_vma, struct vm_area_struct *vma)
{
#if MM_RMAP
	struct anon_vma *theirs = vma->anon_vma;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
	/* One that never had pages takes part in what finds those that come (dup_anon_vma()). */
	if (!theirs)
		return true;
#endif
	/* Not where the VMA was cloned from a parent's: it is linked in more than one. */
	if ((!anon_vma || !theirs) && vma->anon_vma_chain[0] && !vma->anon_vma_chain[1])
		return true;
	return anon_vma == theirs;
#else
	(void)anon_vma;
	(void)vma;
	return true;
#endif
}

/* Have two VMAs the same anon_vma, or one of them none? Then they may become one. */
static inline bool anon_vmas_agree(struct vm_area_struct *vma, struct vm_area_struct *other)
{
#if MM_RMAP && !defined(MERGE_ANY_ANON_VMAS)
	return !vma->anon_vma || !other->anon_vma || vma->anon_vma == other->anon_vma;
#else
	(void)vma;
	(void)other;
	return true;
#endif
}

/* Would a range with these attributes, starting at addr, continue vma? */
static inline bool can_vma_merge_after(struct vm_area_struct *vma, unsigned long addr,
				       vm_flags_t flags, struct anon_vma *anon_vma,
				       struct file *file, pgoff_t pgoff)
{
	return vma->vm_end == addr && vma->vm_flags == flags && vma->vm_file == file &&
	       !vma_has_ops(vma) && is_mergeable_anon_vma(anon_vma, vma) &&
	       vma->vm_pgoff + ((addr - vma->vm_start) >> PAGE_SHIFT) == pgoff;
}

/* Would vma continue a range with these attributes that ends at end? */
static inline bool can_vma_merge_before(struct vm_area_struct *vma, unsigned long end,
					vm_flags_t flags, struct anon_vma *anon_vma,
					struct file *file, pgoff_t pgoff_end)
{
	return vma->vm_start == end && vma->vm_flags == flags && vma->vm_file == file &&
	       !vma_has_ops(vma) && is_mergeable_anon_vma(anon_vma, vma) &&
	       vma->vm_pgoff == pgoff_end;
}

#if MM_RMAP

/*
 * Pages of src come to live in dst: where that has no anon_vma, link it wherever src is.
 * Define MERGE_NO_DUP_ANON_VMA not to.
 */
static void __maybe_unused dup_anon_vma(struct vm_area_struct *dst, struct vm_area_struct *src)
{
#ifndef MERGE_NO_DUP_ANON_VMA
	if (!src->anon_vma || dst->anon_vma)
		return;
	vma_assert_write_locked(dst);
	dst->anon_vma = src->anon_vma;
	anon_vma_clone(dst, src);
#else
	(void)dst;
	(void)src;
#endif
}

#endif

/* A VMA that was merged into its neighbour and is no longer in any tree. */
static void __maybe_unused remove_merged_vma(struct mm_struct *mm, struct vm_area_struct *vma)
{
#if VMA_LOCK_REFCOUNT
	vma_mark_detached(vma);
#else
	vma_mark_detached(vma, true);
#endif
	vma_list_del(mm, vma);
	mm->map_count--;
#if MM_RMAP
	unlink_anon_vmas(vma);
#endif
	vma_put_file(vma);
	vm_area_free(vma);
}

/* Let vma cover [start, end); removed, if not NULL, is swallowed and freed. */
static void __maybe_unused vma_expand(struct mm_struct *mm, struct vm_area_struct *vma,
				      unsigned long start, unsigned long end, pgoff_t pgoff,
				      struct vm_area_struct *removed)
{
	struct file *file = vma->vm_file;

	vma_start_write(vma);
	if (removed)
		vma_start_write(removed);
#if MM_RMAP
	if (removed)
		dup_anon_vma(vma, removed);
#endif
	vma_prepare(file, vma, removed);
	vma->vm_start = start;
	vma->vm_end = end;
	vma->vm_pgoff = pgoff;
	mt_store(&mm->mm_mt, start, end, vma);
	vma_complete(file, vma, NULL);
	if (removed)
		remove_merged_vma(mm, removed);
}

/*
 * Cover the hole [addr, end) by growing a neighbour whose attributes agree.
 * With both neighbours at hand the lower one grows and the upper one is freed:
 * the VMA that somebody remembers may be the one that disappears. (Not if they have
 * anon_vmas that differ, unless a spec defines MERGE_ANY_ANON_VMAS.) Returns the
 * VMA that now covers the range, or NULL when nothing could be merged.
 */
static struct vm_area_struct *__maybe_unused
vma_merge(struct mm_struct *mm, unsigned long addr, unsigned long end,
	  vm_flags_t flags, struct anon_vma *anon_vma, struct file *file, pgoff_t pgoff)
{
	struct vm_area_struct *prev = vma_below(mm, addr);
	struct vm_area_struct *next = vma_above(mm, end);
	pgoff_t pgoff_end = pgoff + ((end - addr) >> PAGE_SHIFT);

	if (prev && !can_vma_merge_after(prev, addr, flags, anon_vma, file, pgoff))
		prev = NULL;
	if (next && !can_vma_merge_before(next, end, flags, anon_vma, file, pgoff_end))
		next = NULL;
	if (prev && next && !anon_vmas_agree(prev, next))
		next = NULL;

	if (prev && next)
		vma_expand(mm, prev, prev->vm_start, next->vm_end, prev->vm_pgoff, next);
	else if (prev)
		vma_expand(mm, prev, prev->vm_start, end, prev->vm_pgoff, NULL);
	else if (next)
		vma_expand(mm, next, addr, next->vm_end, pgoff, NULL);
	return prev ? prev : next;
}

#endif /* _MM_VMA_H */
