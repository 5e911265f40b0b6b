/* SPDX-License-Identifier: MIT */
/*
 * This file declares the tree of VMAs as what it is to its users in every
 * kernel version: an ordered map from disjoint address ranges to VMAs. Each
 * call is one step. A range is [start, end) here, in bytes, page aligned.
 *
 *	mt_lookup(mt, addr)		the VMA whose range contains addr, or NULL
 *	mt_above(mt, addr)		the first VMA with end > addr, or NULL
 *	mt_below(mt, addr)		the nearest VMA that lies below addr, or NULL
 *	mt_find_intersection(mt, s, e)	the first VMA that overlaps [s, e), or NULL
 *	mt_store(mt, s, e, vma)		map [s, e) to vma, over whatever was there
 *	mt_clear(mt, s, e)		leave a hole at [s, e)
 *
 * What kernels have for it from 6.1 on, maple states, is in <mm/maple_tree.h>.
 *
 * The address space has MM_TASK_PAGES pages: define it before the first
 * #include of a spec to make it smaller or larger.
 */
#ifndef _LINUX_MAPLE_TREE_H
#define _LINUX_MAPLE_TREE_H

struct vm_area_struct;

#ifndef MM_TASK_PAGES
#define MM_TASK_PAGES	16
#endif
enum { __mmcheck_task_pages = MM_TASK_PAGES };

struct maple_tree {
	int __native_vmatree;
};

void mt_init(struct maple_tree *mt);
struct vm_area_struct *mt_lookup(struct maple_tree *mt, unsigned long addr);
struct vm_area_struct *mt_above(struct maple_tree *mt, unsigned long addr);
struct vm_area_struct *mt_below(struct maple_tree *mt, unsigned long addr);
struct vm_area_struct *mt_find_intersection(struct maple_tree *mt,
					    unsigned long start, unsigned long end);
void mt_store(struct maple_tree *mt, unsigned long start, unsigned long end,
	      struct vm_area_struct *vma);
void mt_clear(struct maple_tree *mt, unsigned long start, unsigned long end);
unsigned long __mmcheck_mt_first(struct maple_tree *mt, unsigned long addr);
unsigned long __mmcheck_mt_last(struct maple_tree *mt, unsigned long addr);
void __mmcheck_mt_grow(struct maple_tree *mt, unsigned long start, unsigned long end,
		       struct vm_area_struct *vma);
void __mmcheck_mt_own(struct maple_tree *mt);
void __mmcheck_mt_share(struct maple_tree *mt);

/* The node that a walk over the tree stands on. */
struct ma_node {
	int __native_ma_node;
};
void __mmcheck_ma_forget(struct ma_node *node);
void __mmcheck_ma_enter(struct ma_node *node, struct maple_tree *mt);

enum maple_status {
	ma_active, ma_start, ma_root, ma_none, ma_pause, ma_overflow, ma_underflow, ma_error
};

/* A walk over a tree: the range of the latest entry, up to and including last. */
struct ma_state {
	struct maple_tree *tree;
	unsigned long index, last;
	enum maple_status status;
	struct ma_node node;		/* a pointer in the kernel */
};

#endif /* _LINUX_MAPLE_TREE_H */
