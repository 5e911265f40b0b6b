/* SPDX-License-Identifier: MIT */
/*
 * This file takes the memory of a dying process before it comes to that itself:
 * the OOM reaper, and process_mrelease(), by which a manager asks for the same.
 * Both work on an mm that they keep by mm_count: its users may all be gone, and
 * exit_mmap() may be at work, or be done.
 */
#ifndef _MM_OOM_KILL_H
#define _MM_OOM_KILL_H

#include <linux/oom.h>
#include <mm/mmap.h>

/* Take the pages of all VMAs that are private. mmap_lock is held for reading. */
static void __maybe_unused __oom_reap_task_mm(struct mm_struct *mm)
{
	struct vm_area_struct *vma;

	set_bit(MMF_UNSTABLE, &mm->flags);
	for (vma = first_vma(mm); vma; vma = vma_after(mm, vma))
		if (vma_is_anonymous(vma) || !(vma->vm_flags & VM_SHARED))
			zap_page_range(mm, vma->vm_start, vma->vm_end);
}

/*
 * One try of the OOM reaper; false says to come back later. Whether there is
 * something left to take is only seen with the lock held.
 */
static bool __maybe_unused oom_reap_task_mm(struct mm_struct *mm)
{
	if (!mmap_read_trylock(mm))
		return false;
	if (!test_bit(MMF_OOM_SKIP, &mm->flags))
		__oom_reap_task_mm(mm);
	mmap_read_unlock(mm);
	return true;
}

/* The reaper: it tries a few times, then nobody comes back to this mm. */
static void __maybe_unused oom_reap_task(struct mm_struct *mm)
{
	for (int attempts = 0; attempts < 2; attempts++)
		if (oom_reap_task_mm(mm))
			break;
	set_bit(MMF_OOM_SKIP, &mm->flags);
}

/* process_mrelease() on the mm of a process that was killed. */
static int __maybe_unused process_mrelease(struct mm_struct *mm)
{
	if (mmap_read_lock_killable(mm))
		return -EINTR;
	if (!test_bit(MMF_OOM_SKIP, &mm->flags))
		__oom_reap_task_mm(mm);
	mmap_read_unlock(mm);
	return 0;
}

#endif /* _MM_OOM_KILL_H */
