// SPDX-License-Identifier: MIT
/*
 * write_while_read: may a reader take the write lock on top?
 *
 * There is no upgrade: the thread waits for its own read lock to go away
 * (BREAK). KEEP drops the read lock first.
 *
 * Kernel: 5.12
 * Result: BREAK: violated lock-misuse
 * Result: KEEP: holds, 18 states
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
}

THREAD(upgrade, &mm)
{
	mmap_read_lock(current->mm);
#ifdef KEEP
	mmap_read_unlock(current->mm);
#endif
	mmap_write_lock(current->mm);
	mmap_write_unlock(current->mm);
#ifndef KEEP
	mmap_read_unlock(current->mm);
#endif
}

THREAD(reader, &mm)
{
	mmap_read_lock(current->mm);
	mmap_read_unlock(current->mm);
}
