/* SPDX-License-Identifier: MIT */
/*
 * This file serves a page fault that takes mmap_lock, and lets a stack grow on
 * the way. Until 6.4 the stack grows under the read lock of the fault: two
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

#define VM_FAULT_SIGSEGV	0x40

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

/* A page fault of the running thread. Nothing is locked before or after. */
static int __maybe_unused do_user_addr_fault(unsigned long address)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma = lock_mm_and_find_vma(mm, address);

	if (!vma)
		return VM_FAULT_SIGSEGV;
	do_anonymous_page(vma, address);
	mmap_read_unlock(mm);
	return 0;
}

/*
 * Write to one page of the memory of the running process: it is brought in
 * first if it is not there, which takes mmap_lock.
 */
static int __maybe_unused write_user_page(unsigned long address)
{
	while (!pt_get(&current->mm->pgd, address))
		if (do_user_addr_fault(address))
			return -EFAULT;
	return 0;
}

#endif /* _MM_FAULT_H */
