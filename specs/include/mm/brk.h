/* SPDX-License-Identifier: MIT */
/*
 * This file holds the two callers of do_brk_flags(). They are apart from
 * <linux/mm.h> so that a spec can bring its own version of them.
 */
#ifndef _MM_BRK_H
#define _MM_BRK_H

#include <linux/mm.h>
#include <linux/syscalls.h>

/* Move the end of the heap. Returns where it is afterwards. */
SYSCALL_DEFINE1(brk, unsigned long, brk)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *brkvma, *next;
	unsigned long newbrk, oldbrk;
	bool downgraded = false, populate;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	newbrk = PAGE_ALIGN(brk);
	oldbrk = PAGE_ALIGN(mm->brk);

	if (brk < mm->start_brk)
		goto out;
	if (newbrk <= oldbrk) {
		mm->brk = brk;	/* before the downgrade: it needs the write lock */
		if (newbrk < oldbrk)
			downgraded = __do_munmap(mm, newbrk, oldbrk - newbrk, true) == 1;
		goto success;
	}

	next = find_vma(mm, oldbrk);
	if (next && newbrk + PAGE_SIZE > next->vm_start)
		goto out;
	if (do_brk_flags(&brkvma, oldbrk, newbrk - oldbrk, 0))
		goto out;
	mm->brk = brk;

success:
	populate = newbrk > oldbrk && (mm->def_flags & VM_LOCKED) != 0;
	if (downgraded)
		mmap_read_unlock(mm);
	else
		mmap_write_unlock(mm);
	if (populate)
		mm_populate(oldbrk, newbrk - oldbrk);
	return brk;

out:
	brk = mm->brk;
	mmap_write_unlock(mm);
	return brk;
}

/* Extend the heap of a program that is being loaded. */
static int __maybe_unused vm_brk_flags(unsigned long addr, unsigned long request,
				       vm_flags_t flags)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	unsigned long len = PAGE_ALIGN(request);
	bool populate;
	int ret;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	ret = do_brk_flags(&vma, addr, len, flags);
	populate = (mm->def_flags & VM_LOCKED) != 0;
	mmap_write_unlock(mm);
	if (populate && !ret)
		mm_populate(addr, len);
	return ret;
}

#endif /* _MM_BRK_H */
