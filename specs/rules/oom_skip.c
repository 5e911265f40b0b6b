// SPDX-License-Identifier: MIT
/*
 * oom_skip: when may the VMAs of a dying process be looked at?
 *
 * The OOM reaper, and process_mrelease(), take the pages of a process before exit
 * comes to that. They keep the mm by mm_count, not its mappings: exit_mmap() may be
 * at work, or be done. It frees all VMAs with mmap_lock held for writing, and the
 * reaper looks at them with it held for reading. That alone is not enough, for the
 * reaper may come when all is over, and mm->mmap, the list of VMAs that there was
 * before 6.1, still names the first one.
 *
 * For a process that the OOM killer chose, exit sets MMF_OOM_SKIP before it takes
 * the lock: a reaper that does not see the bit under the lock is waited for, one
 * that comes later sees it (VICTIM). NO_TEST does not look at it; EARLY_TEST does so
 * before it has the lock, and exit is done when it has got it.
 *
 * process_mrelease() came in 5.15 and reaps any process that was killed: exit sets
 * no bit for those (BREAK). f798a1d4f94d ("mm: fix use-after-free bug when mm->mmap
 * is reused after being freed", 5.17) empties the list before the unlock (CLEAR), and
 * then the bit is no more than a hint (CLEAR NO_TEST).
 *
 * It teaches: a lock excludes, it does not say who was there before. What is left
 * behind must be either gone, or marked, by the time the lock is given up.
 *
 * Kernel: 5.17
 * Result: VICTIM: holds
 * Result: VICTIM NO_TEST: violated dangling-vma
 * Result: VICTIM EARLY_TEST: violated dangling-vma
 * Result: BREAK: violated dangling-vma
 * Result: CLEAR: holds
 * Result: CLEAR NO_TEST: holds
 */

#define MM_OOM 1
#define MM_TASK_PAGES 2

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 1);

#define ADDR	0x1000UL

static struct mm_struct mm;
static struct vm_area_struct *mmap;	/* a member of the mm */

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
	pt_set(&mm.pgd, ADDR, _PAGE_PRESENT | _PAGE_RW);
	mmap = vma_lookup(&mm, ADDR);
}

static bool nothing_left(struct mm_struct *mm)
{
#ifdef NO_TEST
	(void)mm;
	return false;
#else
	return test_bit(MMF_OOM_SKIP, &mm->flags);
#endif
}

/* As process_mrelease(), and one try of the OOM reaper. */
THREAD(mrelease, NULL)
{
	struct vm_area_struct *vma;
	bool skip;

#ifdef EARLY_TEST
	skip = nothing_left(&mm);
	mmap_read_lock(&mm);
#else
	mmap_read_lock(&mm);
	skip = nothing_left(&mm);
#endif
	if (!skip)
		for (vma = mmap; vma; vma = vma->vm_next)
			zap_page_range(&mm, vma->vm_start, vma->vm_end);
	mmap_read_unlock(&mm);
}

/* As exit_mmap() in 5.17, for the one VMA that there is. */
THREAD(exit, NULL)
{
	struct vm_area_struct *vma;

#ifdef VICTIM
	set_bit(MMF_OOM_SKIP, &mm.flags);
#endif
	mmap_write_lock(&mm);
	zap_page_range(&mm, 0, TASK_SIZE);
	vma = mmap;
	vma_start_write(vma);
	vma_mark_detached(vma, true);
	mt_clear(&mm.mm_mt, 0, TASK_SIZE);
	vm_area_free(vma);
#ifdef CLEAR
	mmap = NULL;
#endif
	mmap_write_unlock(&mm);
}

FINAL
{
	assert(!pt_get(&mm.pgd, ADDR));
}
