// SPDX-License-Identifier: MIT
/*
 * madvise_uffd: may MADV_DONTNEED go on with its VMA after userfaultfd waited?
 *
 * 70ccb92fdd90 ("userfaultfd: non-cooperative: userfaultfd_remove revalidate vma
 * in MADV_DONTNEED"), Andrea Arcangeli; no CVE. The event came with 4.11-rc1, and
 * so did this repair before 4.11 was out: 4.11 stands for its release candidates
 * here. Of what the flags of the model know, munmap() not yet downgrading is all
 * that counts.
 *
 * madvise(MADV_DONTNEED) tells the manager of the memory what it is about to
 * throw away and waits for the answer. It drops mmap_lock for that, deep inside a
 * function that takes the VMA as its argument, and takes it again; the VMA was
 * used as if nothing had happened (BREAK). Since then the function says that it
 * dropped the lock, and the VMA is looked up again (REVALIDATE).
 *
 * It teaches: a lookup is not all. Another thread may have split the VMA while
 * the lock was dropped (MPROTECT). The one found then ends earlier, the range
 * is cut to fit, but the loop over the VMAs goes on behind the old end: the
 * rest is never thrown away, and madvise() reports success. Nadav Amit pointed
 * that out in 2021; PROPAGATE hands the new end back. Without an adversary that
 * drops the lock in between (NO_UFFD) even BREAK is right.
 *
 * And what was asked of the VMA before has to be asked again: mlock() may have come first,
 * and the pages have to stay (MLOCK).
 *
 * The context that the VMA names goes when the manager closes its descriptor
 * (CLOSE). Without mmap_lock only a reference keeps it, taken before the lock is
 * dropped: this was right from the start, NO_REF leaves it out.
 *
 * Kernel: 4.11
 * Result: BREAK: violated dangling-vma
 * Result: BREAK MPROTECT --find=rule: violated stale-vma
 * Result: BREAK --kernel=6.12: violated dangling-vma
 * Result: BREAK --find=rule: violated stale-vma
 * Result: BREAK NO_UFFD: holds
 * Result: BREAK NO_UFFD MPROTECT: holds
 * Result: BREAK CLOSE: violated dangling-vma
 * Result: BREAK MLOCK: violated assert
 * Result: REVALIDATE: holds
 * Result: REVALIDATE MPROTECT: violated assert
 * Result: REVALIDATE MPROTECT --kernel=5.12: violated assert
 * Result: REVALIDATE --kernel=6.12: holds
 * Result: REVALIDATE MLOCK: holds
 * Result: REVALIDATE MLOCK --kernel=6.12: holds
 * Result: REVALIDATE CLOSE: holds
 * Result: REVALIDATE CLOSE NO_REF: violated use-after-free
 * Result: PROPAGATE: holds
 * Result: PROPAGATE MPROTECT: holds
 * Result: PROPAGATE MPROTECT --kernel=5.12: holds
 * Result: PROPAGATE CLOSE: holds
 */

#ifndef NO_UFFD
#define MM_USERFAULTFD 1
#define MM_UFFD_REF 1
#endif
#ifdef NO_REF
#define UFFD_NO_REF
#endif
#ifdef BREAK
#define MADVISE_REVALIDATE 0
#endif
#ifdef PROPAGATE
#define MADVISE_PROPAGATE_END 1
#endif
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#ifndef NO_UFFD
#include <fs/userfaultfd.h>
#endif
#include <mmcheck.h>

#define START	0x1000UL
#define MIDDLE	0x2000UL
#define END	0x3000UL

static struct mm_struct mm;
static bool done;			/* madvise() has returned */
static bool kept __maybe_unused;	/* mlock() has found a page */
#ifndef NO_UFFD
static struct userfaultfd_ctx *ctx;	/* as the descriptor names it */
#endif

INIT
{
	mm_init(&mm);
	mm_map(&mm, START, END - START, VM_ANON);
	pt_set(&mm.pgd, START, _PAGE_PRESENT | _PAGE_RW);
	pt_set(&mm.pgd, MIDDLE, _PAGE_PRESENT | _PAGE_RW);
#ifndef NO_UFFD
	ctx = kzalloc(sizeof(*ctx), GFP_KERNEL);
	ctx->mm = &mm;
	ctx->features = UFFD_FEATURE_EVENT_REMOVE;
	refcount_set(&ctx->refcount, 1);
	vma_lookup(&mm, START)->vm_userfaultfd_ctx = ctx;
#endif
}

THREAD(madvise, &mm)
{
	int error = sys_madvise(START, END - START, MADV_DONTNEED);

	if (!error) {
		assert(!pt_get(&mm.pgd, START));
		assert(!pt_get(&mm.pgd, MIDDLE));
	}
#ifdef MLOCK
	mmap_read_lock(&mm);
	assert(!kept || pt_get(&mm.pgd, START));
	mmap_read_unlock(&mm);
#endif
	WRITE_ONCE(done, true);
}

#if defined(MPROTECT)
THREAD(mprotect, &mm)
{
	sys_mprotect(MIDDLE, END - MIDDLE, PROT_READ);
}
#elif defined(MLOCK)
THREAD(mlock, &mm)
{
	struct vm_area_struct *vma;

	mmap_write_lock(&mm);
	vma = vma_lookup(&mm, START);
	vma_start_write(vma);
	vm_flags_reset(vma, vma->vm_flags | VM_LOCKED);
	kept = pt_get(&mm.pgd, START);
	mmap_write_unlock(&mm);
}
#else
THREAD(munmap, &mm)
{
	sys_munmap(START, END - START);
}
#endif

#if defined(CLOSE)

/* Read an event if there is one, and close the descriptor. */
THREAD(manager, NULL)
{
	if (READ_ONCE(ctx->event))
		userfaultfd_ctx_read(ctx);
	userfaultfd_release(ctx);
}

#elif !defined(NO_UFFD)

/* Wait for events and read them, as long as there may be any. */
THREAD(manager, NULL)
{
	for (;;) {
		WAIT_UNTIL(ctx->event || done);
		if (!READ_ONCE(ctx->event))
			break;
		userfaultfd_ctx_read(ctx);
	}
}

#endif
