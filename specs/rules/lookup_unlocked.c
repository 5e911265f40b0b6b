// SPDX-License-Identifier: MIT
/*
 * lookup_unlocked: may the tree of VMAs be searched without a lock?
 *
 * find_vma() asserts that mmap_lock is held, in either mode.
 *
 * Kernel: 6.1
 * Result: BREAK: violated lock-misuse
 * Result: KEEP: holds, 16 states
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, 0x1000, PAGE_SIZE, VM_ANON);
}

THREADS(search, 2, &mm)
{
	struct vm_area_struct *vma;

#ifdef KEEP
	mmap_read_lock(current->mm);
#endif
	vma = find_vma(current->mm, 0x0);
	(void)vma;
#ifdef KEEP
	mmap_read_unlock(current->mm);
#endif
}
