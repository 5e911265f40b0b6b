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
#include <linux/sched/task.h>
#include <linux/workqueue.h>

static inline struct mm_struct *mm_alloc(void)
{
	struct mm_struct *mm = kzalloc(sizeof(*mm), GFP_KERNEL);

	mm_init(mm);
	return mm;
}

/*
 * Nobody else knows of mm, or none of them may look any more: from here on its VMAs
 * are the caller's, without a lock. That cannot be seen from the locks, so exec and
 * exit say it. No call of the kernel's.
 */
static inline void mm_is_private(struct mm_struct *mm)
{
	__mmcheck_mt_own(&mm->mm_mt);
}

/* And now others are about to know of it. */
static inline void mm_is_shared(struct mm_struct *mm)
{
	__mmcheck_mt_share(&mm->mm_mt);
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

/* The mm of another task, with a reference: NULL if it has none (any more). */
static inline struct mm_struct *get_task_mm(struct task_struct *task)
{
	struct mm_struct *mm;

	if (task->flags & PF_KTHREAD)
		return NULL;
	task_lock(task);
	mm = task->mm;
	if (mm)
		mmget(mm);
	task_unlock(task);
	return mm;
}

/*
 * Wait for khugepaged: it tests mm_users each time that it has taken mmap_lock.
 * The kernel waits only if this is the process that khugepaged scans just now;
 * define EXIT_NO_KHUGEPAGED if it is not.
 */
static inline void khugepaged_exit(struct mm_struct *mm __maybe_unused)
{
#if (MM_COLLAPSE || MM_KHUGEPAGED) && !defined(EXIT_NO_KHUGEPAGED)
	mmap_write_lock(mm);
	mmap_write_unlock(mm);
#endif
}

#if EXIT_MMAP_READ_LOCK

/*
 * The last user is gone. Those who count mm_count alone may still look: they
 * find empty page tables, then no VMAs.
 */
static void __maybe_unused exit_mmap(struct mm_struct *mm)
{
	mmap_read_lock(mm);
	zap_page_range(mm, 0, TASK_SIZE);
	mmap_read_unlock(mm);
#if MM_OOM
	set_bit(MMF_OOM_SKIP, &mm->flags);
#endif
	mmap_write_lock(mm);
	do_munmap(mm, 0, TASK_SIZE, NULL);
	mmap_write_unlock(mm);
}

#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 17, 0)

/*
 * The last user is gone. Those who count mm_count alone are kept out until the VMAs
 * are freed, and find none then. Define EXIT_KEEP_MMAP to leave the head of the list
 * of VMAs as it was.
 */
static void __maybe_unused exit_mmap(struct mm_struct *mm)
{
	struct unmap_limits all = { .floor = 0, .ceiling = TASK_SIZE };
	struct vm_area_struct *list;

	mmap_write_lock(mm);
#ifdef EXIT_KEEP_MMAP
	struct vm_area_struct *head = mm->mmap;
#endif
	list = detach_vmas_to_be_unmapped(mm, 0, TASK_SIZE, false);
	unmap_region(mm, list, 0, TASK_SIZE, &all);
	remove_vma_list(list);
#ifdef EXIT_KEEP_MMAP
	mm->mmap = head;
#endif
	mmap_write_unlock(mm);
}

#else

/*
 * The last user is gone, and with it the need for mmap_lock: the VMAs belong to
 * whoever is here. They are freed where they are; of those who count mm_count alone
 * nobody may look any more. The OOM reaper sees MMF_OOM_SKIP if it comes now,
 * and is waited for if it is there already. Here every process that dies is one
 * that the reaper has chosen.
 */
static void __maybe_unused exit_mmap(struct mm_struct *mm)
{
	struct unmap_limits all = { .floor = 0, .ceiling = TASK_SIZE };
	struct vm_area_struct *vma, *list = NULL;

#if MM_OOM
	set_bit(MMF_OOM_SKIP, &mm->flags);
	mmap_write_lock(mm);
	mmap_write_unlock(mm);
#endif
	mm_is_private(mm);
	for (vma = mt_above(&mm->mm_mt, 0); vma; vma = mt_above(&mm->mm_mt, vma->vm_end)) {
		vma_list_del(mm, vma);
		vma->vm_next = list;
		list = vma;
	}
	unmap_region(mm, list, 0, TASK_SIZE, &all);
	remove_vma_list(list);
}

#endif

static inline void __mmput(struct mm_struct *mm)
{
	khugepaged_exit(mm);
	exit_mmap(mm);
	mmdrop(mm);
}

static inline void mmput(struct mm_struct *mm)
{
	might_sleep();
	if (__mmcheck_count_put(&mm->mm_users))
		__mmput(mm);
}

static void __maybe_unused mmput_async_fn(struct work_struct *work)
{
	__mmput(container_of(work, struct mm_struct, async_put_work));
}

/* For callers that may not sleep, or hold a lock of the mm: somebody else does it. */
static inline void mmput_async(struct mm_struct *mm)
{
	if (__mmcheck_count_put(&mm->mm_users)) {
		INIT_WORK(&mm->async_put_work, mmput_async_fn);
		schedule_work(&mm->async_put_work);
	}
}

#endif /* _LINUX_SCHED_MM_H */
