// SPDX-License-Identifier: MIT
/*
 * fork_vma_lock: must fork lock the VMAs of the parent one by one?
 *
 * Broken in 6.4, where page faults began to run without mmap_lock, fixed in
 * 6.5 and 6.4.3 by fb49c455323f ("fork: lock VMAs of the parent process when
 * forking"); 2b4f3b4987b5 was the first version of it.
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
 * Kernel: 6.6
 * Result: holds
 * Result: BREAK: violated rmap-miss
 * Result: LATE: violated rmap-miss
 * Result: BREAK --kernel=6.4: violated rmap-miss
 * Result: ALONE: violated unlocked-write
 * Result: ALONE --ignore=unlocked-write: holds
 * Result: NO_FORK_LOCK: holds
 * Result: --kernel=6.15: holds
 * Result: BREAK --kernel=6.15: violated rmap-miss
 */

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

/* As dup_mmap(), for the one VMA that there is. */
static void dup_mm(struct mm_struct *mm, struct mm_struct *oldmm)
{
	struct vm_area_struct *mpnt, *tmp;

	mmap_write_lock(oldmm);
	mmap_write_lock_nested(mm, SINGLE_DEPTH_NESTING);
	mpnt = find_vma(oldmm, 0);
#if !defined(BREAK) && !defined(LATE) && !defined(NO_FORK_LOCK)
	vma_start_write(mpnt);
#endif
	tmp = vm_area_dup(mpnt);
	tmp->vm_mm = mm;
	anon_vma_fork(tmp, mpnt);
#ifdef LATE
	vma_start_write(mpnt);
#endif
	vma_start_write(tmp);
	vma_mark_attached(tmp);
	mt_store(&mm->mm_mt, ADDR, ADDR + PAGE_SIZE, tmp);
	copy_page_range(mm, oldmm, ADDR, ADDR, ADDR + PAGE_SIZE);
	mmap_write_unlock(mm);
	mmap_write_unlock(oldmm);
}

THREAD(fork, &mm)
{
	dup_mm(&child, current->mm);
}

/* Give vma, which is read-locked, an anon_vma if it has none. False: not possible now. */
static bool anon_prepare(struct vm_area_struct *vma)
{
#if defined(BREAK) || defined(LATE) || defined(ALONE)
	anon_vma_prepare(vma);
#else
	if (vma->anon_vma)
		return true;
	if (!mmap_read_trylock(vma->vm_mm))
		return false;
	anon_vma_prepare(vma);
	mmap_read_unlock(vma->vm_mm);
#endif
	return true;
}

/* Where it gives up, the kernel takes mmap_lock and does the same. */
THREAD(fault, &mm)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(current->mm, ADDR);

	if (!vma)
		return;
	if (anon_prepare(vma))
		mm_map_folio(vma->vm_mm, ADDR,
			     folio_alloc(NULL, vma->anon_vma, ADDR >> PAGE_SHIFT),
			     _PAGE_PRESENT | _PAGE_RW);
	vma_end_read(vma);
}
