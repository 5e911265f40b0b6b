/* SPDX-License-Identifier: MIT */
/*
 * This file brings in pages for a process whose faults wait for them: the
 * manager makes a new one (UFFDIO_COPY), or moves one from elsewhere in the same
 * process (UFFDIO_MOVE, 6.8). From 6.9 on only the VMAs are locked. Of two VMAs the
 * second is never waited for: whoever holds the lock of one and waits for
 * mmap_lock keeps the writer from going on that waits for the VMA.
 */
#ifndef _MM_USERFAULTFD_H
#define _MM_USERFAULTFD_H

#include <fs/userfaultfd.h>
#include <linux/oom.h>

#if UFFD_VMA_LOCK

/* Turn mmap_lock, held for reading, into the lock of vma, or of vma as well. */
static inline bool uffd_read_lock_vma(struct vm_area_struct *vma)
{
#if VMA_LOCK_REFCOUNT
	return vma_start_read_locked(vma);
#else
	vma_start_read_locked(vma);
	return true;
#endif
}

static inline bool uffd_read_lock_second_vma(struct vm_area_struct *vma)
{
#ifdef UFFD_MOVE_NOT_NESTED
	return uffd_read_lock_vma(vma);
#elif VMA_LOCK_REFCOUNT
	return vma_start_read_locked_nested(vma, SINGLE_DEPTH_NESTING);
#else
	vma_start_read_locked_nested(vma, SINGLE_DEPTH_NESTING);
	return true;
#endif
}

/* Lock the VMA of addr for reading; NULL where there is none, or not now. */
static struct vm_area_struct *__maybe_unused uffd_lock_vma(struct mm_struct *mm,
							    unsigned long addr)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);

	if (vma)
		return vma;
	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma && !uffd_read_lock_vma(vma))
		vma = NULL;
	mmap_read_unlock(mm);
	return vma;
}

#define uffd_unlock_vma(mm, vma)	vma_end_read(vma)

#else

static struct vm_area_struct *__maybe_unused uffd_lock_vma(struct mm_struct *mm,
							    unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (!vma)
		mmap_read_unlock(mm);
	return vma;
}

#define uffd_unlock_vma(mm, vma)	((void)(vma), mmap_read_unlock(mm))

#endif

/* UFFDIO_COPY of one page. */
static int __maybe_unused mfill_atomic_copy(struct userfaultfd_ctx *ctx, unsigned long addr)
{
	struct mm_struct *mm = ctx->mm;
	unsigned long entry = _PAGE_PRESENT;
	struct vm_area_struct *vma;
	int error = -ENOENT;

	if (!mmget_not_zero(mm))
		return -ESRCH;
	vma = uffd_lock_vma(mm, addr);
	if (vma) {
		if (vma->vm_userfaultfd_ctx == ctx) {
			if (vma->vm_flags & VM_WRITE)
				entry |= _PAGE_RW;
			spin_lock(&mm->page_table_lock);
			error = pt_get(&mm->pgd, addr) ? -EEXIST : 0;
			if (!error)
				pt_set(&mm->pgd, addr, entry);
			spin_unlock(&mm->page_table_lock);
		}
		uffd_unlock_vma(mm, vma);
	}
	mmput(mm);
	wake_up(&ctx->fault_pending_wqh);
	return error;
}

#if UFFD_VMA_LOCK

/*
 * Lock the VMAs of both addresses for reading, or none. They may be one, which is locked
 * once only (not so: UFFD_MOVE_TWICE). Define UFFD_MOVE_NOT_NESTED not to say that the
 * second is one.
 */
static int __maybe_unused uffd_move_lock(struct mm_struct *mm, unsigned long dst,
					 unsigned long src, struct vm_area_struct **dst_vma,
					 struct vm_area_struct **src_vma)
{
	bool locked;

	*dst_vma = uffd_lock_vma(mm, dst);
	if (!*dst_vma)
		return -ENOENT;
#ifndef UFFD_MOVE_TWICE
	if (src >= (*dst_vma)->vm_start && src < (*dst_vma)->vm_end) {
		*src_vma = *dst_vma;
		return 0;
	}
#endif
	*src_vma = lock_vma_under_rcu(mm, src);
	if (*src_vma)
		return 0;

	vma_end_read(*dst_vma);
	mmap_read_lock(mm);
	*dst_vma = vma_lookup(mm, dst);
	*src_vma = vma_lookup(mm, src);
	locked = *dst_vma && *src_vma && uffd_read_lock_vma(*dst_vma);
#ifndef UFFD_MOVE_TWICE
	if (*dst_vma == *src_vma) {
		mmap_read_unlock(mm);
		return locked ? 0 : -ENOENT;
	}
#endif
	if (locked && !uffd_read_lock_second_vma(*src_vma)) {
		vma_end_read(*dst_vma);
		locked = false;
	}
	mmap_read_unlock(mm);
	return locked ? 0 : -ENOENT;
}

/* UFFDIO_MOVE of one page, between two VMAs. */
static int __maybe_unused move_pages(struct userfaultfd_ctx *ctx, unsigned long dst,
				     unsigned long src)
{
	struct vm_area_struct *dst_vma, *src_vma;
	struct mm_struct *mm = ctx->mm;
	int error;

	if (!mmget_not_zero(mm))
		return -ESRCH;
	error = uffd_move_lock(mm, dst, src, &dst_vma, &src_vma);
	if (!error) {
		error = -EINVAL;
		if (dst_vma->vm_userfaultfd_ctx == ctx && src_vma->vm_flags & VM_WRITE &&
		    dst_vma->vm_flags & VM_WRITE) {
			spin_lock(&mm->page_table_lock);
			error = pt_get(&mm->pgd, dst) ? -EEXIST : 0;
			if (!error && pt_get(&mm->pgd, src)) {
				pt_set(&mm->pgd, dst, pt_get(&mm->pgd, src));
				pt_clear(&mm->pgd, src);
			}
			spin_unlock(&mm->page_table_lock);
		}
		vma_end_read(src_vma);
#ifndef UFFD_MOVE_TWICE
		if (src_vma != dst_vma)
#endif
			vma_end_read(dst_vma);
	}
	mmput(mm);
	wake_up(&ctx->fault_pending_wqh);
	return error;
}

#endif

#endif /* _MM_USERFAULTFD_H */
