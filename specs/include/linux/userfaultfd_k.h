/* SPDX-License-Identifier: MIT */
/*
 * This file is what the rest of mm sees of userfaultfd: a process whose memory
 * another one manages. It waits for the manager when it faults on a page that
 * is not there, and, if the manager wants to know, when it is about to throw
 * pages away. It waits without mmap_lock. Define MM_USERFAULTFD as 1 to have
 * contexts. VMAs merge by their flags alone, so that an mm must not have more than
 * one.
 *
 * A context is there as long as somebody has a reference. The manager has one until
 * it closes the descriptor; a VMA has none, for the manager takes the context away
 * from it before, with mmap_lock held for writing. Who waits without that lock needs
 * a reference. They are counted in specs with MM_UFFD_REF; without, the context stays.
 * Define UFFD_NO_REF to wait without one.
 */
#ifndef _LINUX_USERFAULTFD_K_H
#define _LINUX_USERFAULTFD_K_H

#include <linux/mmap_lock.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/wait.h>

#define UFFD_FEATURE_EVENT_REMOVE	0x8

#ifndef MM_UFFD_REF
#define MM_UFFD_REF	0
#endif

struct userfaultfd_ctx {
	struct mm_struct *mm;
#if MM_UFFD_REF
	refcount_t refcount;
#endif
	unsigned int features;
	bool event;			/* there is one that nobody has read */
	bool released;			/* nobody waits for the manager any more */
	wait_queue_head_t fd_wqh;	/* the manager */
	wait_queue_head_t event_wqh;	/* those whose event was not read yet */
	wait_queue_head_t fault_pending_wqh; /* those who wait for a page */
#ifdef MM_MEMBERS_userfaultfd_ctx
	MM_MEMBERS_userfaultfd_ctx
#endif
};

#if MM_USERFAULTFD

static inline void userfaultfd_ctx_get(struct userfaultfd_ctx *ctx)
{
#if MM_UFFD_REF
	refcount_inc(&ctx->refcount);
#else
	(void)ctx;
#endif
}

/* The kernel's context has a reference to the mm as well, which goes with it. */
static inline void userfaultfd_ctx_put(struct userfaultfd_ctx *ctx)
{
#if MM_UFFD_REF
	if (refcount_dec_and_test(&ctx->refcount))
		kfree(ctx);
#else
	(void)ctx;
#endif
}

/* The process: leave an event, wait until it was read, or never will be. */
static void __maybe_unused userfaultfd_event_wait_completion(struct userfaultfd_ctx *ctx)
{
	WRITE_ONCE(ctx->event, true);
	wake_up(&ctx->fd_wqh);
	wait_event(ctx->event_wqh, !ctx->event || ctx->released);
#ifndef UFFD_NO_REF
	userfaultfd_ctx_put(ctx);
#endif
}

/* The manager: wait for one event, and read it. */
static void __maybe_unused userfaultfd_ctx_read(struct userfaultfd_ctx *ctx)
{
	wait_event(ctx->fd_wqh, ctx->event);
	WRITE_ONCE(ctx->event, false);
	wake_up(&ctx->event_wqh);
}

/*
 * Pages [start, end) of vma are about to be removed. Called with mmap_lock held for reading:
 * false says that it was dropped, and that vma may be gone.
 */
static bool __maybe_unused userfaultfd_remove(struct vm_area_struct *vma, unsigned long start,
					      unsigned long end)
{
	struct mm_struct *mm = vma->vm_mm;
	struct userfaultfd_ctx *ctx = vma->vm_userfaultfd_ctx;

	(void)start;	/* what the manager is told of is not modelled */
	(void)end;
	if (!ctx || !(ctx->features & UFFD_FEATURE_EVENT_REMOVE))
		return true;
#ifndef UFFD_NO_REF
	userfaultfd_ctx_get(ctx);
#endif
	mmap_read_unlock(mm);
	userfaultfd_event_wait_completion(ctx);
	return false;
}

static inline bool userfaultfd_missing(struct vm_area_struct *vma)
{
	return (vma->vm_flags & VM_UFFD_MISSING) != 0;
}

/* Has a manager asked to hear of anything that happens in vma? */
static inline bool userfaultfd_armed(struct vm_area_struct *vma)
{
	return userfaultfd_missing(vma);
}

/*
 * A fault on a page that the manager has to bring in: give up the lock that
 * keeps vma stable, and wait. Nothing is done where the lock must not be given up.
 * Define UFFD_KEEP_LOCK to wait with it.
 */
static int __maybe_unused handle_userfault(struct vm_area_struct *vma, unsigned long address,
					   unsigned int flags)
{
	struct userfaultfd_ctx *ctx = vma->vm_userfaultfd_ctx;
	struct mm_struct *mm = vma->vm_mm;

	if (!(flags & FAULT_FLAG_ALLOW_RETRY))
		return VM_FAULT_SIGBUS;
#ifndef UFFD_NO_REF
	userfaultfd_ctx_get(ctx);
#endif
#ifndef UFFD_KEEP_LOCK
	if (flags & FAULT_FLAG_VMA_LOCK)
		vma_end_read(vma);
	else
		mmap_read_unlock(mm);
#endif
	wait_event(ctx->fault_pending_wqh, ctx->released || pt_get(&mm->pgd, address));
#ifndef UFFD_NO_REF
	userfaultfd_ctx_put(ctx);
#endif
	return VM_FAULT_RETRY;
}

#else

static inline bool userfaultfd_remove(struct vm_area_struct *vma, unsigned long start,
				      unsigned long end)
{
	(void)vma;
	(void)start;
	(void)end;
	return true;
}

static inline bool userfaultfd_armed(struct vm_area_struct *vma)
{
	(void)vma;
	return false;
}

#endif

#endif /* _LINUX_USERFAULTFD_K_H */
