/* SPDX-License-Identifier: MIT */
/*
 * This file models the events by which a process tells the manager of its
 * memory what it is about to do, and waits until the manager has read it. It
 * waits without mmap_lock. Define MM_USERFAULTFD as 1 to have contexts; they
 * are not counted here, and VMAs merge without a look at them.
 */
#ifndef _LINUX_USERFAULTFD_K_H
#define _LINUX_USERFAULTFD_K_H

#include <linux/mmap_lock.h>
#include <linux/wait.h>

struct userfaultfd_ctx {
	bool event;			/* there is one that nobody has read */
	bool released;			/* the manager has nothing to wait for any more */
	wait_queue_head_t fd_wqh;	/* the manager */
	wait_queue_head_t event_wqh;	/* those whose event was not read yet */
};

#if MM_USERFAULTFD

/* The process: leave an event, wait until it was read. */
static void __maybe_unused userfaultfd_event_wait_completion(struct userfaultfd_ctx *ctx)
{
	WRITE_ONCE(ctx->event, true);
	wake_up(&ctx->fd_wqh);
	wait_event(ctx->event_wqh, !ctx->event);
}

/* The manager: wait for one event, and read it. */
static void __maybe_unused userfaultfd_ctx_read(struct userfaultfd_ctx *ctx)
{
	wait_event(ctx->fd_wqh, ctx->event || ctx->released);
	WRITE_ONCE(ctx->event, false);
	wake_up(&ctx->event_wqh);
}

/* There will be no event any more. */
static void __maybe_unused userfaultfd_release(struct userfaultfd_ctx *ctx)
{
	WRITE_ONCE(ctx->released, true);
	wake_up(&ctx->fd_wqh);
}

/*
 * Pages of vma are about to be removed. Called with mmap_lock held for reading:
 * false says that it was dropped, and that vma may be gone.
 */
static bool __maybe_unused userfaultfd_remove(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	struct userfaultfd_ctx *ctx = vma->vm_userfaultfd_ctx;

	if (!ctx)
		return true;
	mmap_read_unlock(mm);
	userfaultfd_event_wait_completion(ctx);
	return false;
}

#else

static inline bool userfaultfd_remove(struct vm_area_struct *vma) { (void)vma; return true; }

#endif

#endif /* _LINUX_USERFAULTFD_K_H */
