// SPDX-License-Identifier: MIT
/*
 * bpf_task_vma: what keeps the mm of a task that somebody else looks at?
 *
 * CVE-2026-53085, 6.7 to 7.0.9; d8e27d2d22b6. A BPF program iterates over the VMAs of any
 * task. It took task->mm as it stood there and tried for mmap_lock (BREAK). If the task exits
 * meanwhile, it clears task->mm and drops the last reference: what is tried for is a lock
 * in an mm that was freed. The fix (the default) tries for the lock that keeps task->mm,
 * takes a reference to the users of the mm, and has somebody else drop it in the end.
 *
 * The program may run in an interrupt. Then to wait for the lock of the task would be to
 * wait for the task that was interrupted (WAIT), and to drop the last user, which
 * sleeps, is forbidden (MMPUT).
 *
 * Since 7.1 no lock is held over a step of the iteration: it looks under RCU for the next
 * VMA, reads where it begins without a lock, and locks the VMA of that address. What was
 * read is a hint, and may be wrong. It breaks the rule of what may be read of a VMA that
 * is not locked, and stays; marked as one that rests on something else it is none (HINT).
 * 6.18 got both with 6.18.35.
 *
 * It teaches: a pointer in another task is as good as the lock that it is cleared under.
 *
 * Kernel: 6.18
 * Result: BREAK: violated use-after-free
 * Result: holds
 * Result: IRQ_CONTEXT: holds
 * Result: IRQ_CONTEXT WAIT: violated deadlock
 * Result: IRQ_CONTEXT MMPUT: violated atomic-sleep
 * Result: --kernel=7.1: violated unstable-vma
 * Result: HINT --kernel=7.1: holds
 * Result: HINT BREAK --kernel=7.1: violated use-after-free
 * Result: HINT --kernel=6.18.y: holds
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <mm/mmap_lock.h>
#include <mmcheck.h>

MM_POOL(mm_struct, 1);

#define ADDR	0x1000UL

static struct task_struct task;

INIT
{
	struct mm_struct *mm = mm_alloc();

	mm_map(mm, ADDR, PAGE_SIZE, VM_READ);
	spin_lock_init(&task.alloc_lock);
	task.mm = mm;
}

/* As do_exit(). */
THREAD(exit, NULL)
{
	struct mm_struct *mm = task.mm;

	task_lock(&task);
	WRITE_ONCE(task.mm, NULL);
	task_unlock(&task);
	mmput(mm);
}

#ifdef BREAK

static struct mm_struct *task_mm(struct task_struct *task)
{
	return READ_ONCE(task->mm);
}

#define task_mm_put(mm)	((void)(mm))

#else

/* With a reference to its users. */
static struct mm_struct *task_mm(struct task_struct *task)
{
	struct mm_struct *mm;

#ifdef WAIT
	spin_lock(&task->alloc_lock);
#else
	if (!spin_trylock(&task->alloc_lock))
		return NULL;
#endif
	mm = task->mm;
	if (mm)
		mmget(mm);
	spin_unlock(&task->alloc_lock);
	return mm;
}

#ifdef MMPUT
#define task_mm_put(mm)	mmput(mm)
#else
#define task_mm_put(mm)	mmput_async(mm)
#endif

#endif

#if BPF_TASK_VMA_LOCK

/* One step: the VMA from addr on. */
static void bpf_iter_task_vma_next(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	unsigned long start = addr;

	rcu_read_lock();
	vma = mt_above(&mm->mm_mt, addr);
	if (vma) {
#ifdef HINT
		start = stable_vma(data_race(vma->vm_start));
#else
		start = data_race(vma->vm_start);
#endif
	}
	rcu_read_unlock();

	vma = lock_vma_under_rcu(mm, start);
	if (!vma)
		return;
	assert(vma->vm_start <= start && start < vma->vm_end);
	vma_end_read(vma);
}

#else

static void bpf_iter_task_vma_next(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	if (!mmap_read_trylock(mm))
		return;
	vma = find_vma(mm, addr);
	if (vma)
		assert(vma->vm_start < vma->vm_end);
	mmap_read_unlock(mm);
}

#endif

#ifdef IRQ_CONTEXT
IRQ(bpf)
#else
THREAD(bpf, NULL)
#endif
{
	struct mm_struct *mm = task_mm(&task);

	if (!mm)
		return;
	bpf_iter_task_vma_next(mm, ADDR);
	task_mm_put(mm);
}
