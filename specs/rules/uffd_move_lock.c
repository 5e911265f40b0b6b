// SPDX-License-Identifier: MIT
/*
 * uffd_move_lock: how does UFFDIO_MOVE lock the second of its two VMAs?
 *
 * It moves a page from one VMA to another and read-locks both. With the first one
 * locked it must not wait for mmap_lock: a writer may hold that, and wait for the
 * readers of the first VMA. It tries to lock the second by RCU; where that does not
 * work it gives the first one up, and locks both with mmap_lock held (KEEP).
 *
 * WAIT keeps the first and waits for mmap_lock to find the second. The munmap() of
 * both has write-locked the one, which is why RCU did not help, and waits for the
 * reader of the other: a deadlock. TRY tries for mmap_lock, and gives up if it cannot
 * have it.
 *
 * Both addresses may lie in one VMA, and do with SAME once that has grown: it is locked
 * once. If nobody asked, the lock would be requested by who holds it (UFFD_MOVE_TWICE).
 *
 * It teaches: a lock that is only ever tried for needs no place in the order of
 * locks, but what is waited for while it is held does.
 *
 * Kernel: 6.12
 * Result: KEEP: holds
 * Result: KEEP --kernel=6.15: holds
 * Result: WAIT: violated deadlock
 * Result: WAIT --find=rule: violated lock-order
 * Result: WAIT --kernel=6.15: violated deadlock
 * Result: WAIT --find=rule --kernel=6.15: violated lock-order
 * Result: TRY: holds
 * Result: KEEP SAME: holds
 * Result: KEEP SAME --kernel=6.15: holds
 * Result: KEEP SAME UFFD_MOVE_TWICE: violated recursive-read
 * Result: TRY --kernel=6.15: holds
 */

#define MM_USERFAULTFD 1
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mm/userfaultfd.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);

#define SRC	0x1000UL
#define DST	0x2000UL

static struct mm_struct mm;
static struct userfaultfd_ctx ctx = { .mm = &mm };

INIT
{
	mm_init(&mm);
	mmgrab(&mm);	/* mm is not from the heap: it is never freed */
	mm_map(&mm, DST, PAGE_SIZE, VM_ANON);
#ifndef SAME
	mm_map(&mm, SRC, PAGE_SIZE, VM_ANON | VM_LOCKED);
#endif
	pt_set(&mm.pgd, SRC, _PAGE_PRESENT | _PAGE_RW);
#ifndef SAME
	userfaultfd_register(&ctx, DST, PAGE_SIZE);
#endif
}

#ifdef KEEP
#define move_lock	uffd_move_lock
#else

/* Read-lock the second VMA, with dst_vma locked. */
static struct vm_area_struct *lock_src(struct mm_struct *mm, unsigned long src)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, src);

	if (vma)
		return vma;
#ifdef TRY
	if (!mmap_read_trylock(mm))
		return NULL;
#else
	mmap_read_lock(mm);
#endif
	vma = vma_lookup(mm, src);
	if (vma && !uffd_read_lock_second_vma(vma))
		vma = NULL;
	mmap_read_unlock(mm);
	return vma;
}

static int move_lock(struct mm_struct *mm, unsigned long dst, unsigned long src,
		     struct vm_area_struct **dst_vma, struct vm_area_struct **src_vma)
{
	*dst_vma = uffd_lock_vma(mm, dst);
	if (!*dst_vma)
		return -ENOENT;
	*src_vma = lock_src(mm, src);
	if (!*src_vma) {
		vma_end_read(*dst_vma);
		return -ENOENT;
	}
	return 0;
}

#endif

/* The manager: move the page of SRC to DST. */
THREAD(move, NULL)
{
	struct vm_area_struct *dst_vma, *src_vma;

	if (move_lock(&mm, DST, SRC, &dst_vma, &src_vma))
		return;
#ifdef SAME
	assert(dst_vma == src_vma);
#else
	assert(dst_vma->vm_start == DST && src_vma->vm_start == SRC);
#endif
	spin_lock(&mm.page_table_lock);
	if (!pt_get(&mm.pgd, DST)) {
		pt_set(&mm.pgd, DST, pt_get(&mm.pgd, SRC));
		pt_clear(&mm.pgd, SRC);
	}
	spin_unlock(&mm.page_table_lock);
	vma_end_read(src_vma);
#if !defined(SAME) || defined(UFFD_MOVE_TWICE)
	vma_end_read(dst_vma);
#endif
}

#ifdef SAME
/* The VMA of DST grows. */
THREAD(mmap, &mm)
{
	mm_map(&mm, SRC, PAGE_SIZE, VM_ANON);
}
#else
THREAD(munmap, &mm)
{
	sys_munmap(SRC, 2 * PAGE_SIZE);
}
#endif
