// SPDX-License-Identifier: MIT
/*
 * fork_vma_lock: must fork lock the VMAs of the parent one by one?
 *
 * Broken in 6.4, where page faults began to run without mmap_lock, fixed in
 * 6.5-rc1 and 6.4.3 by fb49c455323f ("fork: lock VMAs of the parent process when
 * forking"); 2b4f3b4987b5 was the first version of it. Memory of programs that
 * fork was corrupted; no CVE.
 *
 * fork holds mmap_lock of the parent for writing. First it links the child's VMA
 * in the anon_vma of the parent's, then it copies the pages. A fault in another
 * thread of the parent, with the lock of the VMA alone, comes in between: it
 * gives the VMA its anon_vma and maps a page, which is copied. The child has the
 * page now, but is not linked where the page is looked for (BREAK).
 *
 * No walk runs here: none that comes later would find the page.
 *
 * It teaches: holding mmap_lock for writing does not stop page faults any more.
 * vma_start_write() comes before the first look at what a fault may change;
 * between that and the copy (LATE) is too late. From the other side: who gives a
 * VMA an anon_vma must hold mmap_lock, the lock of the VMA does not do (ALONE:
 * the rule says so; a fork that locks the VMA does not suffer from it). A fault
 * that tries for it, and gives up where it cannot have it, stays out of fork's way
 * in this even if fork does not lock the VMA (NO_FORK_LOCK).
 *
 * This is what the fix says of itself. lock_vma_under_rcu() of 6.4 turns a fault away
 * that finds no anon_vma, if not reliably (vma_lock_anon_vma.c); here it is let in. What
 * the first version of the fix tells of needs no such luck: fork_wp_copy.c.
 *
 * Kernel: 6.4
 * Result: holds
 * Result: BREAK: violated rmap-miss
 * Result: LATE: violated rmap-miss
 * Result: BREAK --kernel=6.6: violated rmap-miss
 * Result: ALONE: violated unlocked-write
 * Result: ALONE --ignore=unlocked-write: holds
 * Result: NO_FORK_LOCK: holds
 * Result: --kernel=6.6: holds
 * Result: --kernel=6.15: holds
 * Result: BREAK --kernel=6.15: violated rmap-miss
 */

#if defined(BREAK) || defined(NO_FORK_LOCK)
#define FORK_NO_VMA_LOCK
#elif defined(LATE)
#define FORK_LATE_VMA_LOCK
#endif
#define LOCK_VMA_ANON_VMA 0
#define MM_RMAP 1
#define MM_TASK_PAGES 2

#include <linux/mm.h>
#include <mm/mmap_lock.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 2);
MM_POOL(ptdesc, 4);

#define ADDR	0x1000UL

static struct mm_struct mm, child;

INIT
{
	mm_init(&mm);
	mm_init(&child);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
}

THREAD(fork, &mm)
{
	dup_mmap(&child, current->mm);
}

#if defined(BREAK) || defined(LATE) || defined(ALONE)
#define vmf_anon_prepare(vma)	(anon_vma_prepare(vma), 0)
#else
/*
 * The first page of vma is about to be mapped, with the lock of the VMA held.
 * VM_FAULT_RETRY: not possible now, the lock is given up.
 */
static int vmf_anon_prepare(struct vm_area_struct *vma)
{
	if (vma->anon_vma)
		return 0;
	if (!mmap_read_trylock(vma->vm_mm)) {
		vma_end_read(vma);
		return VM_FAULT_RETRY;
	}
	anon_vma_prepare(vma);
	mmap_read_unlock(vma->vm_mm);
	return 0;
}
#endif

/* Where it gives up, the kernel takes mmap_lock and does the same. */
THREAD(fault, &mm)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(current->mm, ADDR);

	if (!vma || vmf_anon_prepare(vma))
		return;
	finish_fault(vma, ADDR, folio_alloc(NULL, vma->anon_vma, ADDR >> PAGE_SHIFT));
	vma_end_read(vma);
}
