/* SPDX-License-Identifier: MIT */
/*
 * This file defines the two counts of an mm. mm_users counts those who use its
 * mappings: the last one unmaps everything. mm_count counts those who need the
 * structure only; all users together hold one of these. A holder of mm_count
 * that wants to see mappings takes mmap_lock and tests mm_users first.
 *
 * The last mmput() sleeps and takes mmap_lock: it is not for atomic context,
 * nor for callers that hold a lock of the mm.
 */
#ifndef _LINUX_SCHED_MM_H
#define _LINUX_SCHED_MM_H

#include <linux/mm.h>
#include <linux/oom.h>
#include <linux/refcount.h>
#include <linux/sched.h>

static inline struct mm_struct *mm_alloc(void)
{
	struct mm_struct *mm = kzalloc(sizeof(*mm), GFP_KERNEL);

	mm_init(mm);
	return mm;
}

static inline void mmgrab(struct mm_struct *mm)
{
	__mmcheck_count_get(&mm->mm_count);
}

static inline void mmdrop(struct mm_struct *mm)
{
	if (__mmcheck_count_put(&mm->mm_count))
		kfree(mm);
}

/* For callers that know of a user. */
static inline void mmget(struct mm_struct *mm)
{
	__mmcheck_count_get(&mm->mm_users);
}

static inline bool mmget_not_zero(struct mm_struct *mm)
{
	return atomic_inc_not_zero(&mm->mm_users);
}

/*
 * The last user is gone. Those who count mm_count alone may still look: they
 * find empty page tables, then no VMAs. Before 6.0 the kernel does this without
 * mmap_lock, which it takes for a moment to wait for the OOM reaper; here the
 * lock is held throughout. So of those who take mmap_lock in these kernels, and
 * forget to ask for users or for MMF_OOM_SKIP, the model does not know.
 */
static void __maybe_unused exit_mmap(struct mm_struct *mm)
{
#if EXIT_MMAP_READ_LOCK
	mmap_read_lock(mm);
	zap_page_range(mm, 0, TASK_SIZE);
	mmap_read_unlock(mm);
#endif
#if MM_OOM
	set_bit(MMF_OOM_SKIP, &mm->flags);
#endif
	mmap_write_lock(mm);
	do_munmap(mm, 0, TASK_SIZE);
	mmap_write_unlock(mm);
}

static inline void mmput(struct mm_struct *mm)
{
	might_sleep();
	if (__mmcheck_count_put(&mm->mm_users)) {
		exit_mmap(mm);
		mmdrop(mm);
	}
}

#endif /* _LINUX_SCHED_MM_H */
