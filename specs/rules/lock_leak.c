// SPDX-License-Identifier: MIT
/*
 * lock_leak: is the lock released on every way out?
 *
 * BREAK returns early when it found what it looked for, lock in hand.
 *
 * Kernel: 5.12
 * Result: BREAK: violated lock-leak
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

static int is_mapped(struct mm_struct *mm, unsigned long addr)
{
	int ret = 0;

	mmap_read_lock(mm);
	if (vma_lookup(mm, addr)) {
#ifdef KEEP
		ret = 1;
		goto out;
#else
		return 1;
#endif
	}
#ifdef KEEP
out:
#endif
	mmap_read_unlock(mm);
	return ret;
}

THREADS(mincore, 2, &mm)
{
	is_mapped(current->mm, 0x1000);
}
