// SPDX-License-Identifier: MIT
/*
 * futex_mpol: may speculation follow a pointer that a VMA has?
 *
 * CVE-2026-23415 ("futex: Fix UaF between futex_key_to_node_opt() and
 * vma_replace_policy()"): 6.16 to 6.18.20 and 6.19 to 6.19.10. futex() asks the memory
 * policy of the VMA that its address is in for a node. It does so without a lock: in an
 * RCU read section it notes mm_lock_seq, looks the VMA up, goes from there to the policy,
 * and believes what it has read if the number is the same in the end. mbind() puts another
 * policy in the place of the first, with all locks held, and freed the old one at once
 * (up to 6.18). The number would tell, but the policy is read before.
 *
 * The fix frees a policy by RCU, as VMAs are (MPOL_FREE_RCU).
 *
 * It teaches: to look again afterwards forgives values that were wrong. It does not
 * forgive memory that was gone: whatever is read on the way must be there until the
 * read section ends.
 *
 * Kernel: 6.18
 * Result: violated use-after-free
 * Result: --kernel=6.18.y: holds
 * Result: --kernel=7.1: holds
 * Result: MPOL_FREE_RCU=0 --kernel=7.1: violated use-after-free
 */

#define MM_TASK_PAGES 2
#define MM_MEMBERS_vm_area_struct struct mempolicy *vm_policy;

struct mempolicy;

#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <mm/mmap_lock.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

struct mempolicy {
	atomic_t refcnt;
	int home_node;
	struct rcu_head rcu;
};

static struct kmem_cache *policy_cache;
static struct mm_struct mm;
static bool bound;		/* mbind() has returned: the new policy counts */

static struct mempolicy *mpol_new(int home_node)
{
	struct mempolicy *pol = kmem_cache_alloc(policy_cache, GFP_KERNEL);

	atomic_set(&pol->refcnt, 1);
	WRITE_ONCE(pol->home_node, home_node);	/* who speculates may read it at any time */
	return pol;
}

static void mpol_put(struct mempolicy *pol)
{
	if (!atomic_dec_and_test(&pol->refcnt))
		return;
#if MPOL_FREE_RCU
	kfree_rcu(pol, rcu);
#else
	kmem_cache_free(policy_cache, pol);
#endif
}

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
	vma_lookup(&mm, ADDR)->vm_policy = mpol_new(1);
}

/* As vma_replace_policy(). */
THREAD(mbind, &mm)
{
	struct mm_struct *mm = current->mm;
	struct mempolicy *old, *new = mpol_new(2);
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, ADDR);
	vma_start_write(vma);
	old = vma->vm_policy;
	WRITE_ONCE(vma->vm_policy, new);
	mpol_put(old);
	mmap_write_unlock(mm);
	WRITE_ONCE(bound, true);
}

/* As __futex_key_to_node(). */
static int vma_policy_node(struct vm_area_struct *vma)
{
	struct mempolicy *mpol = READ_ONCE(vma->vm_policy);

	return READ_ONCE(mpol->home_node);
}

static int futex_key_to_node_opt(struct mm_struct *mm, unsigned long addr)
{
	unsigned int seq;
	int node = -1;

	rcu_read_lock();
	if (mmap_lock_speculate_try_begin(mm, &seq)) {
		node = vma_policy_node(mt_lookup(&mm->mm_mt, addr));
		if (mmap_lock_speculate_retry(mm, seq))
			node = -1;
	}
	rcu_read_unlock();
	return node;
}

/* With mmap_lock where speculation did not work. */
static int futex_key_to_node(struct mm_struct *mm, unsigned long addr)
{
	int node = futex_key_to_node_opt(mm, addr);

	if (node < 0) {
		mmap_read_lock(mm);
		node = vma_policy_node(vma_lookup(mm, addr));
		mmap_read_unlock(mm);
	}
	return node;
}

THREAD(futex, &mm)
{
	bool after = READ_ONCE(bound);
	int node = futex_key_to_node(current->mm, ADDR);

	assert(!after || node == 2);
}
