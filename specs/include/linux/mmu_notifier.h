/* SPDX-License-Identifier: MIT */
/*
 * This file tells those who have copied translations of an mm (KVM, a device
 * with its own page tables) that some are about to go away. Whoever takes
 * translations away brackets it with _start() and _end(). _start() may sleep,
 * and is therefore called before any page-table lock is taken; the _nonblock
 * form is for those who cannot, such as the OOM reaper.
 *
 * Define MM_NOTIFIER as 1 to have it; without, the calls are nothing. What a
 * subscriber does is C, and there is one at most: a spec defines
 * MM_NOTIFIER_START and MM_NOTIFIER_END as the names of its functions before it
 * includes anything. They are called with the mm and the range, if the mm has
 * a subscriber. One that drops its copies at the start must not make new ones
 * before the end, or one that was on its way must be noticed: see
 * rules/notifier.c for how KVM does it.
 */
#ifndef _LINUX_MMU_NOTIFIER_H
#define _LINUX_MMU_NOTIFIER_H

#include <linux/mmap_lock.h>
#include <linux/sched.h>

#if MM_NOTIFIER

void __mmcheck_notifier_subscribe(struct mmu_notifier_subscriptions *subs);
void __mmcheck_notifier_unsubscribe(struct mmu_notifier_subscriptions *subs);
bool __mmcheck_notifier_subscribed(struct mmu_notifier_subscriptions *subs);
void __mmcheck_notifier_start(struct mmu_notifier_subscriptions *subs, unsigned long start,
			      unsigned long end);
void __mmcheck_notifier_end(struct mmu_notifier_subscriptions *subs, unsigned long start,
			    unsigned long end);

#ifdef MM_NOTIFIER_START
static void MM_NOTIFIER_START(struct mm_struct *mm, unsigned long start, unsigned long end);
#else
#define MM_NOTIFIER_START(mm, start, end)	do { } while (0)
#endif
#ifdef MM_NOTIFIER_END
static void MM_NOTIFIER_END(struct mm_struct *mm, unsigned long start, unsigned long end);
#else
#define MM_NOTIFIER_END(mm, start, end)		do { } while (0)
#endif

/* The kernel also keeps walks of the reverse mapping out while it registers. */
static void __maybe_unused mmu_notifier_register(struct mm_struct *mm)
{
	mmap_write_lock(mm);
	__mmcheck_notifier_subscribe(&mm->notifier_subscriptions);
	mmap_write_unlock(mm);
}

static void __maybe_unused mmu_notifier_unregister(struct mm_struct *mm)
{
	__mmcheck_notifier_unsubscribe(&mm->notifier_subscriptions);
}

static inline bool mm_has_notifiers(struct mm_struct *mm)
{
	return __mmcheck_notifier_subscribed(&mm->notifier_subscriptions);
}

static void __maybe_unused
mmu_notifier_invalidate_range_start_nonblock(struct mm_struct *mm, unsigned long start,
					     unsigned long end)
{
	__mmcheck_notifier_start(&mm->notifier_subscriptions, start, end);
	if (mm_has_notifiers(mm))
		MM_NOTIFIER_START(mm, start, end);
}

static void __maybe_unused
mmu_notifier_invalidate_range_start(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	might_sleep();
	mmu_notifier_invalidate_range_start_nonblock(mm, start, end);
}

static void __maybe_unused
mmu_notifier_invalidate_range_end(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	if (mm_has_notifiers(mm))
		MM_NOTIFIER_END(mm, start, end);
	__mmcheck_notifier_end(&mm->notifier_subscriptions, start, end);
}

#else

#define mmu_notifier_invalidate_range_start(mm, start, end)	do { } while (0)
#define mmu_notifier_invalidate_range_end(mm, start, end)	do { } while (0)

#endif

#endif /* _LINUX_MMU_NOTIFIER_H */
