/* SPDX-License-Identifier: MIT */
/*
 * This file serves a page fault, and lets a stack grow on the way. From 6.4 on
 * the fault of a program tries with the lock of its VMA alone, and takes
 * mmap_lock where that does not work; a fault of the kernel itself does not try.
 *
 * Until 6.4 the stack grows under the read lock of the fault: two
 * faults are kept apart by page_table_lock (and by the anon_vma lock in the
 * kernel), a reader of VMAs is not kept away at all. From 6.5 on it takes the
 * write lock, and since a read lock cannot become one, the VMA is looked up
 * twice.
 *
 * The gap that the kernel leaves below a stack is not modelled.
 */
#ifndef _MM_FAULT_H
#define _MM_FAULT_H

#include <mm/gup.h>
#include <mm/internal.h>
#include <mm/mmap_lock.h>

/* Whether a fault handler says that it has released the lock. */
#define fault_released(fault)	(!!((fault) & (VM_FAULT_RETRY | VM_FAULT_COMPLETED)))

/* Let a stack reach down to address. */
static int __maybe_unused expand_downwards(struct vm_area_struct *vma, unsigned long address)
{
	struct mm_struct *mm = vma->vm_mm;

	address &= PAGE_MASK;
	if (!(vma->vm_flags & VM_GROWSDOWN))
		return -EFAULT;
#if STACK_EXPAND_WRITE_LOCK
	mmap_assert_write_locked(mm);
	vma_start_write(vma);
#else
	mmap_assert_locked(mm);
#endif
#if MM_RMAP
	anon_vma_prepare(vma);
	anon_vma_lock_write(vma->anon_vma);
#endif
	spin_lock(&mm->page_table_lock);
	if (address < vma->vm_start) {
#if MM_RMAP
		anon_vma_interval_tree_pre_update_vma(vma);
#endif
		vma->vm_pgoff -= (vma->vm_start - address) >> PAGE_SHIFT;
		vma->vm_start = address;
#if VMA_MAPLE_TREE
		mt_store(&mm->mm_mt, address, vma->vm_end, vma);
#else
		__mmcheck_mt_grow(&mm->mm_mt, address, vma->vm_end, vma);
#endif
#if MM_RMAP
		anon_vma_interval_tree_post_update_vma(vma);
#endif
	}
	spin_unlock(&mm->page_table_lock);
#if MM_RMAP
	anon_vma_unlock_write(vma->anon_vma);
#endif
	return 0;
}

#if STACK_EXPAND_WRITE_LOCK

/* As below, for an address that may be of the stack: give up the read lock for it. */
static struct vm_area_struct *__maybe_unused
upgrade_and_expand_stack(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_unlock(mm);
	if (mmap_write_lock_killable(mm))
		return NULL;
	vma = find_vma(mm, addr);
	if (!vma || (vma->vm_start > addr && expand_downwards(vma, addr))) {
		mmap_write_unlock(mm);
		return NULL;
	}
	mmap_write_downgrade(mm);
	return vma;
}

#endif

/*
 * Lock mmap_lock for reading and find the VMA of addr, a stack that has to grow
 * included. Without such a VMA the result is NULL, and nothing is locked. In
 * kernels before 6.5 this is a part of the fault handler of each architecture.
 */
static struct vm_area_struct *__maybe_unused lock_mm_and_find_vma(struct mm_struct *mm,
								   unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	if (likely(vma && vma->vm_start <= addr))
		return vma;
	if (vma && vma->vm_flags & VM_GROWSDOWN) {
#if STACK_EXPAND_WRITE_LOCK
		return upgrade_and_expand_stack(mm, addr);
#else
		if (!expand_downwards(vma, addr))
			return vma;
#endif
	}
	mmap_read_unlock(mm);
	return NULL;
}

/*
 * Serve a fault on a VMA that the caller keeps stable, by one lock or the other.
 * The lock is released if, and only if, the result says so.
 */
static int __maybe_unused handle_mm_fault(struct vm_area_struct *vma, unsigned long address,
					  unsigned int flags)
{
#if CONFIG_PER_VMA_LOCK && !VMA_LOCK_ALL_FAULTS
	if (flags & FAULT_FLAG_VMA_LOCK && !vma_is_anonymous(vma)) {
		vma_end_read(vma);
		return VM_FAULT_RETRY;
	}
#endif
	return __do_fault(vma, address, flags);
}

/* A page fault with mmap_lock. Nothing is locked before or after. */
static int __maybe_unused fault_with_mmap_lock(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma;
	int fault;

	do {
		vma = lock_mm_and_find_vma(mm, address);
		CONTRACT(lockdep_is_held(&mm->mmap_lock) == !!vma,
			 "lock_mm_and_find_vma() returns a VMA with mmap_lock, or NULL without");
		if (!vma)
			return VM_FAULT_SIGSEGV;
		fault = handle_mm_fault(vma, address, FAULT_FLAG_ALLOW_RETRY);
		CONTRACT(lockdep_is_held(&mm->mmap_lock) == !fault_released(fault),
			 "VM_FAULT_RETRY or VM_FAULT_COMPLETED if mmap_lock was released, else not");
	} while (fault & VM_FAULT_RETRY);
	if (!fault_released(fault))
		mmap_read_unlock(mm);
	return fault & ~VM_FAULT_COMPLETED;
}

/* A page fault of the running program. Nothing is locked before or after. */
static int __maybe_unused do_user_addr_fault(unsigned long address)
{
	struct mm_struct *mm = current->mm;
#if CONFIG_PER_VMA_LOCK
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, address);

	if (vma) {
		int fault;

		CONTRACT(vma_read_held(vma), "lock_vma_under_rcu() returns a VMA that it has locked");
		fault = handle_mm_fault(vma, address, FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_VMA_LOCK);
		CONTRACT(vma_read_held(vma) == !fault_released(fault),
			 "VM_FAULT_RETRY or VM_FAULT_COMPLETED if the VMA was unlocked, else not");
		if (!fault_released(fault))
			vma_end_read(vma);
		if (!(fault & VM_FAULT_RETRY))
			return fault & ~VM_FAULT_COMPLETED;
	}
#endif
	return fault_with_mmap_lock(mm, address);
}

#if !MM_RMAP
/*
 * Write to one page of the memory of the running process: it is brought in
 * first if it is not there, which takes mmap_lock.
 */
static int __maybe_unused write_user_page(unsigned long address)
{
	while (!pt_get(&current->mm->pgd, address))
		if (fault_with_mmap_lock(current->mm, address))
			return -EFAULT;
	return 0;
}
#endif

#endif /* _MM_FAULT_H */
