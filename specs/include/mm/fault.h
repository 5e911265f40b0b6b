/* SPDX-License-Identifier: MIT */
/*
 * This file serves a page fault, and lets a stack grow on the way. From 6.4 on
 * the fault of a program tries with the lock of its VMA alone, and takes
 * mmap_lock where that does not work; a fault of the kernel itself does not try.
 *
 * Until 6.4 the stack grows under the read lock of the fault (expand_stack()): two
 * faults are kept apart by page_table_lock (and by the anon_vma lock in the
 * kernel), a reader of VMAs is not kept away at all. From 6.5 on it takes the
 * write lock, and since a read lock cannot become one, the VMA is looked up
 * twice (lock_mm_and_find_vma()). To leave out what that asks for, define
 *
 *	EXPAND_NO_PTL		take no page_table_lock to let the stack grow
 *	EXPAND_KEEP_VMA		do not look the VMA up again
 *
 * A spec that has something to say of the nodes of the tree defines MM_MAS_STORE as
 * the name of a function before it includes anything: called with a VMA that has
 * just been stored, its range changed.
 *
 * The gap that the kernel leaves below a stack is not modelled.
 */
#ifndef _MM_FAULT_H
#define _MM_FAULT_H

#include <linux/lockdep.h>
#include <linux/uaccess.h>
#include <mm/gup.h>
#include <mm/internal.h>
#include <mm/mmap_lock.h>

/* Whether a fault handler says that it has released the lock. */
#define fault_released(fault)	(!!((fault) & (VM_FAULT_RETRY | VM_FAULT_COMPLETED)))

#ifdef MM_MAS_STORE
static void MM_MAS_STORE(struct vm_area_struct *vma);
#endif

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
#ifndef EXPAND_NO_PTL
	spin_lock(&mm->page_table_lock);
#endif
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
#ifdef MM_MAS_STORE
		MM_MAS_STORE(vma);
#endif
#if MM_RMAP
		anon_vma_interval_tree_post_update_vma(vma);
#endif
	}
#ifndef EXPAND_NO_PTL
	spin_unlock(&mm->page_table_lock);
#endif
#if MM_RMAP
	anon_vma_unlock_write(vma->anon_vma);
#endif
	return 0;
}

#if STACK_EXPAND_WRITE_LOCK

/* There is no way from a read lock to a write lock: in between nothing is locked. */
static bool __maybe_unused upgrade_mmap_lock_carefully(struct mm_struct *mm,
							 struct pt_regs *regs)
{
	(void)regs;
	mmap_read_unlock(mm);
	return !mmap_write_lock_killable(mm);
}

/*
 * Lock mmap_lock for reading and find the VMA of addr, a stack that has to grow
 * included. Without such a VMA the result is NULL, and nothing is locked.
 */
static struct vm_area_struct *__maybe_unused lock_mm_and_find_vma(struct mm_struct *mm,
								   unsigned long addr,
								   struct pt_regs *regs)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	if (likely(vma && vma->vm_start <= addr))
		return vma;
	if (!vma || !(vma->vm_flags & VM_GROWSDOWN)) {
		mmap_read_unlock(mm);
		return NULL;
	}
	if (!upgrade_mmap_lock_carefully(mm, regs))
		return NULL;
#ifndef EXPAND_KEEP_VMA
	vma = find_vma(mm, addr);
#endif
	if (!vma || (vma->vm_start > addr && expand_downwards(vma, addr))) {
		mmap_write_unlock(mm);
		return NULL;
	}
	mmap_write_downgrade(mm);
	return vma;
}

/*
 * Let the stack grow down to addr that is the next VMA there, for those who hold
 * mmap_lock for reading and are no page fault. NULL: it is not held any more.
 */
static struct vm_area_struct *__maybe_unused expand_stack(struct mm_struct *mm,
							   unsigned long addr)
{
	struct vm_area_struct *vma = NULL;

	if (upgrade_mmap_lock_carefully(mm, NULL)) {
		vma = find_vma(mm, addr);
		if (vma && (vma->vm_start <= addr || !expand_downwards(vma, addr))) {
			mmap_write_downgrade(mm);
		} else {
			mmap_write_unlock(mm);
			vma = NULL;
		}
	}
	CONTRACT(lockdep_is_held_type(&mm->mmap_lock, 1) == !!vma,
		 "expand_stack() returns a VMA with mmap_lock held for reading, or NULL without");
	return vma;
}

#else

/* With mmap_lock held for reading, as the fault has it. */
static int __maybe_unused expand_stack(struct vm_area_struct *vma, unsigned long address)
{
	return expand_downwards(vma, address);
}

#endif

/*
 * Serve a fault on a VMA that the caller keeps stable, by one lock or the other.
 * The lock is released if, and only if, the result says so.
 */
static int __maybe_unused handle_mm_fault(struct vm_area_struct *vma, unsigned long address,
					  unsigned int flags, struct pt_regs *regs)
{
	(void)regs;
#if CONFIG_PER_VMA_LOCK && !VMA_LOCK_ALL_FAULTS
	if (flags & FAULT_FLAG_VMA_LOCK && !vma_is_anonymous(vma)) {
		vma_end_read(vma);
		return VM_FAULT_RETRY;
	}
#endif
	return __do_fault(vma, address, flags);
}

/* A page fault with mmap_lock. Nothing is locked before or after. */
static int __maybe_unused __do_page_fault(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma;
	int fault;

	do {
#if STACK_EXPAND_WRITE_LOCK
		vma = lock_mm_and_find_vma(mm, address, NULL);
		CONTRACT(lockdep_is_held(&mm->mmap_lock) == !!vma,
			 "lock_mm_and_find_vma() returns a VMA with mmap_lock, or NULL without");
		if (!vma)
			return VM_FAULT_SIGSEGV;
#else
		mmap_read_lock(mm);
		vma = find_vma(mm, address);
		if (!vma || (vma->vm_start > address && expand_stack(vma, address))) {
			mmap_read_unlock(mm);
			return VM_FAULT_SIGSEGV;
		}
#endif
		fault = handle_mm_fault(vma, address, FAULT_FLAG_ALLOW_RETRY, NULL);
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
		fault = handle_mm_fault(vma, address, FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_VMA_LOCK,
					NULL);
		CONTRACT(vma_read_held(vma) == !fault_released(fault),
			 "VM_FAULT_RETRY or VM_FAULT_COMPLETED if the VMA was unlocked, else not");
		if (!fault_released(fault))
			vma_end_read(vma);
		if (!(fault & VM_FAULT_RETRY))
			return fault & ~VM_FAULT_COMPLETED;
	}
#endif
	return __do_page_fault(mm, address);
}

/*
 * A page of the running process is about to be accessed: nothing keeps it in
 * memory, so a page fault may take mmap_lock, whether it does here or not.
 */
static inline void might_fault(void)
{
	if (pagefault_disabled())
		return;
	might_sleep();
	if (current->mm)
		might_lock_read(&current->mm->mmap_lock);
}

#if !MM_RMAP

/*
 * The kernel writes to a page of the running process, or reads it. The page is
 * brought in first if it is not there, which takes mmap_lock.
 */
static unsigned long __maybe_unused copy_to_user(unsigned long to)
{
	might_fault();
	while (!pt_get(&current->mm->pgd, to))
		if (pagefault_disabled() || __do_page_fault(current->mm, to))
			return 1;
	return 0;
}

static unsigned long __maybe_unused copy_from_user(unsigned long from)
{
	might_fault();
	while (!pt_get(&current->mm->pgd, from))
		if (pagefault_disabled() || __do_page_fault(current->mm, from))
			return 1;
	return 0;
}

#endif

#endif /* _MM_FAULT_H */
