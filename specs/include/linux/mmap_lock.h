/* SPDX-License-Identifier: MIT */
/*
 * This file writes mmap_lock in C over the native rw_semaphore, so that a
 * proposal can edit it. The lock that each VMA has from 6.4 on comes in two
 * generations: <mm/vma_lock_rwsem.h>, and <mm/vma_lock_refcount.h> from 6.15 on.
 *
 * A VMA is write-locked while its vm_lock_seq equals mm_lock_seq of its mm.
 * One increment of mm_lock_seq therefore ends all VMA write locks of the mm at
 * once. Unlock and downgrade make that increment a step before they touch
 * mmap_lock: in between, mmap_lock is still held for writing, but readers of
 * single VMAs run already.
 */
#ifndef _LINUX_MMAP_LOCK_H
#define _LINUX_MMAP_LOCK_H

#include <linux/cleanup.h>
#include <linux/bug.h>
#include <linux/mm_types.h>
#include <mmcheck.h>

static inline void mmap_init_lock(struct mm_struct *mm)
{
	init_rwsem(&mm->mmap_lock);
}

static inline void mmap_assert_locked(struct mm_struct *mm)
{
	rwsem_assert_held(&mm->mmap_lock);
}

static inline void mmap_assert_write_locked(struct mm_struct *mm)
{
	rwsem_assert_held_write(&mm->mmap_lock);
}

/* End every VMA write lock of mm. */
static inline void vma_end_write_all(struct mm_struct *mm)
{
#if CONFIG_PER_VMA_LOCK
	mmap_assert_write_locked(mm);
#if MM_LOCK_SEQCOUNT
	__mmcheck_order("write fence");
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
	__mmcheck_order("release");
#else
	__mmcheck_order("relaxed");	/* bugs/vma_lock_seq_order.c */
#endif
	ATOMIC { WRITE_ONCE(mm->mm_lock_seq, mm->mm_lock_seq + 1); }
#else
	(void)mm;
#endif
}

/* mmap_lock was just taken for writing: say so to those who read without it. */
static inline void mm_lock_seqcount_begin(struct mm_struct *mm)
{
#if CONFIG_PER_VMA_LOCK && MM_LOCK_SEQCOUNT
	ATOMIC { WRITE_ONCE(mm->mm_lock_seq, mm->mm_lock_seq + 1); }
	__mmcheck_order("write fence");
#else
	(void)mm;
#endif
}

static inline void mmap_write_lock(struct mm_struct *mm)
{
	down_write(&mm->mmap_lock);
	mm_lock_seqcount_begin(mm);
}

static inline void mmap_write_lock_nested(struct mm_struct *mm, int subclass)
{
	down_write_nested(&mm->mmap_lock, subclass);
	mm_lock_seqcount_begin(mm);
}

/* The killable forms fail in specs with MM_SIGNALS only. */
static inline int mmap_write_lock_killable(struct mm_struct *mm)
{
	int ret = down_write_killable(&mm->mmap_lock);

	if (!ret)
		mm_lock_seqcount_begin(mm);
	return ret;
}

static inline bool mmap_write_trylock(struct mm_struct *mm)
{
	bool locked = down_write_trylock(&mm->mmap_lock) != 0;

	if (locked)
		mm_lock_seqcount_begin(mm);
	return locked;
}

static inline void mmap_write_unlock(struct mm_struct *mm)
{
	vma_end_write_all(mm);
	up_write(&mm->mmap_lock);
}

static inline void mmap_write_downgrade(struct mm_struct *mm)
{
	vma_end_write_all(mm);
	downgrade_write(&mm->mmap_lock);
}

static inline void mmap_read_lock(struct mm_struct *mm)
{
	down_read(&mm->mmap_lock);
}

static inline int mmap_read_lock_killable(struct mm_struct *mm)
{
	return down_read_killable(&mm->mmap_lock);
}

static inline bool mmap_read_trylock(struct mm_struct *mm)
{
	return down_read_trylock(&mm->mmap_lock) != 0;
}

static inline void mmap_read_unlock(struct mm_struct *mm)
{
	up_read(&mm->mmap_lock);
}

/* For a read lock that another task has taken, and let go of by rwsem_release(). */
static inline void mmap_read_unlock_non_owner(struct mm_struct *mm)
{
	up_read_non_owner(&mm->mmap_lock);
}

static inline int mmap_lock_is_contended(struct mm_struct *mm)
{
	return rwsem_is_contended(&mm->mmap_lock);
}

#if CONFIG_PER_VMA_LOCK

void __mmcheck_speculate(int on);

/* The second look at mm_lock_seq: what a writer has done that is seen to be gone is seen. */
static inline int mm_lock_seq_acquire(struct mm_struct *mm)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
	return smp_load_acquire(&mm->mm_lock_seq);
#else
	return READ_ONCE(mm->mm_lock_seq);
#endif
}

/*
 * Read without mmap_lock, and look afterwards whether a writer was there. Only
 * with MM_LOCK_SEQCOUNT does a writer show before it is done.
 */
static inline bool mmap_lock_speculate_try_begin(struct mm_struct *mm, unsigned int *seq)
{
	int now = smp_load_acquire(&mm->mm_lock_seq);

	*seq = now;
	now = !MM_LOCK_SEQCOUNT || !(now & 1);
	__mmcheck_speculate(now);
	return now;
}

static inline bool mmap_lock_speculate_retry(struct mm_struct *mm, unsigned int seq)
{
	bool changed;

	smp_rmb();
	changed = (unsigned int)READ_ONCE(mm->mm_lock_seq) != seq;

	__mmcheck_speculate(0);
	return changed;
}

#endif

#if VMA_LOCK_REFCOUNT
#include <mm/vma_lock_refcount.h>
#elif CONFIG_PER_VMA_LOCK
#include <mm/vma_lock_rwsem.h>
#else

/* A VMA has no lock of its own. */
static inline void vma_lock_init(struct vm_area_struct *vma) { (void)vma; }
static inline bool vma_start_read(struct vm_area_struct *vma) { (void)vma; return false; }
static inline void vma_end_read(struct vm_area_struct *vma) { (void)vma; }
static inline void vma_start_write(struct vm_area_struct *vma) { (void)vma; }
static inline void vma_assert_write_locked(struct vm_area_struct *vma)
{
	mmap_assert_write_locked(vma->vm_mm);
}
static inline void vma_mark_attached(struct vm_area_struct *vma) { (void)vma; }
static inline void vma_mark_detached(struct vm_area_struct *vma, bool detached)
{
	(void)vma;
	(void)detached;
}

#endif

#ifdef __MMCHECK_GUARDS
DEFINE_GUARD(mmap_read_lock, struct mm_struct *, mmap_read_lock(_T), mmap_read_unlock(_T))
DEFINE_GUARD_COND(mmap_read_lock, _try, mmap_read_trylock(_T))
#endif

#endif /* _LINUX_MMAP_LOCK_H */
