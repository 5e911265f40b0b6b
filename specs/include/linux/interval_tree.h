/* SPDX-License-Identifier: MIT */
/*
 * This file declares the interval trees of the reverse mapping: the one in
 * which a file keeps the VMAs that map it, and that of an anon_vma. Iteration
 * is in ascending vm_pgoff, equal keys in the order of their insertion. Each
 * call is one step. Two differences from the kernel: iter_next() is told the
 * root as well, and the tree of an anon_vma, a type of its own here, holds the
 * VMAs themselves.
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

struct anon_rb_root {
	int __native_anon_itree;
};

void anon_vma_interval_tree_insert(struct vm_area_struct *vma, struct anon_rb_root *root);
void anon_vma_interval_tree_remove(struct vm_area_struct *vma, struct anon_rb_root *root);
struct vm_area_struct *anon_vma_interval_tree_iter_first(struct anon_rb_root *root,
							 unsigned long start, unsigned long last);
struct vm_area_struct *anon_vma_interval_tree_iter_next(struct vm_area_struct *vma,
							struct anon_rb_root *root,
							unsigned long start, unsigned long last);

#define anon_vma_interval_tree_foreach(vma, root, start, last)			\
	for (vma = anon_vma_interval_tree_iter_first((root), (start), (last));	\
	     vma;								\
	     vma = anon_vma_interval_tree_iter_next(vma, (root), (start), (last)))

#endif /* _LINUX_INTERVAL_TREE_H */
