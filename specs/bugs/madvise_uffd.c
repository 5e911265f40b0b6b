// SPDX-License-Identifier: MIT
/*
 * madvise_uffd: may MADV_DONTNEED go on with its VMA after userfaultfd waited?
 *
 * 70ccb92fdd90 ("userfaultfd: non-cooperative: userfaultfd_remove revalidate vma
 * in MADV_DONTNEED", 4.11), Andrea Arcangeli. madvise(MADV_DONTNEED) tells the
 * manager of the memory what it is about to throw away and waits for the
 * answer. It drops mmap_lock for that, deep inside a function that takes the
 * VMA as its argument, and takes it again; the VMA was used as if nothing had
 * happened (BREAK). Since then the function says that it dropped the lock, and
 * the VMA is looked up again (REVALIDATE).
 *
 * It teaches: a lookup is not all. Another thread may have split the VMA while
 * the lock was dropped (MPROTECT). The one found then ends earlier, the range
 * is cut to fit, but the loop over the VMAs goes on behind the old end: the
 * rest is never thrown away, and madvise() reports success. Nadav Amit pointed
 * that out in 2021; PROPAGATE hands the new end back. Without an adversary that
 * drops the lock in between (NO_UFFD) even BREAK is right.
 *
 * Kernel: 4.19
 * Result: BREAK: violated dangling-vma
 * Result: BREAK MPROTECT --find=rule: violated stale-vma
 * Result: BREAK --kernel=6.12: violated dangling-vma
 * Result: BREAK --find=rule: violated stale-vma
 * Result: BREAK NO_UFFD: holds
 * Result: BREAK NO_UFFD MPROTECT: holds
 * Result: REVALIDATE: holds
 * Result: REVALIDATE MPROTECT: violated assert
 * Result: REVALIDATE --kernel=6.12: holds
 * Result: PROPAGATE: holds
 * Result: PROPAGATE MPROTECT: holds
 * Result: PROPAGATE MPROTECT --kernel=5.12: holds
 */

#ifndef NO_UFFD
#define MM_USERFAULTFD 1
#endif
#ifdef BREAK
#define MADVISE_REVALIDATE 0
#endif
#ifdef PROPAGATE
#define MADVISE_PROPAGATE_END 1
#endif
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

#define START	0x1000UL
#define MIDDLE	0x2000UL
#define END	0x3000UL

static struct mm_struct mm;
#ifndef NO_UFFD
static struct userfaultfd_ctx ctx = { .features = UFFD_FEATURE_EVENT_REMOVE };
#endif

INIT
{
	mm_init(&mm);
	mm_map(&mm, START, END - START, VM_ANON);
	pt_set(&mm.pgd, START, _PAGE_PRESENT | _PAGE_RW);
	pt_set(&mm.pgd, MIDDLE, _PAGE_PRESENT | _PAGE_RW);
#ifndef NO_UFFD
	vma_lookup(&mm, START)->vm_userfaultfd_ctx = &ctx;
#endif
}

THREAD(madvise, &mm)
{
	int error = sys_madvise(START, END - START, MADV_DONTNEED);

#ifndef NO_UFFD
	userfaultfd_release(&ctx);
#endif
	if (!error) {
		assert(!pt_get(&mm.pgd, START));
		assert(!pt_get(&mm.pgd, MIDDLE));
	}
}

#ifdef MPROTECT
THREAD(mprotect, &mm)
{
	sys_mprotect(MIDDLE, END - MIDDLE, PROT_READ);
}
#else
THREAD(munmap, &mm)
{
	sys_munmap(START, END - START);
}
#endif

#ifndef NO_UFFD
THREAD(manager, NULL)
{
	userfaultfd_ctx_read(&ctx);
	userfaultfd_ctx_read(&ctx);	/* of the second VMA, after a split */
}
#endif
