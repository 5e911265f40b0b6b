/* SPDX-License-Identifier: MIT */
/*
 * This file works on the memory of another process, whose users the caller
 * counts itself among. ptrace and /proc/PID/mem read it: access_remote_vm() of
 * mm/memory.c. mmap_lock is held for reading throughout; GUP, which is not
 * allowed to drop it here, brings the pages in. process_madvise() does what the
 * process could have done to itself.
 */
#ifndef _MM_REMOTE_H
#define _MM_REMOTE_H

#include <linux/sched/mm.h>
#include <mm/gup.h>

/* Access [addr, addr + len) of mm, whose users the caller counts. Returns the bytes done. */
static long __maybe_unused __access_remote_vm(struct mm_struct *mm, unsigned long addr,
					      unsigned long len)
{
	unsigned long start = addr, end = addr + len;

	if (mmap_read_lock_killable(mm))
		return 0;
	for (; addr < end; addr += PAGE_SIZE) {
		struct vm_area_struct *vma = vma_lookup(mm, addr);

		if (!vma || populate_vma_page_range(vma, addr, addr + PAGE_SIZE, NULL) != 1)
			break;
	}
	mmap_read_unlock(mm);
	return addr - start;
}

/* The same on an mm that may be on its way out. */
static long __maybe_unused mem_rw(struct mm_struct *mm, unsigned long addr, unsigned long len)
{
	long done;

	if (!mmget_not_zero(mm))
		return 0;
	done = __access_remote_vm(mm, addr, len);
	mmput(mm);
	return done;
}

static int __maybe_unused process_madvise(struct mm_struct *mm, unsigned long start,
					  unsigned long len, int behavior)
{
	int ret;

	if (!mmget_not_zero(mm))
		return -ESRCH;
	ret = do_madvise(mm, start, len, behavior);
	mmput(mm);
	return ret;
}

#endif /* _MM_REMOTE_H */
