/* SPDX-License-Identifier: MIT */
/*
 * This file is the lock of a VMA from 6.15 on: a counter and a number. It is
 * included by <linux/mmap_lock.h>. What vm_refcnt says:
 *
 *	0			detached: no reader can get in
 *	1			attached
 *	1 + n			attached, n readers
 *	VMA_LOCK_OFFSET + 1 + n	a writer waits for n readers to leave
 *	VMA_LOCK_OFFSET + n	the same, while it detaches the VMA
 *
 * Readers are kept out while a writer is at work by vm_lock_seq, as before.
 *
 * The memory of a VMA is used again at once (SLAB_TYPESAFE_BY_RCU), maybe by
 * another process: whoever comes from the tree without a lock may get a
 * reference to a VMA that is not the one it looked for.
 */
#ifndef _MM_VMA_LOCK_REFCOUNT_H
#define _MM_VMA_LOCK_REFCOUNT_H

#include <linux/err.h>

#define VMA_LOCK_OFFSET	0x40000000
#define VMA_REF_LIMIT	(VMA_LOCK_OFFSET - 1)

static inline void mmgrab(struct mm_struct *mm);
static inline void mmdrop(struct mm_struct *mm);

/* Memory of a new VMA is zeroed: vm_refcnt says that it is detached. A copy has to be told. */
static inline void vma_lock_init(struct vm_area_struct *vma, bool reset_refcnt)
{
	if (reset_refcnt)
		refcount_set(&vma->vm_refcnt, 0);
	data_race(vma->vm_lock_seq = -1); /* who found the old VMA reads it */
}

static inline void vma_assert_attached(struct vm_area_struct *vma)
{
	VM_BUG_ON_VMA(!refcount_read(&vma->vm_refcnt), vma);
}

static inline void vma_assert_detached(struct vm_area_struct *vma)
{
	VM_BUG_ON_VMA(refcount_read(&vma->vm_refcnt), vma);
}

/* Does a writer wait, and no reader keep it any more? */
static inline bool is_vma_writer_only(int refcnt)
{
	return refcnt & VMA_LOCK_OFFSET && refcnt <= VMA_LOCK_OFFSET + 1;
}

/*
 * Give a reference back. From then on the VMA may be freed: the mm, whose
 * writer may have to be woken, is read before. What keeps the mm is the
 * caller's business.
 */
static inline void vma_refcount_put(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	int old;
	bool detached = __refcount_dec_and_test(&vma->vm_refcnt, &old);

	rwsem_release(&vma->vmlock_dep_map, _RET_IP_);
	if (!detached && is_vma_writer_only(old - 1))
		rcuwait_wake_up(&mm->vma_writer_wait);
}

/* What vma_start_read() returns where it fails. */
static inline struct vm_area_struct *vma_read_failed(struct vm_area_struct *why)
{
#if VMA_READ_DROPS_RCU
	rcu_read_unlock();
#endif
	return why;
}

/*
 * Try to read-lock a VMA that was found in the tree of mm; the caller is in an
 * RCU read section, and nothing blocks. NULL if a writer is at work,
 * ERR_PTR(-EAGAIN) if the VMA was detached: another one may be in its place. From
 * 6.18 on the read section is over then, and what was found in it is lost.
 *
 * A VMA of another mm keeps that mm only as long as the reference lasts. A
 * reference to the mm is taken before, and dropped outside of the read section,
 * since the last one is heavy (define VMA_LOCK_MMDROP_IN_RCU to stay inside). With
 * LOCK_VMA_LATE_MM_CHECK or LOCK_VMA_NO_MM_CHECK nobody looks at vm_mm here.
 */
static inline struct vm_area_struct *vma_start_read(struct mm_struct *mm,
						    struct vm_area_struct *vma)
{
	int old;

	if (READ_ONCE(vma->vm_lock_seq) == READ_ONCE(mm->mm_lock_seq))
		return vma_read_failed(NULL);

	if (unlikely(!__refcount_inc_not_zero_limited_acquire(&vma->vm_refcnt, &old,
							      VMA_REF_LIMIT)))
		return vma_read_failed(old ? NULL : ERR_PTR(-EAGAIN));
	rwsem_acquire_read(&vma->vmlock_dep_map, 0, 1, _RET_IP_);

#if !defined(LOCK_VMA_LATE_MM_CHECK) && !defined(LOCK_VMA_NO_MM_CHECK)
	if (unlikely(vma->vm_mm != mm)) {
		struct mm_struct *other = vma->vm_mm;

#ifdef VMA_LOCK_MMDROP_IN_RCU
		mmgrab(other);
		vma_refcount_put(vma);
		CONTRACT(atomic_read(&other->mm_count) > 1,
			 "the last mmdrop() is heavy: it is not for a read section");
		mmdrop(other);
		return vma_read_failed(NULL);
#else
		rcu_read_unlock();
		mmgrab(other);
		vma_refcount_put(vma);
		mmdrop(other);
#if !VMA_READ_DROPS_RCU
		rcu_read_lock();
#endif
		return NULL;
#endif
	}
#endif
	if (unlikely(vma->vm_lock_seq == mm_lock_seq_acquire(mm))) {
		vma_refcount_put(vma);
		return vma_read_failed(NULL);
	}
	return vma;
}

/* Turn a hold of mmap_lock into a read lock of one VMA, the second of two perhaps. */
static inline bool vma_start_read_locked_nested(struct vm_area_struct *vma, int subclass)
{
	int old;

	(void)subclass;	/* readers never wait here: <linux/lockdep.h> does not ask */
	mmap_assert_locked(vma->vm_mm);
	if (unlikely(!__refcount_inc_not_zero_limited_acquire(&vma->vm_refcnt, &old,
							      VMA_REF_LIMIT)))
		return false;
	rwsem_acquire_read(&vma->vmlock_dep_map, subclass, 0, _RET_IP_);
	return true;
}

static inline bool vma_start_read_locked(struct vm_area_struct *vma)
{
	return vma_start_read_locked_nested(vma, 0);
}

static inline void vma_end_read(struct vm_area_struct *vma)
{
	vma_refcount_put(vma);
}

/* Whether the caller holds the lock of vma for reading: no access to vma. */
static inline bool vma_read_held(struct vm_area_struct *vma)
{
	return lockdep_is_held_type(&vma->vmlock_dep_map, 1);
}

static inline bool vma_is_write_locked(struct vm_area_struct *vma)
{
	return vma->vm_lock_seq == READ_ONCE(vma->vm_mm->mm_lock_seq);
}

static inline void vma_assert_write_locked(struct vm_area_struct *vma)
{
	VM_BUG_ON_VMA(!vma_is_write_locked(vma), vma);
}

/* Returns whether the VMA is detached now. */
static inline bool __vma_exit_locked(struct vm_area_struct *vma)
{
	bool detached = refcount_sub_and_test(VMA_LOCK_OFFSET, &vma->vm_refcnt);

	rwsem_release(&vma->vmlock_dep_map, _RET_IP_);
	return detached;
}

/*
 * Keep new readers out, and wait until those inside have left. 1 if that was done, 0 where
 * the VMA is detached: there are none. -EINTR if a signal came that the state lets
 * through: then readers may come again.
 */
static inline int __vma_enter_locked(struct vm_area_struct *vma, bool detaching, int state)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned int alone = detaching ? VMA_LOCK_OFFSET : VMA_LOCK_OFFSET + 1;
	int error;

	might_sleep();
	if (!refcount_add_not_zero(VMA_LOCK_OFFSET, &vma->vm_refcnt))
		return 0;
	rwsem_acquire(&vma->vmlock_dep_map, 0, 0, _RET_IP_);
	error = rcuwait_wait_event(&mm->vma_writer_wait,
				   refcount_read(&vma->vm_refcnt) == alone, state);
	if (error) {
		bool detached = __vma_exit_locked(vma);

		VM_BUG_ON_VMA(detached, vma);
		return error;
	}
	return 1;
}

static inline int __vma_start_write(struct vm_area_struct *vma, int state)
{
	struct mm_struct *mm = vma->vm_mm;
	bool detached;
	int seq, locked;

	mmap_assert_write_locked(mm);
	seq = mm->mm_lock_seq;
	if (vma->vm_lock_seq == seq)
		return 0;

	locked = __vma_enter_locked(vma, false, state);
	if (locked < 0)
		return locked;
	WRITE_ONCE(vma->vm_lock_seq, seq);
	if (locked) {
		detached = __vma_exit_locked(vma);
		VM_BUG_ON_VMA(detached, vma);
	}
	return 0;
}

/*
 * Write-lock one VMA until mmap_lock is released or downgraded. The counter
 * shows the writer only while it waits.
 */
static inline void vma_start_write(struct vm_area_struct *vma)
{
	__vma_start_write(vma, TASK_UNINTERRUPTIBLE);
}

#if VMA_WRITE_KILLABLE
/* The same, or -EINTR, and not locked. It fails in specs with MM_SIGNALS only. */
static inline int __must_check vma_start_write_killable(struct vm_area_struct *vma)
{
	return __vma_start_write(vma, TASK_KILLABLE);
}
#endif

/* Let readers in, as soon as the write lock ends: the VMA enters the tree. */
static inline void vma_mark_attached(struct vm_area_struct *vma)
{
	vma_assert_write_locked(vma);
	vma_assert_detached(vma);
	refcount_set_release(&vma->vm_refcnt, 1);
}

/*
 * Keep readers out for ever. One that is inside all the same, since it raised
 * the counter before it looked at vm_lock_seq, is waited for.
 */
static inline void vma_mark_detached(struct vm_area_struct *vma)
{
	bool detached;

	vma_assert_write_locked(vma);
	vma_assert_attached(vma);
	detached = refcount_dec_and_test(&vma->vm_refcnt);
	if (!detached && __vma_enter_locked(vma, true, TASK_UNINTERRUPTIBLE)) {
		detached = __vma_exit_locked(vma);
		VM_BUG_ON_VMA(!detached, vma);
	}
}

#endif /* _MM_VMA_LOCK_REFCOUNT_H */
