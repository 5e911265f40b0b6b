// SPDX-License-Identifier: MIT
/*
 * recursive_read: may a thread take mmap_lock for reading twice?
 *
 * While nobody wants to write, it works (SOLO): the rule is broken, nothing
 * happens. With a writer that queues between the two, the second read waits
 * behind the writer, the writer waits for the first read, and neither ever
 * goes on (BREAK).
 *
 * Kernel: 5.12
 * Result: BREAK: violated deadlock
 * Result: BREAK --find=rule: violated recursive-read
 * Result: SOLO: violated recursive-read
 * Result: KEEP: holds, 12 states
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
}

THREAD(reader, &mm)
{
	mmap_read_lock(current->mm);
#ifndef KEEP
	mmap_read_lock(current->mm);
	mmap_read_unlock(current->mm);
#endif
	mmap_read_unlock(current->mm);
}

#ifdef SOLO
THREAD(other_reader, &mm)
{
	mmap_read_lock(current->mm);
	mmap_read_unlock(current->mm);
}
#else
THREAD(writer, &mm)
{
	mmap_write_lock(current->mm);
	mmap_write_unlock(current->mm);
}
#endif
