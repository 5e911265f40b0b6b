/* SPDX-License-Identifier: MIT */
/*
 * This file walks over the tree of VMAs as kernels do from 6.1 on, with maple states
 * and VMA iterators. A walk remembers the node of the tree that it stands on. The node
 * is good as long as the lock of the tree, or the RCU section, in which it was found;
 * and, outside of a section, until the tree is changed by other means than this walk.
 * Whoever goes on after that has to say so before: mas_pause(), mas_reset(), mas_set(),
 * vma_iter_invalidate(). Each step of a walk is one step; what it stores is seen at once.
 *
 * Behind an end of the range, index and last are those of 6.6 and later.
 */
#ifndef _MM_MAPLE_TREE_H
#define _MM_MAPLE_TREE_H

#include <linux/limits.h>
#include <linux/mm_types.h>
#include <linux/slab.h>
#include <mm/internal.h>
#include <mmcheck.h>

#if VMA_MAPLE_TREE

#define MA_STATE(name, mt, first, end)						\
	struct ma_state name = {						\
		.tree = (mt), .index = (first), .last = (end), .status = ma_start	\
	};									\
	__mmcheck_ma_forget(&name.node)

#define MAS_WALK_FROM_ROOT \
	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0) && LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0))

/* Begin anew from the present index. */
static inline void mas_reset(struct ma_state *mas)
{
	mas->status = ma_start;
	__mmcheck_ma_forget(&mas->node);
}

static inline void mas_init(struct ma_state *mas, struct maple_tree *mt, unsigned long addr)
{
	mas->tree = mt;
	mas->index = mas->last = addr;
	mas_reset(mas);
}

static inline void mas_set_range(struct ma_state *mas, unsigned long start, unsigned long last)
{
	mas->index = start;
	mas->last = last;
	mas_reset(mas);
}

static inline void mas_set(struct ma_state *mas, unsigned long index)
{
	mas_set_range(mas, index, index);
}

/* The lock is about to be given up: go on behind the present entry, or before it. */
static inline void mas_pause(struct ma_state *mas)
{
	mas->status = ma_pause;
	__mmcheck_ma_forget(&mas->node);
}

static inline bool mas_is_active(struct ma_state *mas)
{
	return mas->status == ma_active;
}

/* Stand on the entry, or the hole, at addr. For the functions below. */
static inline struct vm_area_struct *__mas_at(struct ma_state *mas, unsigned long addr)
{
	mas->index = __mmcheck_mt_first(mas->tree, addr);
	mas->last = __mmcheck_mt_last(mas->tree, addr);
	return mt_lookup(mas->tree, addr);
}

/*
 * The entry at index, or NULL: then index and last are those of the hole. From 6.6 on it
 * began at the root in any case, by mistake; from 6.17 on, not where it stands on a node.
 */
static inline struct vm_area_struct *mas_walk(struct ma_state *mas)
{
	struct vm_area_struct *entry;

	if (mas->status != ma_active || MAS_WALK_FROM_ROOT)
		__mmcheck_ma_forget(&mas->node);
	ATOMIC {
		__mmcheck_ma_enter(&mas->node, mas->tree);
		entry = __mas_at(mas, mas->index);
		mas->status = ma_active;
	}
	return entry;
}

/* The next entry that begins at max or before; with range set, or hole. */
static inline struct vm_area_struct *__mas_next_slot(struct ma_state *mas, unsigned long max,
						     bool range)
{
	struct vm_area_struct *entry = NULL;

	ATOMIC {
		__mmcheck_ma_enter(&mas->node, mas->tree);
		mas->last = __mmcheck_mt_last(mas->tree, mas->last);
		if (mas->last < max)
			entry = __mas_at(mas, mas->last + 1);
		else
			mas->status = ma_overflow;
		if (!entry && !range && mas->status != ma_overflow) {
			if (mas->last < max)
				entry = __mas_at(mas, mas->last + 1);
			else
				mas->status = ma_overflow;
		}
	}
	return entry;
}

/* The entry before that ends at min or behind; with range set, or hole. */
static inline struct vm_area_struct *__mas_prev_slot(struct ma_state *mas, unsigned long min,
						     bool range)
{
	struct vm_area_struct *entry = NULL;

	ATOMIC {
		__mmcheck_ma_enter(&mas->node, mas->tree);
		mas->index = __mmcheck_mt_first(mas->tree, mas->index);
		if (mas->index > min)
			entry = __mas_at(mas, mas->index - 1);
		else
			mas->status = ma_underflow;
		if (!entry && !range && mas->status != ma_underflow) {
			if (mas->index > min)
				entry = __mas_at(mas, mas->index - 1);
			else
				mas->status = ma_underflow;
		}
	}
	return entry;
}

static inline struct vm_area_struct *__mas_find(struct ma_state *mas, unsigned long max,
						bool range)
{
	struct vm_area_struct *entry;

	switch (mas->status) {
	case ma_active:
		if (mas->last >= max)
			return NULL;
		break;
	case ma_pause:
	case ma_none:
		if (mas->last >= max)
			return NULL;
		mas->last++;
		mas_set(mas, mas->last);
		fallthrough;
	case ma_start:
		if (mas->index > max)
			return NULL;
		entry = mas_walk(mas);
		if (entry)
			return entry;
		if (mas->index == max)
			return NULL;
		break;
	default:	/* behind an end: stand where it was */
		if ((mas->status == ma_underflow ? mas->index : mas->last) >= max)
			return NULL;
		mas->status = ma_active;
		entry = mas_walk(mas);
		if (entry)
			return entry;
		break;
	}
	entry = __mas_next_slot(mas, max, range);
	mas->status = ma_active;
	return entry;
}

/* The entry at index, the first time; then the next one, up to max. */
static inline struct vm_area_struct *mas_find(struct ma_state *mas, unsigned long max)
{
	return __mas_find(mas, max, false);
}

/* The same, but a hole is NULL. */
static inline struct vm_area_struct *mas_find_range(struct ma_state *mas, unsigned long max)
{
	return __mas_find(mas, max, true);
}

static inline struct vm_area_struct *__mas_next(struct ma_state *mas, unsigned long max,
						bool range)
{
	struct vm_area_struct *entry;

	if (mas->last >= max) {
		mas->status = ma_overflow;
		return NULL;
	}
	if (mas->status == ma_underflow) {
		mas->status = ma_active;
		entry = mas_walk(mas);
		if (entry)
			return entry;
	} else if (mas->status == ma_overflow) {
		mas->status = ma_active;
	} else if (mas->status != ma_active) {
		mas_walk(mas);
	}
	return __mas_next_slot(mas, max, range);
}

/* The entry behind the present one, or behind the one at index, up to max. */
static inline struct vm_area_struct *mas_next(struct ma_state *mas, unsigned long max)
{
	return __mas_next(mas, max, false);
}

static inline struct vm_area_struct *mas_next_range(struct ma_state *mas, unsigned long max)
{
	return __mas_next(mas, max, true);
}

static inline struct vm_area_struct *__mas_prev(struct ma_state *mas, unsigned long min,
						bool range)
{
	struct vm_area_struct *entry;

	if (mas->index <= min) {
		mas->status = ma_underflow;
		return NULL;
	}
	if (mas->status == ma_overflow) {
		mas->status = ma_active;
		entry = mas_walk(mas);
		if (entry)
			return entry;
	} else if (mas->status == ma_underflow) {
		mas->status = ma_active;
	} else if (mas->status != ma_active) {
		mas_walk(mas);
	}
	return __mas_prev_slot(mas, min, range);
}

/* The entry before the present one, or before the one at index, down to min. */
static inline struct vm_area_struct *mas_prev(struct ma_state *mas, unsigned long min)
{
	return __mas_prev(mas, min, false);
}

static inline struct vm_area_struct *mas_prev_range(struct ma_state *mas, unsigned long min)
{
	return __mas_prev(mas, min, true);
}

#define mas_for_each(mas, entry, max) \
	while (((entry) = mas_find((mas), (max))) != NULL)

/* The entry at index, or else before it, the first time; then the one before, down to min. */
static inline struct vm_area_struct *mas_find_rev(struct ma_state *mas, unsigned long min)
{
	if (mas->status == ma_start) {
		struct vm_area_struct *entry = mas_walk(mas);

		if (entry)
			return entry;
	}
	return mas_prev(mas, min);
}

#define mas_for_each_rev(mas, entry, min) \
	while (((entry) = mas_find_rev((mas), (min))) != NULL)

/* Store entry, or a hole, in [index, last]; the walk stands on it then. */
static inline struct vm_area_struct *mas_store(struct ma_state *mas, struct vm_area_struct *entry)
{
	struct vm_area_struct *old;

	ATOMIC {
		__mmcheck_ma_enter(&mas->node, mas->tree);
		old = mt_lookup(mas->tree, mas->index);
		if (entry)
			mt_store(mas->tree, mas->index, mas->last + 1, entry);
		else
			mt_clear(mas->tree, mas->index,
				 mas->last < TASK_SIZE ? mas->last + 1 : TASK_SIZE);
		__mmcheck_ma_forget(&mas->node);
		__mmcheck_ma_enter(&mas->node, mas->tree);
		mas->status = ma_active;
	}
	return old;
}

/* Memory for the new nodes is there, as elsewhere. */
static inline int mas_store_gfp(struct ma_state *mas, struct vm_area_struct *entry, gfp_t gfp)
{
	(void)gfp;
	mas_store(mas, entry);
	return 0;
}

static inline void mas_store_prealloc(struct ma_state *mas, struct vm_area_struct *entry)
{
	mas_store(mas, entry);
}

/* Leave a hole in the place of the entry at index, which is returned. */
static inline struct vm_area_struct *mas_erase(struct ma_state *mas)
{
	struct vm_area_struct *entry = mas_walk(mas);

	if (entry)
		mas_store(mas, NULL);
	return entry;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0) || LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline int mas_preallocate(struct ma_state *mas, struct vm_area_struct *entry, gfp_t gfp)
{
	(void)entry;
#else
static inline int mas_preallocate(struct ma_state *mas, gfp_t gfp)
{
#endif
	(void)mas;
	(void)gfp;
	return 0;
}

static inline void mas_destroy(struct ma_state *mas) { mas_reset(mas); }

/* One step, in a read section of its own. */
static inline struct vm_area_struct *mtree_load(struct maple_tree *mt, unsigned long index)
{
	return mt_lookup(mt, index);
}

/* The first entry from *index on that begins at max or before; *index is behind it then. */
static inline struct vm_area_struct *mt_find(struct maple_tree *mt, unsigned long *index,
					     unsigned long max)
{
	struct vm_area_struct *entry;
	MA_STATE(mas, mt, *index, *index);

	rcu_read_lock();
	entry = mas_find(&mas, max);
	rcu_read_unlock();
	if (entry)
		*index = mas.last + 1;
	return entry;
}

static inline struct vm_area_struct *mt_next(struct maple_tree *mt, unsigned long index,
					     unsigned long max)
{
	struct vm_area_struct *entry;
	MA_STATE(mas, mt, index, index);

	rcu_read_lock();
	entry = mas_next(&mas, max);
	rcu_read_unlock();
	return entry;
}

static inline struct vm_area_struct *mt_prev(struct maple_tree *mt, unsigned long index,
					     unsigned long min)
{
	struct vm_area_struct *entry;
	MA_STATE(mas, mt, index, index);

	rcu_read_lock();
	entry = mas_prev(&mas, min);
	rcu_read_unlock();
	return entry;
}

#endif /* VMA_MAPLE_TREE */

#endif /* _MM_MAPLE_TREE_H */
