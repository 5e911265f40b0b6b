/* SPDX-License-Identifier: MIT */
/*
 * This file finds and read-locks a VMA without mmap_lock, as the page fault does
 * from 6.4 on. The tree is searched in an RCU read section; until the lock is
 * held only the fields that lead to it may be read. NULL says that there is no
 * VMA at addr, or that a writer is at work: take mmap_lock then.
 *
 * A first fault looks into the neighbours for an anon_vma to share, and the lock of
 * one VMA is not theirs. Up to 6.9 (with MM_RMAP) anonymous VMAs without an anon_vma
 * are therefore turned away here. LOCK_VMA_ANON_VMA says when that is tested: 1 with
 * the lock held (from 6.5 on), 2 before (6.4), 0 not at all (the fault itself does so).
 *
 * Two things that 6.15 had to learn are asked for by macros: LOCK_VMA_LATE_MM_CHECK
 * compares vm_mm here, when vma_start_read() is over, as 6.15 to 6.15.9 did it, and
 * LOCK_VMA_NO_MM_CHECK nowhere, as a version of the design stage did.
 */
#ifndef _MM_MMAP_LOCK_H
#define _MM_MMAP_LOCK_H

#include <mm/internal.h>

#if VMA_LOCK_REFCOUNT

static struct vm_area_struct *__maybe_unused
lock_vma_under_rcu(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	rcu_read_lock();
	for (;;) {	/* again if it was detached: another one may be in its place */
		vma = mt_lookup(&mm->mm_mt, addr);
		if (!vma) {
			rcu_read_unlock();
			return NULL;
		}
		vma = vma_start_read(mm, vma);
		if (!IS_ERR_OR_NULL(vma))
			break;
		if (vma != ERR_PTR(-EAGAIN)) {
#if !VMA_READ_DROPS_RCU
			rcu_read_unlock();
#endif
			return NULL;
		}
#if VMA_READ_DROPS_RCU
		rcu_read_lock();
#endif
	}
	rcu_read_unlock();

#ifdef LOCK_VMA_LATE_MM_CHECK
	if (unlikely(vma->vm_mm != mm)) {
		vma_end_read(vma);
		return NULL;
	}
#endif
	/* Since the lookup it may have been split, or been freed and be another one. */
	if (unlikely(addr < vma->vm_start || addr >= vma->vm_end)) {
		vma_end_read(vma);
		return NULL;
	}
	return vma;
}

#if VMA_LOOKUP_WAIT
/*
 * The same, but wait for a writer to be done: NULL says that there is no VMA at addr. To
 * have had mmap_lock proves nothing but that: the next writer may be there already, and
 * then it begins anew. The caller holds neither mmap_lock nor the lock of a VMA.
 */
static struct vm_area_struct *__maybe_unused
lock_vma_under_rcu_wait(struct mm_struct *mm, unsigned long addr)
{
	for (;;) {
		struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);
		bool there;

		if (vma)
			return vma;
		mmap_read_lock(mm);
		there = vma_lookup(mm, addr) != NULL;
		mmap_read_unlock(mm);
		if (!there)
			return NULL;
	}
}
#endif

/* As below, with the help of mmap_lock. It ends in a read section. */
static struct vm_area_struct *__maybe_unused
lock_next_vma_under_mmap_lock(struct mm_struct *mm, unsigned long from_addr)
{
	struct vm_area_struct *vma = ERR_PTR(-EINTR);

	if (!mmap_read_lock_killable(mm)) {
		vma = mt_above(&mm->mm_mt, from_addr);
		if (vma && !vma_start_read_locked(vma))
			vma = ERR_PTR(-EAGAIN);
		mmap_read_unlock(mm);
	}
	rcu_read_lock();
	return vma;
}

/*
 * The first VMA that ends behind from_addr, read-locked; NULL if there is none, or
 * an error pointer. The caller is in an RCU read section, which may be left on the
 * way. Where the VMA begins behind from_addr, what is between must have been a
 * hole: the VMA may have been cut before it was locked, and another one be there
 * now. Define LOCK_NEXT_NO_VERIFY not to look. (A writer that was at work from the
 * begin is a reason to look, as in the kernel. No spec needs it: whoever looks in the
 * midst of a writer's work may see the hole of that moment all the same.)
 */
static struct vm_area_struct *__maybe_unused lock_next_vma(struct mm_struct *mm,
							   unsigned long from_addr)
{
	struct vm_area_struct *vma;
	bool unlocked;
	unsigned int seq;

	for (;;) {	/* again if it was detached */
		unlocked = mmap_lock_speculate_try_begin(mm, &seq);
		vma = mt_above(&mm->mm_mt, from_addr);
		if (!vma)
			return NULL;
		vma = vma_start_read(mm, vma);
		if (vma != ERR_PTR(-EAGAIN))
			break;
#if VMA_READ_DROPS_RCU
		rcu_read_lock();
#endif
	}
	if (!vma) {
#if !VMA_READ_DROPS_RCU
		rcu_read_unlock();
#endif
		return lock_next_vma_under_mmap_lock(mm, from_addr);
	}

	if (unlikely(from_addr >= vma->vm_end))
		goto fallback;
#ifndef LOCK_NEXT_NO_VERIFY
	if (from_addr < vma->vm_start && (!unlocked || mmap_lock_speculate_retry(mm, seq)) &&
	    vma != mt_above(&mm->mm_mt, from_addr))
		goto fallback;
#endif
	(void)unlocked;
	return vma;
fallback:
	rcu_read_unlock();
	vma_end_read(vma);
	return lock_next_vma_under_mmap_lock(mm, from_addr);
}

#elif CONFIG_PER_VMA_LOCK

#ifndef LOCK_VMA_ANON_VMA
#if !MM_RMAP || LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
#define LOCK_VMA_ANON_VMA	0
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#define LOCK_VMA_ANON_VMA	1
#else
#define LOCK_VMA_ANON_VMA	2
#endif
#endif

static struct vm_area_struct *__maybe_unused
lock_vma_under_rcu(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	rcu_read_lock();
	for (;;) {
		vma = mt_lookup(&mm->mm_mt, addr);
		if (!vma)
			break;
#if LOCK_VMA_ANON_VMA == 2
		if (vma_is_anonymous(vma) && !data_race(vma->anon_vma))
			break;
#endif
		if (!vma_start_read(vma))
			break;
		if (vma->detached) {	/* taken out of the tree before it was locked */
			vma_end_read(vma);
			continue;
		}
		if (unlikely(addr < vma->vm_start || addr >= vma->vm_end)) {
			vma_end_read(vma);
			break;
		}
#if LOCK_VMA_ANON_VMA == 1
		/* Another fault may just set it. The kernel asks this first of all. */
		if (vma_is_anonymous(vma) && !data_race(vma->anon_vma)) {
			vma_end_read(vma);
			break;
		}
#endif
		rcu_read_unlock();
		return vma;
	}
	rcu_read_unlock();
	return NULL;
}

#endif

#endif /* _MM_MMAP_LOCK_H */
