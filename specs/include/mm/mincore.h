/* SPDX-License-Identifier: MIT */
/*
 * This file asks which pages of a range are there: mm/mincore.c. The answer is
 * collected with mmap_lock held for reading and written to user memory after
 * the lock was given up, since that write may fault and take the lock itself.
 * What is to come in 7.4 is known by its title alone: that the VMA is locked instead. How
 * it is found is taken over from others who do that.
 */
#ifndef _MM_MINCORE_H
#define _MM_MINCORE_H

#include <linux/minmax.h>
#include <mm/internal.h>
#include <mm/mmap_lock.h>

/* Count the pages of one VMA from addr to end. The page table lock keeps the entries still. */
static long __maybe_unused mincore_vma(struct vm_area_struct *vma, unsigned long addr,
				       unsigned long end)
{
	struct mm_struct *mm = vma->vm_mm;
	long present = 0;

	end = min(end, vma->vm_end);
	spin_lock(&mm->page_table_lock);
	for (; addr < end; addr += PAGE_SIZE)
		if (pt_get(&mm->pgd, addr) & _PAGE_PRESENT)
			present++;
	spin_unlock(&mm->page_table_lock);
	return present;
}

#if MINCORE_VMA_LOCK

/* As below. */
static long __maybe_unused do_mincore(unsigned long start, unsigned long len)
{
	struct mm_struct *mm = current->mm;
	unsigned long end = start + len;
	long present = 0;

	while (start < end) {
		struct vm_area_struct *vma = lock_vma_under_rcu(mm, start);

		if (vma) {
			present += mincore_vma(vma, start, end);
			start = vma->vm_end;
			vma_end_read(vma);
			continue;
		}
		mmap_read_lock(mm);
		vma = vma_lookup(mm, start);
		if (!vma) {
			mmap_read_unlock(mm);
			return -ENOMEM;
		}
		present += mincore_vma(vma, start, end);
		start = vma->vm_end;
		mmap_read_unlock(mm);
	}
	return present;
}

#else

/* How many pages of [start, start + len) are present; a hole is an error. */
static long __maybe_unused do_mincore(unsigned long start, unsigned long len)
{
	struct mm_struct *mm = current->mm;
	unsigned long end = start + len;
	long present = 0;

	mmap_read_lock(mm);
	while (start < end) {
		struct vm_area_struct *vma = vma_lookup(mm, start);

		if (!vma) {
			present = -ENOMEM;
			break;
		}
		present += mincore_vma(vma, start, end);
		start = vma->vm_end;
	}
	mmap_read_unlock(mm);
	return present;
}

#endif

#endif /* _MM_MINCORE_H */
