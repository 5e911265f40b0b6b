/* SPDX-License-Identifier: MIT */
/*
 * This file declares the interval tree in which a file keeps the VMAs that map
 * it. Iteration is in ascending vm_pgoff, equal keys in the order of their
 * insertion. Each call is one step. iter_next() is told the root as well, the
 * one difference from the kernel.
 */
#ifndef _LINUX_INTERVAL_TREE_H
#define _LINUX_INTERVAL_TREE_H

struct vm_area_struct;

struct rb_root_cached {
	int __native_itree;
};

void vma_interval_tree_insert(struct vm_area_struct *vma, struct rb_root_cached *root);
void vma_interval_tree_insert_after(struct vm_area_struct *vma,
				    struct vm_area_struct *prev,
				    struct rb_root_cached *root);
void vma_interval_tree_remove(struct vm_area_struct *vma, struct rb_root_cached *root);
struct vm_area_struct *vma_interval_tree_iter_first(struct rb_root_cached *root,
						    unsigned long start, unsigned long last);
struct vm_area_struct *vma_interval_tree_iter_next(struct vm_area_struct *vma,
						   struct rb_root_cached *root,
						   unsigned long start, unsigned long last);

#define vma_interval_tree_foreach(vma, root, start, last)			\
	for (vma = vma_interval_tree_iter_first((root), (start), (last));	\
	     vma;								\
	     vma = vma_interval_tree_iter_next(vma, (root), (start), (last)))

#endif /* _LINUX_INTERVAL_TREE_H */
