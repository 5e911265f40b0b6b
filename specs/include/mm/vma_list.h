/* SPDX-License-Identifier: MIT */
/*
 * This file keeps the VMAs of an mm in a list, by address: mm->mmap, vm_next, vm_prev, as
 * kernels did before 6.1. It changes with the tree. In specs that name none of these
 * members there is none.
 */
#ifndef _MM_VMA_LIST_H
#define _MM_VMA_LIST_H

#include <mm/internal.h>

#define VMA_LIST	(!VMA_MAPLE_TREE && (__mmcheck_named("vm_next") ||	\
			 __mmcheck_named("vm_prev") || __mmcheck_named("->mmap")))

#if !VMA_MAPLE_TREE

static inline void __vma_link_list(struct mm_struct *mm, struct vm_area_struct *vma,
				   struct vm_area_struct *prev)
{
	struct vm_area_struct *next;

	vma->vm_prev = prev;
	if (prev) {
		next = prev->vm_next;
		prev->vm_next = vma;
	} else {
		next = mm->mmap;
		mm->mmap = vma;
	}
	vma->vm_next = next;
	if (next)
		next->vm_prev = vma;
}

static inline void __vma_unlink_list(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct vm_area_struct *prev = vma->vm_prev, *next = vma->vm_next;

	if (prev)
		prev->vm_next = next;
	else
		mm->mmap = next;
	if (next)
		next->vm_prev = prev;
}

#endif

/* vma is new in the tree, or about to leave it. */
static inline void vma_list_add(struct mm_struct *mm, struct vm_area_struct *vma)
{
#if !VMA_MAPLE_TREE
	if (VMA_LIST)
		__vma_link_list(mm, vma, vma_below(mm, vma->vm_start));
#else
	(void)mm;
	(void)vma;
#endif
}

static inline void vma_list_del(struct mm_struct *mm, struct vm_area_struct *vma)
{
#if !VMA_MAPLE_TREE
	if (VMA_LIST)
		__vma_unlink_list(mm, vma);
#else
	(void)mm;
	(void)vma;
#endif
}

/* The VMAs one by one: by the list where there is one. mmap_lock is held. */
static inline struct vm_area_struct *first_vma(struct mm_struct *mm)
{
#if !VMA_MAPLE_TREE
	if (VMA_LIST)
		return mm->mmap;
#endif
	return find_vma(mm, 0);
}

static inline struct vm_area_struct *vma_after(struct mm_struct *mm, struct vm_area_struct *vma)
{
#if !VMA_MAPLE_TREE
	if (VMA_LIST)
		return vma->vm_next;
#endif
	return find_vma(mm, vma->vm_end);
}

#endif /* _MM_VMA_LIST_H */
