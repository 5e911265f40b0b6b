// SPDX-License-Identifier: MIT
/*
 * mm_users: what does a reference to an mm keep?
 *
 * The task that owns the mm exits while a scanner looks at its mappings. The
 * scanner may hold mm_count, which keeps the structure: it must expect that
 * all mappings are gone (KEEP), for the lookup may find nothing (COUNT_ONLY).
 * USERS pins the mappings as well, if that is still possible. GET assumes that
 * it is. NOTHING has no reference at all. UNDER_LOCK drops the last user with
 * mmap_lock held, which exit_mmap() wants.
 *
 * Kernel: 6.1
 * Result: KEEP: holds, 212 states
 * Result: COUNT_ONLY: violated null-deref
 * Result: USERS: holds, 169 states
 * Result: GET: violated refcount
 * Result: NOTHING: violated use-after-free
 * Result: UNDER_LOCK: violated lock-misuse
 */

#define MM_TASK_PAGES 2

#include <linux/sched/mm.h>
#include <mmcheck.h>

MM_POOL(mm_struct, 1);
MM_POOL(vm_area_struct, 1);

static struct mm_struct *scanned;

INIT
{
	scanned = mm_alloc();
	mm_map(scanned, 0x1000, PAGE_SIZE, VM_ANON);
#ifndef NOTHING
	mmgrab(scanned);	/* the scanner's */
#endif
}

static void look(struct mm_struct *mm)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, 0x1000);
#ifdef KEEP
	if (vma)
#endif
		assert(vma->vm_flags & VM_READ);
	mmap_read_unlock(mm);
}

THREAD(scanner, NULL)
{
	struct mm_struct *mm = scanned;

#if defined(USERS)
	if (mmget_not_zero(mm)) {
		look(mm);
		mmput(mm);
	}
#elif defined(GET)
	mmget(mm);
	look(mm);
	mmput(mm);
#elif defined(UNDER_LOCK)
	if (mmget_not_zero(mm)) {
		mmap_read_lock(mm);
		mmput(mm);
		mmap_read_unlock(mm);
	}
#else
	look(mm);
#endif
#ifndef NOTHING
	mmdrop(mm);
#endif
}

THREAD(exit, NULL)
{
	mmput(scanned);
}
