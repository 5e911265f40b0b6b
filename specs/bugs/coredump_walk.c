// SPDX-License-Identifier: MIT
/*
 * coredump_walk: who may change the VMAs of a process that is being dumped?
 *
 * CVE-2019-11599 (and CVE-2019-3892), found by Jann Horn, as old as the history in git;
 * fixed in 5.1 by 04f5866e41fb ("coredump: fix race condition between
 * mmget_not_zero()/get_task_mm() and core dumping"). A core dump sets core_state under
 * the write lock, all threads of the process stop, and the VMAs are then walked without
 * a lock: nobody is left who could change them. But others have the mm as well. The
 * manager of a userfaultfd closes its descriptor, takes the write lock, and merges VMAs
 * under the walk (BREAK).
 *
 * The fix (the default) asks for core_state when the lock is held. Whoever had the lock
 * first is done before the walk begins. EARLY asks before it has the lock.
 *
 * The same test came to madvise() in 5.7 (CVE-2020-29372, bc0c4d1e176e, broken in
 * 5.6), when io_uring had begun to give advice for others: MADVISE takes VM_DONTCOPY off a
 * VMA, which is like its neighbour then.
 *
 * It teaches: a flag in the place of a lock works if all writers look at it under the
 * lock that it was set under; and all must know of it. 5.10 takes mmap_lock for the
 * walk instead.
 *
 * Kernel: 5.0
 * Result: BREAK: violated dangling-vma
 * Result: EARLY: violated dangling-vma
 * Result: holds
 * Result: MADVISE BREAK: violated dangling-vma
 * Result: MADVISE: holds
 */

#define MM_USERFAULTFD 1
#define MM_TASK_PAGES 4
#define MM_MEMBERS_mm_struct bool core_state;	/* a pointer in the kernel */
#if !defined(BREAK) && !defined(EARLY)
#define UFFD_STILL_VALID 1
#endif

#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <fs/userfaultfd.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);

#define FIRST	0x1000UL
#define SECOND	0x2000UL
#define END	0x3000UL

static struct mm_struct mm;
static struct userfaultfd_ctx ctx __maybe_unused = { .mm = &mm };

INIT
{
	mm_init(&mm);
	mmget(&mm);		/* for as long as the dump lasts */
#ifdef MADVISE
	mm_map(&mm, FIRST, PAGE_SIZE, VM_ANON);
	mm_map(&mm, SECOND, PAGE_SIZE, VM_ANON | VM_DONTCOPY);
#else
	mm_map(&mm, FIRST, END - FIRST, VM_ANON);
	userfaultfd_register(&ctx, SECOND, PAGE_SIZE);
#endif
}

/* This is what the walk relies on. */
MM_STABLE_WHILE(vma->vm_mm->core_state, vma);

/* As do_coredump() and elf_core_dump(). */
THREAD(coredump, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	mm->core_state = true;
	mmap_write_unlock(mm);

	for (vma = mm->mmap; vma; vma = vma->vm_next)
		assert(vma->vm_start < vma->vm_end);
}

#ifdef MADVISE

/* As madvise(MADV_DOFORK), for another process. */
THREAD(madvise, NULL)
{
	struct vm_area_struct *vma;

	if (!mmget_not_zero(&mm))
		return;
	mmap_write_lock(&mm);
	vma = vma_lookup(&mm, SECOND);
	if (mmget_still_valid(&mm))
		vma_modify_flags(&mm, vma, &vma, SECOND, END, VM_ANON);
	mmap_write_unlock(&mm);
	mmput(&mm);
}

#else

THREAD(manager, NULL)
{
#ifdef EARLY
	if (data_race(mm.core_state))
		return;
#endif
	userfaultfd_release(&ctx);
}

#endif
