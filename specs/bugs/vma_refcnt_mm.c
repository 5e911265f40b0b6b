// SPDX-License-Identifier: MIT
/*
 * vma_refcnt_mm: what keeps the mm of a VMA that turns out to be another one?
 *
 * CVE-2025-38554, found by Jann Horn, fixed by Suren Baghdasaryan. Broken in
 * 6.15.0 to 6.15.9 and 6.16.0 by the counted VMA lock with VMAs that are reused at
 * once, fixed by 9bbffee67ffd ("mm: fix a UAF when vma->mm is freed after
 * vma->vm_refcnt got dropped").
 *
 * A fault finds a VMA under RCU. Before it has raised the counter, the VMA is
 * unmapped and becomes a VMA of another process. The fault has read-locked that
 * one, sees that vm_mm is not its own, and gives the lock back. Whoever gives a
 * read lock back may have to wake a writer, and looks for it in the mm. But the
 * writer does not wait for the wake-up: the counter has let it go on, the
 * process exits, and its mm is freed (BREAK RACE). Against that, a reference to
 * the mm is taken while the read lock still keeps it (the default).
 *
 * It teaches: a lock inside an object that may be somebody else's also uses
 * somebody else's waiters. The last access of an unlock needs its own answer to
 * the question what keeps the memory that it touches.
 *
 * LATE reads vm_mm after the counter was dropped, when the VMA may be freed (MUNMAP).
 * NO_CHECK, a version of the design stage (December 2024), does not
 * compare vm_mm at all and returns a VMA of the other process. With DROP_IN_RCU the fix
 * gives its reference to the mm back in the read section. It may be the last, and
 * to free an mm is heavy work: the fix leaves the section first.
 *
 * Kernel: 6.15
 * Result: holds
 * Result: RACE: holds
 * Result: BREAK: holds
 * Result: BREAK RACE: violated use-after-free
 * Result: LATE: holds
 * Result: LATE MUNMAP: violated dangling-vma
 * Result: MUNMAP: holds
 * Result: DROP_IN_RCU: holds
 * Result: DROP_IN_RCU RACE: violated contract
 * Result: NO_CHECK: holds
 * Result: NO_CHECK RACE: violated assert
 */

/* What lock_vma_under_rcu() and vma_start_read() did, or might have done. */
#if defined(BREAK)
#define LOCK_VMA_LATE_MM_CHECK
#elif defined(NO_CHECK)
#define LOCK_VMA_NO_MM_CHECK
#elif defined(DROP_IN_RCU)
#define VMA_LOCK_MMDROP_IN_RCU
#endif
#define MM_TASK_PAGES 2

#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <mm/mmap_lock.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

static struct mm_struct mm;
static struct mm_struct *other;

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_READ);
	other = mm_alloc();
}

#ifdef LATE

/* As vma_refcount_put(), but for the place where the mm is read. */
static void end_read(struct vm_area_struct *vma)
{
	struct mm_struct *mm;
	int old;
	bool detached = __refcount_dec_and_test(&vma->vm_refcnt, &old);

	rwsem_release(&vma->vmlock_dep_map, _RET_IP_);
	mm = vma->vm_mm;
	if (!detached && is_vma_writer_only(old - 1))
		rcuwait_wake_up(&mm->vma_writer_wait);
}

#else
#define end_read	vma_end_read
#endif

THREAD(fault, &mm)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(current->mm, ADDR);

	if (!vma)
		return;
	assert(vma->vm_mm == current->mm);
	end_read(vma);
}

#if defined(RACE) || defined(MUNMAP)

THREAD(munmap, &mm)
{
	sys_munmap(ADDR, PAGE_SIZE);
}

#endif
#ifdef RACE

/* Another process maps something, and exits. Its VMA may be what the first one had. */
THREAD(exit, NULL)
{
	mmap_write_lock(other);
	__mmap_region(other, NULL, ADDR, PAGE_SIZE, VM_READ, ADDR >> PAGE_SHIFT);
	mmap_write_unlock(other);
	mmput(other);
}

#endif
