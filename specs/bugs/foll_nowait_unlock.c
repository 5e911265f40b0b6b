// SPDX-License-Identifier: MIT
/*
 * foll_nowait_unlock: who holds mmap_lock when a fault says "retry"?
 *
 * "mm/hugetlb.c: teach follow_hugetlb_page() to handle FOLL_NOWAIT", Andrea
 * Arcangeli, January 2019, when 4.20 was the latest; broken by ce53053ce378, no CVE.
 * 96312e61282a is the same repair in faultin_page(). A fault that returns
 * VM_FAULT_RETRY has dropped mmap_lock: but not if it was called with
 * FAULT_FLAG_RETRY_NOWAIT, for then it did not wait for anything. follow_hugetlb_page() told its caller that the lock
 * was gone in both cases, and it was never released: virtual machines hung.
 *
 * It teaches: "did it drop the lock?" is part of what a function returns, and
 * belongs to the flags it was called with. BREAK takes every retry for a drop,
 * OPPOSITE none: then the lock is released twice.
 *
 * 4.20 is older than the eras of the model, which has nothing to say of this bug that
 * changed between it and 5.10.
 *
 * Kernel: 4.20
 * Result: BREAK: violated lock-leak
 * Result: BREAK --property=deadlock: violated deadlock
 * Result: BREAK --kernel=5.12 --property=deadlock: violated deadlock
 * Result: BREAK --kernel=6.12 --property=deadlock: violated deadlock
 * Result: KEEP: holds
 * Result: KEEP --kernel=6.12: holds
 * Result: KEEP WAIT: holds
 * Result: BREAK WAIT: holds
 * Result: OPPOSITE WAIT: violated lock-misuse
 * Result: OPPOSITE: holds
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

#ifdef WAIT
#define FLAGS	FAULT_FLAG_ALLOW_RETRY
#else
#define FLAGS	(FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_RETRY_NOWAIT)	/* FOLL_NOWAIT */
#endif

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
}

/* The page may be on its way: somebody else has its lock. */
static int hugetlb_fault(struct vm_area_struct *vma, unsigned long address, int flags)
{
	if (nondet(0, 1)) {
		if (!(flags & FAULT_FLAG_RETRY_NOWAIT))
			mmap_read_unlock(vma->vm_mm);
		return VM_FAULT_RETRY;
	}
	do_anonymous_page(vma, address);
	return 0;
}

/* Returns with *locked == 0 if mmap_lock was dropped. */
static void follow_hugetlb_page(struct vm_area_struct *vma, unsigned long address, int *locked)
{
	int ret = hugetlb_fault(vma, address, FLAGS);

#if defined(BREAK)
	if (ret & VM_FAULT_RETRY)
		*locked = 0;
#elif defined(OPPOSITE)
	(void)ret;
	(void)locked;
#else
	if (ret & VM_FAULT_RETRY && !(FLAGS & FAULT_FLAG_RETRY_NOWAIT))
		*locked = 0;
#endif
}

/* Pin one page. Returns with *locked == 0 if mmap_lock was dropped. */
static void gup_locked(struct mm_struct *mm, unsigned long start, int *locked)
{
	struct vm_area_struct *vma = find_vma(mm, start);

	if (vma && vma->vm_start <= start)
		follow_hugetlb_page(vma, start, locked);
}

static void gup_unlocked(unsigned long start)
{
	struct mm_struct *mm = current->mm;
	int locked = 1;

	mmap_read_lock(mm);
	gup_locked(mm, start, &locked);
	if (locked)
		mmap_read_unlock(mm);
}

/* KVM wants the page of a guest, and would rather not wait for it. */
THREAD(kvm, &mm)
{
	gup_unlocked(ADDR);
}

THREAD(munmap, &mm)
{
	sys_munmap(ADDR, PAGE_SIZE);
}
