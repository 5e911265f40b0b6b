// SPDX-License-Identifier: MIT
/*
 * lookup_wait_mutex: which mutexes may lock_vma_under_rcu_wait() be called with?
 *
 * 7.4 is to have a look-up that waits for a writer to be done, and binder and tcp are to go
 * without their mmap_lock fallback by it (October 2026). A driver finds the VMA of its
 * mapping by it, with a mutex of its own held.
 *
 * None that is taken with mmap_lock held for writing, such as by the driver's mmap() or the
 * close() of its VMA (HELD): though nobody sees a lock in that call, it waits for mmap_lock
 * when the VMA is being written to, and the writer waits for the mutex. Where nobody writes it
 * never comes to that, so it works for long. Without the mutex (default) it holds. So does
 * lock_vma_under_rcu() with it (TRY), which fails instead: whoever replaces one by the other
 * has to look at the locks of all callers.
 *
 * Bounds: one VMA, one reader, one writer. Assumed: mm/mmap_lock.c of the tree of linux-mm,
 * on top of 7.3-rc5.
 *
 * Kernel: 7.4
 * Result: holds
 * Result: HELD: violated deadlock
 * Result: HELD TRY: holds
 * Result: HELD TRY --kernel=7.1: holds
 */

#define MM_TASK_PAGES 2

#include <linux/mm.h>
#include <linux/mutex.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

static struct mm_struct mm;
static DEFINE_MUTEX(driver_lock);

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
}

THREAD(install, &mm)
{
	struct vm_area_struct *vma;

#ifdef HELD
	mutex_lock(&driver_lock);
#endif
#ifdef TRY
	vma = lock_vma_under_rcu(current->mm, ADDR);
#else
	vma = lock_vma_under_rcu_wait(current->mm, ADDR);
	assert(vma);
#endif
	if (vma)
		vma_end_read(vma);
#ifdef HELD
	mutex_unlock(&driver_lock);
#endif
}

/* mmap() of the driver, or what changes its VMA. */
THREAD(change, &mm)
{
	mmap_write_lock(current->mm);
	vma_start_write(vma_lookup(current->mm, ADDR));
	mutex_lock(&driver_lock);
	mutex_unlock(&driver_lock);
	mmap_write_unlock(current->mm);
}
