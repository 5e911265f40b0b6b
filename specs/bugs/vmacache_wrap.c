// SPDX-License-Identifier: MIT
/*
 * vmacache_wrap: what if a sequence number comes round?
 *
 * CVE-2018-17182, found by Jann Horn. Broken in 3.16 by 6b4ebc3a9078, fixed in
 * 4.19 by 7a9cdebdcc17 ("mm: get rid of vmacache_flush_all() entirely"). Each
 * task remembers a VMA and the sequence number of its mm, which munmap()
 * raises: with the same number, the VMA is still there. When the number comes
 * round to 0, the caches of all tasks are emptied, but not if the task is alone
 * in the mm: its own number differs, and the cache will be emptied at the next
 * lookup. If no lookup comes before a second thread has raised the number all
 * the way to where it was, what the first one remembers counts again.
 *
 * It teaches: a shortcut for one thread must be right when there are two later;
 * and a number that can come round is no proof of "nothing has happened" when
 * a false match leads to a use. (The number of the per-VMA locks may come round:
 * there a false match leads to the slow path only.) The fix made the number so
 * wide that it does not come round (WIDE). To empty the cache of a task that is
 * alone would have done, too (SINGLE). The number has 2 bits here, or 1 (NARROW).
 *
 * 4.18 is older than the eras of the model. It is run as 5.12, but for munmap(), which
 * does not downgrade before 4.20.
 *
 * Kernel: 4.18
 * Result: BREAK: violated dangling-vma
 * Result: BREAK NARROW: violated dangling-vma
 * Result: BREAK --kernel=5.12: violated dangling-vma
 * Result: SINGLE: holds
 * Result: SINGLE NARROW: holds
 * Result: WIDE: holds
 * Result: WIDE --kernel=4.19: holds
 * Result: WIDE --kernel=5.12: holds
 */

#if defined(WIDE)
#define MM_VMACACHE 64
#elif defined(NARROW)
#define MM_VMACACHE 1
#else
#define MM_VMACACHE 2
#endif
#ifdef SINGLE
#define VMACACHE_FLUSH_SINGLE 1
#endif
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

#define X	0x1000UL
#define Y	0x2000UL
#ifdef NARROW
#define MAX	1u
#else
#define MAX	3u
#endif

static struct mm_struct mm;
static bool cloned;

INIT
{
	mm_init(&mm);
	mm_map(&mm, X, PAGE_SIZE, VM_ANON);
	mm_map(&mm, Y, PAGE_SIZE, VM_READ);
	mm.vmacache_seqnum = MAX;
}

/* The first thread: alone for a while, then with another. */
THREAD(first, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	vmacache_add_task(current, 0);
	current->vmacache_seqnum = MAX;
	do_user_addr_fault(Y);		/* remember Y */
	sys_munmap(X, PAGE_SIZE);	/* the number comes round */

	atomic_inc(&mm->mm_users);	/* clone() */
	WRITE_ONCE(cloned, true);

	mmap_read_lock(mm);
	vma = find_vma(mm, Y);
	if (vma)
		assert(vma->vm_end > Y);
	mmap_read_unlock(mm);
}

/* The second: raise the number to where it was, with Y gone. */
THREAD(second, &mm)
{
	struct mm_struct *mm = current->mm;
	unsigned int i;

	WAIT_UNTIL(cloned);
	vmacache_add_task(current, 1);
	for (i = 1; i < MAX; i++) {
		mmap_write_lock(mm);
		__mmap_region(mm, NULL, X, PAGE_SIZE, VM_ANON, X >> PAGE_SHIFT);
		mmap_write_unlock(mm);
		sys_munmap(X, PAGE_SIZE);
	}
	sys_munmap(Y, PAGE_SIZE);
}
