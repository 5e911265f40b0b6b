// SPDX-License-Identifier: MIT
/*
 * downgrade_read: may a lock be downgraded that is not held for writing?
 *
 * BREAK downgrades twice, KEEP once.
 *
 * Kernel: 5.12
 * Result: BREAK: violated lock-misuse
 * Result: KEEP: holds, 15 states
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
}

THREAD(user, &mm)
{
	mmap_write_lock(current->mm);
	mmap_write_downgrade(current->mm);
#ifndef KEEP
	mmap_write_downgrade(current->mm);
#endif
	mmap_read_unlock(current->mm);
}

THREAD(writer, &mm)
{
	mmap_write_lock(current->mm);
	mmap_write_unlock(current->mm);
}
