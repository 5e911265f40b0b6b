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

#define VM_FAULT_SIGSEGV	0x40
#define VM_FAULT_RETRY		0x400	/* the lock that the caller held is released */

#define FAULT_FLAG_VMA_LOCK	0x1000	/* it is that of the VMA */

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
	spin_lock(&mm->page_table_lock);
	if (address < vma->vm_start) {
		vma->vm_pgoff -= (vma->vm_start - address) >> PAGE_SHIFT;
		vma->vm_start = address;
		mt_store(&mm->mm_mt, address, vma->vm_end, vma);
	}
	spin_unlock(&mm->page_table_lock);
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

/* Serve a fault on a VMA that the caller keeps stable, by one lock or the other. */
static int __maybe_unused handle_mm_fault(struct vm_area_struct *vma, unsigned long address,
					  unsigned int flags)
{
#if CONFIG_PER_VMA_LOCK && !VMA_LOCK_ALL_FAULTS
	if (flags & FAULT_FLAG_VMA_LOCK && !vma_is_anonymous(vma)) {
		vma_end_read(vma);
		return VM_FAULT_RETRY;
	}
#else
	(void)flags;
#endif
	do_anonymous_page(vma, address);
	return 0;
}

/* A page fault with mmap_lock. Nothing is locked before or after. */
static int __maybe_unused fault_with_mmap_lock(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma = lock_mm_and_find_vma(mm, address);
	int fault;

	if (!vma)
		return VM_FAULT_SIGSEGV;
	fault = handle_mm_fault(vma, address, 0);
	mmap_read_unlock(mm);
	return fault;
}

/* A page fault of the running program. Nothing is locked before or after. */
static int __maybe_unused do_user_addr_fault(unsigned long address)
{
	struct mm_struct *mm = current->mm;
#if CONFIG_PER_VMA_LOCK
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, address);

	if (vma) {
		int fault = handle_mm_fault(vma, address, FAULT_FLAG_VMA_LOCK);

		if (!(fault & VM_FAULT_RETRY)) {
			vma_end_read(vma);
			return fault;
		}
	}
#endif
	return fault_with_mmap_lock(mm, address);
}

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

#endif /* _MM_FAULT_H */
