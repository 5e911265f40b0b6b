/* SPDX-License-Identifier: MIT */
/*
 * This file is the lock of a VMA from 6.4 to 6.14: a rw_semaphore and a number.
 * Readers hold vm_lock; what keeps them out while a writer is at work is that
 * vm_lock_seq equals mm_lock_seq of the mm. It is included by
 * <linux/mmap_lock.h>.
 */
#ifndef _MM_VMA_LOCK_RWSEM_H
#define _MM_VMA_LOCK_RWSEM_H

static inline void vma_lock_init(struct vm_area_struct *vma)
{
	init_rwsem(&vma->vm_lock);
	vma->vm_lock_seq = -1;
}

/*
 * Try to read-lock one VMA; never blocks. The first look at the sequence
 * numbers saves the atomic operation when a writer is at work. The second look
 * decides: a writer holds vm_lock only while it announces itself, later the
 * numbers alone keep readers out.
 */
static inline bool vma_start_read(struct vm_area_struct *vma)
{
	if (READ_ONCE(vma->vm_lock_seq) == READ_ONCE(vma->vm_mm->mm_lock_seq))
		return false;

	if (unlikely(down_read_trylock(&vma->vm_lock) == 0))
		return false;

	if (unlikely(vma->vm_lock_seq == mm_lock_seq_acquire(vma->vm_mm))) {
		up_read(&vma->vm_lock);
		return false;
	}
	return true;
}

/* Turn a hold of mmap_lock into a read lock of one VMA: cannot fail. */
static inline void vma_start_read_locked(struct vm_area_struct *vma)
{
	mmap_assert_locked(vma->vm_mm);
	down_read(&vma->vm_lock);
}

/* The same for the second of two VMAs. */
static inline void vma_start_read_locked_nested(struct vm_area_struct *vma, int subclass)
{
	mmap_assert_locked(vma->vm_mm);
	down_read_nested(&vma->vm_lock, subclass);
}

/* The read section keeps the lock alive for the last access of up_read(). */
static inline void vma_end_read(struct vm_area_struct *vma)
{
	rcu_read_lock();
	up_read(&vma->vm_lock);
	rcu_read_unlock();
}

/* Whether the caller holds the lock of vma for reading: no access to vma. */
static inline bool vma_read_held(struct vm_area_struct *vma)
{
	return lockdep_is_held_type(&vma->vm_lock, 1);
}

static inline bool vma_is_write_locked(struct vm_area_struct *vma)
{
	return vma->vm_lock_seq == READ_ONCE(vma->vm_mm->mm_lock_seq);
}

/*
 * Write-lock one VMA until mmap_lock is released or downgraded. vm_lock is
 * taken only long enough to wait for the readers that are inside.
 */
static inline void vma_start_write(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	int seq;

	mmap_assert_write_locked(mm);
	seq = mm->mm_lock_seq;
	if (vma->vm_lock_seq == seq)
		return;

	down_write(&vma->vm_lock);
	WRITE_ONCE(vma->vm_lock_seq, seq);
	up_write(&vma->vm_lock);
}

static inline void vma_assert_write_locked(struct vm_area_struct *vma)
{
	VM_BUG_ON_VMA(!vma_is_write_locked(vma), vma);
}

/* A VMA of this generation is attached from its allocation on. */
static inline void vma_mark_attached(struct vm_area_struct *vma)
{
	(void)vma;
}

/* Taken out of the tree, or about to be. */
static inline void vma_mark_detached(struct vm_area_struct *vma, bool detached)
{
	if (detached)
		vma_assert_write_locked(vma);
	vma->detached = detached;
}

#endif /* _MM_VMA_LOCK_RWSEM_H */
