// SPDX-License-Identifier: MIT
/*
 * lock_order: may mmap_lock be taken under an rmap lock?
 *
 * mmap_lock comes before i_mmap_rwsem. An rmap walk that wants the mm of a VMA
 * locked has it the other way round (BREAK); it need not hang each time, but
 * with a writer that goes the right way it can (BREAK WRITER). A trylock never
 * waits and is allowed (TRYLOCK).
 *
 * Kernel: 5.12
 * Result: BREAK: violated lock-order
 * Result: BREAK WRITER: violated deadlock
 * Result: TRYLOCK WRITER: holds, 29 states
 * Result: KEEP WRITER: holds, 24 states
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;
static struct address_space mapping;

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
}

THREAD(rmap_walk, NULL)
{
#ifdef KEEP
	mmap_read_lock(&mm);
	i_mmap_lock_read(&mapping);
	i_mmap_unlock_read(&mapping);
	mmap_read_unlock(&mm);
#else
	i_mmap_lock_read(&mapping);
#ifdef TRYLOCK
	if (mmap_read_trylock(&mm))
		mmap_read_unlock(&mm);
#else
	mmap_read_lock(&mm);
	mmap_read_unlock(&mm);
#endif
	i_mmap_unlock_read(&mapping);
#endif
}

THREAD(mmap, &mm)
{
#ifdef WRITER
	mmap_write_lock(&mm);
	i_mmap_lock_write(&mapping);
	i_mmap_unlock_write(&mapping);
	mmap_write_unlock(&mm);
#else
	mmap_read_lock(&mm);
	mmap_read_unlock(&mm);
#endif
}
