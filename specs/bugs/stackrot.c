// SPDX-License-Identifier: MIT
/*
 * stackrot: may the tree of VMAs be changed with mmap_lock held for reading?
 *
 * CVE-2023-3269 "StackRot", found by Ruihan Li. Broken in 6.1 by 54a611b60590
 * (the maple tree), fixed in 6.5 by c2508ec5a58d and a series that ends with
 * 8d7071af8907 ("mm: always expand the stack with the mmap write lock held");
 * also in 6.1.37, 6.3.11 and 6.4.1.
 *
 * A fault let a stack grow with the read lock. In the tree of old this changed
 * two numbers. The maple tree replaces a node by a copy and frees the old one
 * after a grace period: but a reader with mmap_lock is in no RCU read section,
 * and the grace period does not wait for it.
 *
 * It teaches: "freed by RCU" protects RCU readers and nobody else. RCU shows
 * that the walk would be safe in a read section. Two faults at once (TWO) were
 * kept apart by page_table_lock, as they had been before; without it (NO_PTL)
 * both copy the same node, and both free it. Either way vm_start is written with
 * the read lock, against the rule (unlocked-write), and read meanwhile by the other
 * fault (data-race). The kernel chose to make the rule true again: who changes the
 * tree holds the write lock (WRITE, as in 6.1.37). A read lock cannot become a write
 * lock: it is dropped, and the VMA looked up again. CARELESS forgets the second
 * lookup, and a munmap in the gap frees the VMA.
 *
 * Kernel: 6.1
 * Result: BREAK: violated use-after-free
 * Result: BREAK --property=unlocked-write: violated unlocked-write
 * Result: RCU: violated unlocked-write
 * Result: RCU --ignore=unlocked-write: holds
 * Result: RCU TWO --ignore=unlocked-write: violated data-race
 * Result: RCU TWO --ignore=unlocked-write,data-race: holds
 * Result: RCU TWO NO_PTL: violated use-after-free
 * Result: WRITE: holds
 * Result: WRITE TWO: holds
 * Result: WRITE MUNMAP: holds
 * Result: WRITE --kernel=6.6: holds
 * Result: WRITE TWO --kernel=6.6: holds
 * Result: CARELESS MUNMAP: violated dangling-vma
 * Result: CARELESS MUNMAP --find=rule: violated stale-vma
 */

#if defined(WRITE) || defined(CARELESS)
#define STACK_EXPAND_WRITE_LOCK 1
#endif
#ifdef CARELESS
#define EXPAND_KEEP_VMA
#endif
#ifdef NO_PTL
#define EXPAND_NO_PTL
#endif
#define MM_MAS_STORE mas_store_stack
#define MM_TASK_PAGES 8

#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <mmcheck.h>

#define STACK	0x4000UL

/* What the model of the tree of VMAs does not show: its nodes. One is enough. */
struct maple_node {
	unsigned long pivot;	/* the stack begins here */
	struct rcu_head rcu;
};
MM_POOL(maple_node, 3);

static struct mm_struct mm;
static struct maple_node *tree_root;

INIT
{
	struct maple_node *node = kzalloc(sizeof(*node), GFP_KERNEL);

	mm_init(&mm);
	mm_map(&mm, STACK, PAGE_SIZE, VM_ANON | VM_GROWSDOWN);
	node->pivot = STACK;
	rcu_assign_pointer(tree_root, node);
}

static void mt_free_rcu(struct rcu_head *head)
{
	kfree(container_of(head, struct maple_node, rcu));
}

static void ma_free_rcu(struct maple_node *node)
{
	call_rcu(&node->rcu, mt_free_rcu);
}

/*
 * The stack has grown: its node is replaced by a copy with another pivot. The kernel
 * allocates before it takes page_table_lock.
 */
static void mas_store_stack(struct vm_area_struct *vma)
{
	struct maple_node *old = READ_ONCE(tree_root);
	struct maple_node *new = kzalloc(sizeof(*new), GFP_ATOMIC);

	new->pivot = min(vma->vm_start, old->pivot);
	rcu_assign_pointer(tree_root, new);
	ma_free_rcu(old);
}

/* A program touches the page below its stack. */
THREAD(fault, &mm)
{
	do_user_addr_fault(STACK - PAGE_SIZE);
}

#if defined(TWO)

THREAD(other_fault, &mm)
{
	do_user_addr_fault(STACK - 2 * PAGE_SIZE);
}

#elif defined(MUNMAP)

THREAD(munmap, &mm)
{
	sys_munmap(STACK, PAGE_SIZE);
}

#else

/* Read /proc/PID/maps. */
THREAD(maps, NULL)
{
	struct maple_node *node;

	mmap_read_lock(&mm);
#ifdef RCU
	rcu_read_lock();
#endif
	node = READ_ONCE(tree_root);
	assert(node->pivot <= STACK);
#ifdef RCU
	rcu_read_unlock();
#endif
	mmap_read_unlock(&mm);
}

#endif
