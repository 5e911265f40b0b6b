/* SPDX-License-Identifier: MIT */
/*
 * This file gives pages back at the wish of their owner: MADV_DONTNEED, with
 * mmap_lock held for reading. With a userfaultfd the lock is dropped in the
 * middle, and two things had to be learned, each a flag here:
 *
 *	MADVISE_REVALIDATE	look the VMA up again after the drop (4.11)
 *	MADVISE_PROPAGATE_END	tell the loop over the VMAs that the one found
 *				after the drop ends earlier than the first did
 */
#ifndef _MM_MADVISE_H
#define _MM_MADVISE_H

#include <linux/minmax.h>
#include <linux/mman.h>
#include <linux/syscalls.h>
#include <linux/userfaultfd_k.h>
#include <mm/internal.h>
#include <mm/mmap.h>

#ifndef MADVISE_REVALIDATE
#define MADVISE_REVALIDATE	1
#endif
#ifndef MADVISE_PROPAGATE_END
#define MADVISE_PROPAGATE_END	0
#endif

/*
 * Throw away the pages of [start, *end) of vma. *prev is vma, or NULL if
 * mmap_lock was dropped in between; *end is where the VMA ended, if earlier.
 */
static int __maybe_unused madvise_dontneed(struct vm_area_struct *vma,
					   struct vm_area_struct **prev,
					   unsigned long start, unsigned long *end)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long stop = *end;
	bool held;

	*prev = vma;
	if (vma->vm_flags & VM_LOCKED)
		return -EINVAL;
	held = userfaultfd_remove(vma);
	CONTRACT(lockdep_is_held(&mm->mmap_lock) == held,
		 "userfaultfd_remove() returns false if it drops mmap_lock, else true");
	if (!held) {
		*prev = NULL;
		mmap_read_lock(mm);
#if MADVISE_REVALIDATE
		vma = vma_lookup(mm, start);
		if (!vma)
			return -ENOMEM;
		if (vma->vm_flags & VM_LOCKED)
			return -EINVAL;
		stop = min(stop, vma->vm_end);
#if MADVISE_PROPAGATE_END
		*end = stop;
#endif
#endif
	}
	zap_page_range(vma->vm_mm, start, stop);
	return 0;
}

/* MADV_DONTNEED on a range of mm. Holes are skipped, and reported in the end. */
static int __maybe_unused do_madvise(struct mm_struct *mm, unsigned long start, unsigned long len)
{
	unsigned long end = start + len;
	int error = 0;

	mmap_read_lock(mm);
	while (start < end) {
		struct vm_area_struct *prev, *vma = find_vma(mm, start);
		unsigned long tmp;
		int ret;

		if (!vma || vma->vm_start >= end) {
			error = -ENOMEM;
			break;
		}
		if (start < vma->vm_start) {
			error = -ENOMEM;
			start = vma->vm_start;
		}
		tmp = min(end, vma->vm_end);
		ret = madvise_dontneed(vma, &prev, start, &tmp);
		if (ret) {
			error = ret;
			break;
		}
		start = tmp;
		if (prev)
			start = max(start, prev->vm_end);
	}
	mmap_read_unlock(mm);
	return error;
}

SYSCALL_DEFINE3(madvise, unsigned long, start, unsigned long, len, int, behavior)
{
	if (behavior != MADV_DONTNEED)
		return -EINVAL;
	return do_madvise(current->mm, start, len);
}

#endif /* _MM_MADVISE_H */
