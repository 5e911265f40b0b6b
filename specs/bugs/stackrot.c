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
 * the read lock, against the rule (unlocked-write). The kernel chose to make the
 * rule true again: who changes the tree holds the write lock (WRITE). A read lock
 * cannot become a write lock: it is dropped, and the VMA looked up again. CARELESS
 * forgets the second lookup, and a munmap in the gap frees the VMA.
 *
 * Kernel: 6.1
 * Result: BREAK: violated use-after-free
 * Result: BREAK --property=unlocked-write: violated unlocked-write
 * Result: RCU: violated unlocked-write
 * Result: RCU --ignore=unlocked-write: holds
 * Result: RCU TWO --ignore=unlocked-write: holds
 * Result: RCU TWO NO_PTL: violated use-after-free
 * Result: WRITE: holds
 * Result: WRITE TWO: holds
 * Result: WRITE MUNMAP: holds
 * Result: CARELESS MUNMAP: violated dangling-vma
 * Result: CARELESS MUNMAP --find=rule: violated stale-vma
 */

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
static struct maple_node *ma_root;

INIT
{
	struct maple_node *node = kzalloc(sizeof(*node), GFP_KERNEL);

	mm_init(&mm);
	mm_map(&mm, STACK, PAGE_SIZE, VM_ANON | VM_GROWSDOWN);
	node->pivot = STACK;
	rcu_assign_pointer(ma_root, node);
}

static void mt_free_rcu(struct rcu_head *head)
{
	kfree(container_of(head, struct maple_node, rcu));
}

/*
 * Let the stack begin at address: in vma, in the tree of VMAs, and in the node,
 * which is replaced by a copy with another pivot.
 */
static void expand_stack(struct vm_area_struct *vma, unsigned long address)
{
	struct maple_node *old, *new = kzalloc(sizeof(*new), GFP_KERNEL);
	struct mm_struct *mm = vma->vm_mm;

#ifndef NO_PTL
	spin_lock(&mm->page_table_lock);
#endif
	old = rcu_access_pointer(ma_root);
	if (address < vma->vm_start) {
		vma->vm_pgoff -= (vma->vm_start - address) >> PAGE_SHIFT;
		vma->vm_start = address;
		mt_store(&mm->mm_mt, address, vma->vm_end, vma);
	}
	new->pivot = address < old->pivot ? address : old->pivot;
	rcu_assign_pointer(ma_root, new);
	call_rcu(&old->rcu, mt_free_rcu);
#ifndef NO_PTL
	spin_unlock(&mm->page_table_lock);
#endif
}

#if defined(WRITE) || defined(CARELESS)

/* The stack grows with the write lock. Nothing is locked before or after. */
static void fault(unsigned long address)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, address);
	if (!vma || !(vma->vm_flags & VM_GROWSDOWN)) {
		mmap_read_unlock(mm);
		return;
	}
	mmap_read_unlock(mm);
	mmap_write_lock(mm);
#ifndef CARELESS
	vma = find_vma(mm, address);
#endif
	if (vma && vma->vm_flags & VM_GROWSDOWN) {
		expand_stack(vma, address);
		mmap_write_downgrade(mm);
		do_anonymous_page(vma, address);
		mmap_read_unlock(mm);
	} else {
		mmap_write_unlock(mm);
	}
}

#else

/* The stack grows with the read lock. */
static void fault(unsigned long address)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, address);
	if (vma && vma->vm_flags & VM_GROWSDOWN) {
		expand_stack(vma, address);
		do_anonymous_page(vma, address);
	}
	mmap_read_unlock(mm);
}

#endif

THREAD(fault, &mm)
{
	fault(STACK - PAGE_SIZE);
}

#if defined(TWO)

THREAD(other_fault, &mm)
{
	fault(STACK - 2 * PAGE_SIZE);
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
	node = READ_ONCE(ma_root);
	assert(node->pivot <= STACK);
#ifdef RCU
	rcu_read_unlock();
#endif
	mmap_read_unlock(&mm);
}

#endif
