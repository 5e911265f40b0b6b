// SPDX-License-Identifier: MIT
/*
 * mbind_policy: may mbind() replace the policy of a VMA under mmap_lock alone?
 *
 * CVE-2023-4611, found by Jann Horn. Broken in 6.4-rc1 by 5e31275cc997, fixed in
 * 6.5-rc4 by 6c21e066f925 ("mm/mempolicy: Take VMA lock before replacing policy").
 *
 * A fault asks the policy of its VMA where to allocate, and takes no reference: the
 * VMA has one. mbind() holds mmap_lock for writing, puts another policy in its place
 * and drops the old one. A fault with the lock of the VMA alone goes on with what
 * was freed (BREAK). The fix (the default) locks the VMA before it replaces the policy.
 * With MUNMAP the VMA, and its policy, go away as well.
 *
 * It teaches: what hangs on a VMA is kept by what keeps the VMA stable. When faults
 * began to run without mmap_lock, every writer with mmap_lock had to be found, and
 * a pointer to be replaced is one more write.
 *
 * Kernel: 6.4
 * Result: holds
 * Result: BREAK: violated use-after-free
 * Result: BREAK --find=rule: violated unlocked-write
 * Result: BREAK --kernel=6.1: holds
 * Result: BREAK --kernel=6.15: violated use-after-free
 * Result: MUNMAP: holds
 * Result: BREAK MUNMAP: violated use-after-free
 * Result: --kernel=6.6: holds
 * Result: --kernel=6.15: holds
 * Result: --kernel=7.1: holds
 */

#define MM_TASK_PAGES 2
#define MM_VM_FAULT do_anonymous_page_policy
#define MM_VM_CLOSE put_vma_policy
#define MM_MEMBERS_vm_area_struct struct mempolicy *vm_policy;

struct mempolicy;

#include <linux/mm.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

struct mempolicy {
	atomic_t refcnt;
	int mode;
};

static struct kmem_cache *policy_cache;
static struct mm_struct mm;

static struct mempolicy *mpol_new(int mode)
{
	struct mempolicy *pol = kmem_cache_alloc(policy_cache, GFP_KERNEL);

	atomic_set(&pol->refcnt, 1);
	pol->mode = mode;
	return pol;
}

static void mpol_put(struct mempolicy *pol)
{
	if (atomic_dec_and_test(&pol->refcnt))
		kmem_cache_free(policy_cache, pol);
}

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
	vma_lookup(&mm, ADDR)->vm_policy = mpol_new(1);
}

/* The VMA goes away. */
static void put_vma_policy(struct vm_area_struct *vma)
{
	mpol_put(vma->vm_policy);
}

/* The policy says where the page comes from: alloc_pages_vma(), later vma_alloc_folio(). */
static int do_anonymous_page_policy(struct vm_area_struct *vma, unsigned long address,
				    unsigned int flags)
{
	struct mempolicy *pol = vma->vm_policy;

	assert(pol->mode);
	return handle_pte_fault(vma, address, flags);
}

static void vma_replace_policy(struct vm_area_struct *vma, struct mempolicy *new)
{
	struct mempolicy *old;

#ifndef BREAK
	vma_start_write(vma);
#endif
	old = vma->vm_policy;
	vma->vm_policy = new;
	mpol_put(old);
}

/* As do_mbind(). */
THREAD(mbind, &mm)
{
	struct mm_struct *mm = current->mm;
	struct mempolicy *new = mpol_new(2);
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, ADDR);
	if (vma)
		vma_replace_policy(vma, new);
	mmap_write_unlock(mm);
	if (!vma)
		mpol_put(new);
}

THREAD(fault, &mm)
{
	do_user_addr_fault(ADDR);
}

#ifdef MUNMAP

THREAD(munmap, &mm)
{
	sys_munmap(ADDR, PAGE_SIZE);
}

#endif
