// SPDX-License-Identifier: MIT
/*
 * tasks: what keeps a task and its mm, and what is known of it?
 *
 * Result: holds
 * Result: SIGNALS: holds
 * Result: LAST: violated assert
 * Result: NAKED: violated use-after-free
 */

#ifdef SIGNALS
#define MM_SIGNALS 1
#endif

#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <mmcheck.h>

static struct task_struct *task;

/* Runs in an mm of its own, and leaves it as exit does. */
THREAD(exiting, NULL)
{
	struct mm_struct *mm = mm_alloc();

	task_lock(current);
	current->mm = mm;
	task_unlock(current);
	WRITE_ONCE(task, current);
	task_lock(current);
	current->mm = NULL;
	task_unlock(current);
	mmput(mm);
}

THREAD(looking, NULL)
{
	struct task_struct *other = READ_ONCE(task);
	struct mm_struct *mm;

	if (!other)
		return;
	assert(get_task_struct(other) == other);
	assert(other->pid != current->pid && other->pid == other->tgid && other->pid > 0);
	assert(task_pid_nr(other) == other->pid && task_tgid_nr(other) == other->tgid);
	assert(!(other->flags & (PF_EXITING | PF_KTHREAD)));
	(void)other->comm;
#ifdef NAKED
	mm = READ_ONCE(other->mm);
#else
	mm = get_task_mm(other);
#endif
	if (mm) {
		mmap_read_lock(mm);
		mmap_read_unlock(mm);
#ifndef NAKED
		mmput(mm);
#endif
	}
	put_task_struct(other);
#ifdef LAST
	put_task_struct(other);
#endif
}

THREAD(kernel, NULL)
{
	current->flags |= PF_KTHREAD;
	assert(!get_task_mm(current));
}

THREAD(signals, NULL)
{
	if (need_resched())
		cond_resched();
	assert(!signal_pending_state(TASK_UNINTERRUPTIBLE, current));
#ifndef SIGNALS
	assert(!signal_pending(current) && !signal_pending_state(TASK_INTERRUPTIBLE, current));
#endif
}
