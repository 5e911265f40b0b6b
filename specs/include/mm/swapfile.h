/* SPDX-License-Identifier: MIT */
/*
 * This file empties a swap device: every page that was written out is brought
 * back into the page tables that name it, with mmap_lock held for reading. And
 * it lets a page be written out at the wish of its owner, MADV_PAGEOUT. How the
 * kernel finds its way from a page to its entries is not modelled here.
 */
#ifndef _MM_SWAPFILE_H
#define _MM_SWAPFILE_H

#include <linux/sched/mm.h>
#include <mm/gup.h>

/* Bring in what of vma was written out. */
static void __maybe_unused unuse_vma(struct vm_area_struct *vma)
{
	unsigned long addr, end = vma->vm_end;

	for (addr = vma->vm_start; addr < end; addr += PAGE_SIZE) {
		unsigned long orig = pt_get(&vma->vm_mm->pgd, addr);

		if (orig & _PAGE_SWAP)
			do_swap_page(vma, addr, orig);
	}
}

/* One mm of those that have pages on the device. */
static void __maybe_unused try_to_unuse(struct mm_struct *mm)
{
	struct vm_area_struct *vma;

	if (!mmget_not_zero(mm))
		return;
	mmap_read_lock(mm);
	for (vma = find_vma(mm, 0); vma; vma = find_vma(mm, vma->vm_end))
		unuse_vma(vma);
	mmap_read_unlock(mm);
	mmput(mm);
}

/* process_madvise(MADV_PAGEOUT): write out what is there of [start, start + len). */
static int __maybe_unused madvise_pageout(struct mm_struct *mm, unsigned long start,
					  unsigned long len)
{
	unsigned long addr, end = start + len;
	struct vm_area_struct *vma;
	int error = 0;

	if (!mmget_not_zero(mm))
		return -ESRCH;
	mmap_read_lock(mm);
	for (addr = start; addr < end; addr += PAGE_SIZE) {
		vma = vma_lookup(mm, addr);
		if (!vma || vma->vm_flags & VM_LOCKED) {
			error = vma ? -EINVAL : -ENOMEM;
			break;
		}
		spin_lock(&mm->page_table_lock);
		if (pt_get(&mm->pgd, addr) & _PAGE_PRESENT)
			pt_set(&mm->pgd, addr, _PAGE_SWAP);
		spin_unlock(&mm->page_table_lock);
	}
	mmap_read_unlock(mm);
	mmput(mm);
	return error;
}

#endif /* _MM_SWAPFILE_H */
