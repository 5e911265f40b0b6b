// SPDX-License-Identifier: MIT
/*
 * non_owner: may a read lock be given up by another task than took it?
 *
 * Yes, with mmap_read_unlock_non_owner(): a rwsem counts its readers and does not
 * know them. A BPF program that takes a stack trace uses it. It cannot unlock
 * where it runs, with interrupts off, and leaves that to an irq_work. Who takes
 * the lock tells lockdep that it does not hold it any more (rwsem_release()), and
 * must not rely on it from then on (KEEP). The worker may be faster than that
 * annotation (LATE). Who waits for a lock of a writer that waits for the readers
 * meanwhile does not wait for ever: the worker lets the writer in (CIRCLE). lockdep
 * does not know that, and complains of the order, as lock-order does. A lock by
 * down_read_non_owner() is nobody's from the beginning (NOBODY).
 *
 * Wrong are: mmap_read_unlock() by the other task (PLAIN); no annotation, so that
 * the first task ends with the lock held (SILENT); a worker that forgets to
 * unlock (FORGET), or unlocks when nobody holds the lock (TWICE); a VMA that is
 * used after the lock was left to the worker (USE); to leave a write lock to
 * another task, for only its owner may release it (WRITE); to free the mm before
 * the worker has run (FREE).
 *
 * It teaches: the lock is released by whoever comes last, but what it protects is
 * lost to the one who let go of it.
 *
 * Result: KEEP: holds
 * Result: LATE: holds
 * Result: CIRCLE: violated lock-order
 * Result: CIRCLE --ignore=lock-order: holds
 * Result: NOBODY: holds
 * Result: PLAIN: violated lock-misuse
 * Result: SILENT: violated lock-leak
 * Result: FORGET: violated lock-leak
 * Result: NOBODY FORGET: violated lock-leak
 * Result: TWICE: violated lock-misuse
 * Result: USE: violated dangling-vma
 * Result: USE --property=stale-vma: violated stale-vma
 * Result: WRITE: violated lock-misuse
 * Result: FREE: violated bad-free
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;
static struct mm_struct *work;	/* whose lock the worker is to release */
#ifdef CIRCLE
static DEFINE_MUTEX(files);
#endif
#ifdef FREE
static struct mm_struct *other;
#define MM	other
#else
#define MM	(&mm)
#endif

INIT
{
	mm_init(&mm);
	mm_map(&mm, 0x1000, PAGE_SIZE, VM_ANON);
#ifdef FREE
	other = mm_alloc();
#endif
}

static void __maybe_unused let_go(struct mm_struct *mm)
{
	rwsem_release(&mm->mmap_lock.dep_map, _RET_IP_);
}

THREAD(trace, &mm)
{
#if defined(NOBODY)
	down_read_non_owner(&MM->mmap_lock);
	work = MM;
#elif defined(WRITE)
	mmap_write_lock(MM);
	let_go(MM);
#else
	struct vm_area_struct *vma;

	mmap_read_lock(MM);
	vma = vma_lookup(MM, 0x1000);
	if (vma)
		assert(vma->vm_start == 0x1000);
#if !defined(LATE) && !defined(CIRCLE) && !defined(SILENT)
	let_go(MM);
#endif
	work = MM;
#ifdef CIRCLE
	mutex_lock(&files);
	mutex_unlock(&files);
#endif
#if defined(LATE) || defined(CIRCLE)
	let_go(MM);
#endif
#ifdef USE
	if (vma)
		assert(vma->vm_start == 0x1000);
#endif
#endif
}

THREAD(worker, NULL)
{
	WAIT_UNTIL(work);
#if defined(PLAIN)
	mmap_read_unlock(work);
#elif !defined(FORGET)
	mmap_read_unlock_non_owner(work);
#endif
#ifdef TWICE
	mmap_read_unlock_non_owner(work);
#endif
}

THREAD(munmap, &mm)
{
#ifdef FREE
	WAIT_UNTIL(work);
	mmdrop(other);
#elif defined(CIRCLE)
	mutex_lock(&files);
	sys_munmap(0x1000, PAGE_SIZE);
	mutex_unlock(&files);
#elif !defined(FORGET)
	sys_munmap(0x1000, PAGE_SIZE);
#endif
}
