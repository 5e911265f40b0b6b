// SPDX-License-Identifier: MIT
/*
 * vma_lock_retry: where does a search go on when its read section was left?
 *
 * 270065f514c5 ("mm/mmap_lock: reset maple state on lock_vma_under_rcu() retry"), before 6.18
 * was out, found by syzbot; broken in 6.18-rc1 by 0b16f8bed19c ("mm: change
 * vma_start_read() to drop RCU lock on failure"). lock_vma_under_rcu() finds a VMA under
 * RCU and tries to lock it. If it was detached meanwhile, another one may be in its place,
 * and the search is done again. Since 6.18 the read section is over then, and a new one
 * begins. The search went on from the node of the tree that it had found in the first one
 * (BREAK). A writer has replaced that node: a grace period between the two sections frees it.
 *
 * The fix (the default) begins at the root again. With one section for all tries, as
 * before 6.18 (ONE_SECTION), the node stays, and a VMA that is detached is tried for
 * until the new one is found.
 *
 * It teaches: when a function begins to give up what it was called with, all that its
 * callers have found under it has to be given up, too. Here that was hidden in the state of
 * a walk. (rules/vma_start_read.c has the rule that such a walk breaks.)
 *
 * Kernel: 6.18
 * Result: BREAK: violated use-after-free
 * Result: holds
 * Result: ONE_SECTION --kernel=6.15: holds
 * Result: BREAK --kernel=7.1: violated use-after-free
 */

#define MM_TASK_PAGES 2

#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

/* What the model of the tree of VMAs does not show: its nodes. One is enough. */
struct maple_node {
	struct vm_area_struct *slot;
	struct rcu_head rcu;
};
MM_POOL(maple_node, 2);

static struct mm_struct mm;
static struct maple_node *tree_root;

static struct maple_node *maple_node(struct vm_area_struct *vma)
{
	struct maple_node *node = kzalloc(sizeof(*node), GFP_KERNEL);

	WRITE_ONCE(node->slot, vma);
	return node;
}

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_READ);
	rcu_assign_pointer(tree_root, maple_node(vma_lookup(&mm, ADDR)));
}

/* As lock_vma_under_rcu(). */
static struct vm_area_struct *lock_vma(struct mm_struct *mm, unsigned long addr)
{
	struct maple_node *node;
	struct vm_area_struct *vma;

	rcu_read_lock();
	node = rcu_dereference(tree_root);
	for (;;) {
		vma = READ_ONCE(node->slot);
		vma = vma_start_read(mm, vma);
		if (!IS_ERR_OR_NULL(vma))
			break;
		if (!vma) {	/* a writer is at work */
#ifdef ONE_SECTION
			rcu_read_unlock();
#endif
			return NULL;
		}
#ifndef ONE_SECTION
		rcu_read_lock();
#endif
#ifndef BREAK
		node = rcu_dereference(tree_root);
#endif
	}
	rcu_read_unlock();
	if (unlikely(addr < vma->vm_start || addr >= vma->vm_end)) {
		vma_end_read(vma);
		return NULL;
	}
	return vma;
}

THREAD(fault, &mm)
{
	struct vm_area_struct *vma = lock_vma(current->mm, ADDR);

	if (!vma)
		return;
	assert(vma->vm_mm == &mm);
	vma_end_read(vma);
}

/* mmap(MAP_FIXED): another VMA in the place of the first, and another node. */
THREAD(mmap, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *old, *new = vm_area_alloc(mm);
	struct maple_node *node;

	mmap_write_lock(mm);
	old = vma_lookup(mm, ADDR);
	new->vm_start = ADDR;
	new->vm_end = ADDR + PAGE_SIZE;
	vma_start_write(old);
	vma_mark_detached(old);
	vma_start_write(new);
	vma_mark_attached(new);
	mt_store(&mm->mm_mt, ADDR, ADDR + PAGE_SIZE, new);
	node = tree_root;
	rcu_assign_pointer(tree_root, maple_node(new));
	kfree_rcu(node, rcu);
	vm_area_free(old);
	mmap_write_unlock(mm);
}
