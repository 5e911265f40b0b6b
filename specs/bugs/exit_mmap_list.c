// SPDX-License-Identifier: MIT
/*
 * exit_mmap_list: what does exit leave behind for those who come late?
 *
 * f798a1d4f94d ("mm: fix use-after-free bug when mm->mmap is reused after being freed"),
 * found by syzbot before 5.17 was out, broken by 64591e8605d6; no CVE. exit_mmap() frees
 * all VMAs with mmap_lock held for writing, and left mm->mmap, the head of their list,
 * as it was (BREAK). process_mrelease() holds the mm, and not its users: it takes
 * the lock when exit is done, and walks the freed list. MMF_OOM_SKIP would tell it, but
 * is set for processes that the OOM killer has chosen only.
 *
 * KSM: 6db504ce55bd ("mm/ksm: fix race with VMA iteration and mm_struct teardown"), broken
 * in 6.1 by a5f18ba07276. The list is a maple tree now, which exit destroys under the
 * lock. KSM holds an mm by mm_count, takes the lock, and must ask first whether the last
 * user has gone: what is left is no tree that may be walked.
 *
 * It teaches: every lock is paired here. A lock orders the two, but what the first leaves
 * behind must be right for the second (the default).
 *
 * Kernel: 5.17
 * Result: BREAK: violated dangling-vma
 * Result: holds
 * Result: KSM BREAK --kernel=6.1: violated assert
 * Result: KSM --kernel=6.1: holds
 */

#define MM_OOM 1
#define MM_TASK_PAGES 4
#ifdef BREAK
#define EXIT_KEEP_MMAP
#endif

#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <mmcheck.h>

#define FIRST	0x1000UL
#define SECOND	0x2000UL

static struct mm_struct *mm;

INIT
{
	mm = mm_alloc();
	mmgrab(mm);			/* of the thread that comes late */
	mm_map(mm, FIRST, PAGE_SIZE, VM_ANON);
	mm_map(mm, SECOND, PAGE_SIZE, VM_READ);
}

/* The last user goes. */
THREAD(exit, NULL)
{
	mmput(mm);
}

#ifdef KSM

static bool ksm_test_exit(struct mm_struct *mm)
{
	return atomic_read(&mm->mm_users) == 0;
}

/* As unmerge_and_remove_all_rmap_items(), for one mm. */
THREAD(ksm, NULL)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, mm, 0);

	mmap_read_lock(mm);
#ifndef BREAK
	if (!ksm_test_exit(mm))
#endif
	{
		/* A tree that was destroyed does not know its lock: lockdep warns. */
		assert(mm->map_count);
		for_each_vma(vmi, vma)
			assert(vma->vm_start < vma->vm_end);
	}
	mmap_read_unlock(mm);
	mmdrop(mm);
}

#else

/* By mm->mmap and vm_next. */
THREAD(mrelease, NULL)
{
	process_mrelease(mm);
	mmdrop(mm);
}

#endif
