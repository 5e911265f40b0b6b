/* SPDX-License-Identifier: MIT */
/*
 * This file is what the manager of a userfaultfd calls: register a range, bring
 * in pages (mm/userfaultfd.c), close the descriptor. All of it may meet the exit
 * of the process, whose users are counted for as long as each call lasts.
 *
 * From 5.1 to 5.9 a process that dumps core is looked at without a lock, and its
 * VMAs are left alone by others. A spec that gives mm_struct a member core_state has that
 * with UFFD_STILL_VALID: 1 leaves the VMAs alone, as 5.1 and 5.2 did; 2 takes ctx away all
 * the same, but does not merge (5.3).
 */
#ifndef _FS_USERFAULTFD_H
#define _FS_USERFAULTFD_H

#include <linux/sched/mm.h>
#include <linux/userfaultfd_k.h>
#include <mm/mprotect.h>
#include <mm/mmap_lock.h>

/* Let the faults of [start, start + len) wait for the manager. */
static int __maybe_unused userfaultfd_register(struct userfaultfd_ctx *ctx, unsigned long start,
					       unsigned long len)
{
	struct mm_struct *mm = ctx->mm;
	unsigned long end = start + len;
	struct vm_area_struct *vma;
	int error = 0;

	if (!mmget_not_zero(mm))
		return -ENOMEM;
	mmap_write_lock(mm);
	while (!error && (vma = find_vma_intersection(mm, start, end))) {
		unsigned long from = max(start, vma->vm_start), to = min(end, vma->vm_end);

		error = vma_modify_flags(mm, vma, &vma, from, to, vma->vm_flags | VM_UFFD_MISSING);
		if (!error)
			vma->vm_userfaultfd_ctx = ctx;
		start = to;
	}
	mmap_write_unlock(mm);
	mmput(mm);
	return error;
}

#ifndef UFFD_STILL_VALID
#define UFFD_STILL_VALID	0
#endif

/* May the VMAs of mm change? mmap_lock is held. */
#if UFFD_STILL_VALID
#define mmget_still_valid(mm)	(!(mm)->core_state)
#else
#define mmget_still_valid(mm)	true
#endif

/* Take ctx away from vma, or from the VMA that vma becomes part of by that. */
static void __maybe_unused userfaultfd_release_vma(struct mm_struct *mm,
						   struct vm_area_struct *vma)
{
	vm_flags_t flags = vma->vm_flags & ~VM_UFFD_MISSING;

	if (!mmget_still_valid(mm)) {
		vma_start_write(vma);
		vm_flags_reset(vma, flags);
	} else if (vma_modify_flags(mm, vma, &vma, vma->vm_start, vma->vm_end, flags)) {
		return;
	}
	vma->vm_userfaultfd_ctx = NULL;
}

/* Take ctx away from all VMAs. */
static void __maybe_unused userfaultfd_release_all(struct mm_struct *mm,
						   struct userfaultfd_ctx *ctx)
{
	struct vm_area_struct *vma;
	unsigned long addr = 0;

	if (!mmget_not_zero(mm))
		return;
	mmap_write_lock(mm);
	while ((UFFD_STILL_VALID != 1 || mmget_still_valid(mm)) && (vma = find_vma(mm, addr))) {
		addr = vma->vm_end;
		if (vma->vm_userfaultfd_ctx != ctx)
			continue;
		userfaultfd_release_vma(mm, vma);
	}
	mmap_write_unlock(mm);
	mmput(mm);
}

/*
 * The descriptor is closed: faults and events that come now do not wait any more. (The
 * kernel wakes fd_wqh, too. Nobody is there: who reads or polls keeps the file open.)
 */
static void __maybe_unused userfaultfd_release(struct userfaultfd_ctx *ctx)
{
	WRITE_ONCE(ctx->released, true);
	userfaultfd_release_all(ctx->mm, ctx);
	wake_up(&ctx->fault_pending_wqh);
	wake_up(&ctx->event_wqh);
	userfaultfd_ctx_put(ctx);
}

#endif /* _FS_USERFAULTFD_H */
