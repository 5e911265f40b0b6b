/* SPDX-License-Identifier: MIT */
/*
 * This file walks over the VMAs of an mm, with mmap_lock held or in an RCU section. What
 * makes a walk invalid stands in <mm/maple_tree.h>. The first vma_next() gives the VMA
 * at the address that the walk begins with, or the first one behind it.
 */
#ifndef _MM_VMA_ITERATOR_H
#define _MM_VMA_ITERATOR_H

#include <mm/maple_tree.h>

#if VMA_MAPLE_TREE

#define VMA_ITERATOR(name, mm, addr)						\
	struct vma_iterator name = {						\
		.mas = { .tree = &(mm)->mm_mt, .index = (addr), .status = ma_start }	\
	};									\
	__mmcheck_ma_forget(&name.mas.node)

static inline void vma_iter_init(struct vma_iterator *vmi, struct mm_struct *mm,
				 unsigned long addr)
{
	mas_init(&vmi->mas, &mm->mm_mt, addr);
}

/* The VMA at the present address, the first time; then the next one. Up to 6.2 max is included. */
static inline struct vm_area_struct *vma_find(struct vma_iterator *vmi, unsigned long max)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	max--;
#endif
	return mas_find(&vmi->mas, max);
}

static inline struct vm_area_struct *vma_next(struct vma_iterator *vmi)
{
	return mas_find(&vmi->mas, ULONG_MAX);
}

static inline struct vm_area_struct *vma_prev(struct vma_iterator *vmi)
{
	return mas_prev(&vmi->mas, 0);
}

#define for_each_vma(vmi, vma) \
	while (((vma) = vma_next(&(vmi))) != NULL)

#define for_each_vma_range(vmi, vma, end) \
	while (((vma) = mas_find(&(vmi).mas, (end) - 1)) != NULL)

static inline unsigned long vma_iter_addr(struct vma_iterator *vmi)
{
	return vmi->mas.index;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)

static inline unsigned long vma_iter_end(struct vma_iterator *vmi)
{
	return vmi->mas.last + 1;
}

/* The tree has changed, or the lock is about to be given up: begin anew. */
static inline void vma_iter_invalidate(struct vma_iterator *vmi)
{
	mas_pause(&vmi->mas);
}

static inline void vma_iter_set(struct vma_iterator *vmi, unsigned long addr)
{
	mas_set(&vmi->mas, addr);
}

static inline void vma_iter_free(struct vma_iterator *vmi)
{
	mas_destroy(&vmi->mas);
}

static inline struct vm_area_struct *vma_iter_load(struct vma_iterator *vmi)
{
	return mas_walk(&vmi->mas);
}

static inline struct vm_area_struct *vma_iter_next_range(struct vma_iterator *vmi)
{
	return mas_next_range(&vmi->mas, ULONG_MAX);
}

static inline struct vm_area_struct *vma_iter_prev_range(struct vma_iterator *vmi)
{
	return mas_prev_range(&vmi->mas, 0);
}

static inline struct vm_area_struct *vma_prev_limit(struct vma_iterator *vmi, unsigned long min)
{
	return mas_prev(&vmi->mas, min);
}

/* The next VMA; the walk stands before it afterwards. */
static inline struct vm_area_struct *vma_iter_next_rewind(struct vma_iterator *vmi,
							  struct vm_area_struct **pprev)
{
	struct vm_area_struct *next = vma_next(vmi);
	struct vm_area_struct *prev = vma_prev(vmi);

	if (prev)
		vma_iter_next_range(vmi);
	if (pprev)
		*pprev = prev;
	return next;
}

/* Stores: mmap_lock is held for writing. A walk that stands elsewhere begins anew. */
static inline void __vma_iter_store(struct vma_iterator *vmi, struct vm_area_struct *vma)
{
	if (vmi->mas.status != ma_start &&
	    (vmi->mas.index > vma->vm_start || vmi->mas.last < vma->vm_start))
		vma_iter_invalidate(vmi);
	vmi->mas.index = vma->vm_start;
	vmi->mas.last = vma->vm_end - 1;
	mas_store_prealloc(&vmi->mas, vma);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
static inline void vma_iter_store_overwrite(struct vma_iterator *vmi, struct vm_area_struct *vma)
{
	__vma_iter_store(vmi, vma);
}

static inline void vma_iter_store_new(struct vma_iterator *vmi, struct vm_area_struct *vma)
{
	vma_mark_attached(vma);
	__vma_iter_store(vmi, vma);
}
#else
static inline void vma_iter_store(struct vma_iterator *vmi, struct vm_area_struct *vma)
{
	__vma_iter_store(vmi, vma);
}
#endif

static inline int vma_iter_store_gfp(struct vma_iterator *vmi, struct vm_area_struct *vma,
				     gfp_t gfp)
{
	(void)gfp;
	__vma_iter_store(vmi, vma);
	return 0;
}

/* Without a look where the walk stands: it is at the place. */
static inline int vma_iter_bulk_store(struct vma_iterator *vmi, struct vm_area_struct *vma)
{
	vmi->mas.index = vma->vm_start;
	vmi->mas.last = vma->vm_end - 1;
	mas_store(&vmi->mas, vma);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
	vma_mark_attached(vma);
#endif
	return 0;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)

/* Where the next store goes, within what the walk stands on. */
static inline void vma_iter_config(struct vma_iterator *vmi, unsigned long index,
				   unsigned long last)
{
	vmi->mas.index = index;
	vmi->mas.last = last - 1;
}

static inline void vma_iter_clear(struct vma_iterator *vmi)
{
	mas_store_prealloc(&vmi->mas, NULL);
}

static inline int vma_iter_clear_gfp(struct vma_iterator *vmi, unsigned long start,
				     unsigned long end, gfp_t gfp)
{
	vma_iter_config(vmi, start, end);
	return mas_store_gfp(&vmi->mas, NULL, gfp);
}

static inline int vma_iter_prealloc(struct vma_iterator *vmi, struct vm_area_struct *vma)
{
	return mas_preallocate(&vmi->mas, vma, GFP_KERNEL);
}

#else

static inline void vma_iter_clear(struct vma_iterator *vmi, unsigned long start,
				  unsigned long end)
{
	mas_set_range(&vmi->mas, start, end - 1);
	mas_store_prealloc(&vmi->mas, NULL);
}

static inline int vma_iter_prealloc(struct vma_iterator *vmi)
{
	(void)vmi;
	return 0;
}

#endif

#else /* 6.1 and 6.2 */

static inline void vma_mas_store(struct vm_area_struct *vma, struct ma_state *mas)
{
	mas_set_range(mas, vma->vm_start, vma->vm_end - 1);
	mas_store_prealloc(mas, vma);
}

static inline void vma_mas_remove(struct vm_area_struct *vma, struct ma_state *mas)
{
	mas->index = vma->vm_start;
	mas->last = vma->vm_end - 1;
	mas_store_prealloc(mas, NULL);
}

#endif

#endif /* VMA_MAPLE_TREE */

#endif /* _MM_VMA_ITERATOR_H */
