/* SPDX-License-Identifier: MIT */
/*
 * This file changes the protection of a range: mm/mprotect.c without keys and
 * soft-dirty bits.
 */
#ifndef _MM_MPROTECT_H
#define _MM_MPROTECT_H

#include <linux/mman.h>
#include <linux/syscalls.h>
#include <mm/internal.h>
#include <mm/vma.h>

/* Give the pages of [start, end) the access that flags allow. */
static void __maybe_unused change_protection(struct mm_struct *mm, unsigned long start,
					     unsigned long end, vm_flags_t flags)
{
	unsigned long entry = _PAGE_PRESENT;
	unsigned long addr;

	if (flags & VM_WRITE)
		entry |= _PAGE_RW;
	mmu_notifier_invalidate_range_start(mm, start, end);
	spin_lock(&mm->page_table_lock);
	for (addr = start; addr < end; addr += PAGE_SIZE)
		if (pt_get(&mm->pgd, addr) & _PAGE_PRESENT)
			pt_set(&mm->pgd, addr, entry);
	spin_unlock(&mm->page_table_lock);
	mmu_notifier_invalidate_range_end(mm, start, end);
}

/*
 * Try to make [start, end), all of vma, part of its neighbours. Returns the
 * VMA that covers the range now: not always the one that did before, and the
 * old one is freed then.
 */
static struct vm_area_struct *__maybe_unused
merge_with_neighbours(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		      vm_flags_t flags)
{
	struct mm_struct *mm = vma->vm_mm;
	struct file *file = vma->vm_file;
	pgoff_t pgoff = vma->vm_pgoff;
	struct vm_area_struct *prev = vma_below(mm, start);
	struct vm_area_struct *next = vma_above(mm, end);

	if (prev && can_vma_merge_after(prev, start, flags, NULL, file, pgoff)) {
		vma_expand(mm, prev, prev->vm_start, end, prev->vm_pgoff, vma);
		vma = prev;
		start = prev->vm_start;
		pgoff = prev->vm_pgoff;
	}
	if (next && can_vma_merge_before(next, end, flags, NULL, file,
					 pgoff + ((end - start) >> PAGE_SHIFT))) {
		vma_expand(mm, vma, start, next->vm_end, pgoff, next);
	}
	return vma;
}

/*
 * Give the part [start, end) of vma new flags: split at the edges, or merge
 * with the neighbours when all of vma changes. The caller must go on with the
 * VMA in *pvma, vma itself may be gone.
 */
static int __maybe_unused vma_modify_flags(struct mm_struct *mm, struct vm_area_struct *vma,
					   struct vm_area_struct **pvma,
					   unsigned long start, unsigned long end,
					   vm_flags_t newflags)
{
	int error = 0;

	if (start > vma->vm_start)
		error = split_vma(mm, vma, start, 1);
	if (!error && end < vma->vm_end)
		error = split_vma(mm, vma, end, 0);
	if (error)
		return error;

	vma_start_write(vma);
	vm_flags_init(vma, newflags);
	*pvma = merge_with_neighbours(vma, start, end, newflags);
	return 0;
}

/* The same, and the page table follows. */
static int __maybe_unused mprotect_fixup(struct vm_area_struct *vma,
					 struct vm_area_struct **pvma,
					 unsigned long start, unsigned long end,
					 vm_flags_t newflags)
{
	struct mm_struct *mm = vma->vm_mm;
	int error;

	*pvma = vma;
	if (newflags == vma->vm_flags)
		return 0;

	error = vma_modify_flags(mm, vma, pvma, start, end, newflags);
	if (!error)
		change_protection(mm, start, end, newflags);
	return error;
}

/* mprotect() on the mm of the running thread; a hole in the range is an error. */
static int __maybe_unused do_mprotect_pkey(unsigned long start, unsigned long len,
					   unsigned long prot, int pkey)
{
	struct mm_struct *mm = current->mm;
	unsigned long end = start + len;
	struct vm_area_struct *vma;
	int error = 0;

	(void)pkey;
	if (mmap_write_lock_killable(mm))
		return -EINTR;
	while (!error && start < end) {
		unsigned long tmp;
		vm_flags_t newflags;

		vma = vma_lookup(mm, start);
		if (!vma) {
			error = -ENOMEM;
			break;
		}
		tmp = min(end, vma->vm_end);
		newflags = (vma->vm_flags & ~VM_ACCESS_FLAGS) | prot;
		error = mprotect_fixup(vma, &vma, start, tmp, newflags);
		start = tmp;
	}
	mmap_write_unlock(mm);
	return error;
}

SYSCALL_DEFINE3(mprotect, unsigned long, start, unsigned long, len, unsigned long, prot)
{
	return do_mprotect_pkey(start, len, prot, -1);
}

#endif /* _MM_MPROTECT_H */
