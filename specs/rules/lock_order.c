// SPDX-License-Identifier: MIT
/*
 * lock_order: may mmap_lock be taken under an rmap lock?
 *
 * mmap_lock comes before i_mmap_rwsem. An rmap walk that wants the mm of a VMA
 * locked has it the other way round (BREAK); it need not hang each time, but
 * with a writer that goes the right way it can (BREAK WRITER). A trylock never
 * waits and is allowed (TRYLOCK).
 *
 * The lock of a folio comes before i_mmap_rwsem, too (FOLIO, FOLIO WRITER). For files of
 * hugetlbfs it is the other way round, and lockdep has a class of its own for their
 * i_mmap_rwsem. Here a class is a struct and its member: a struct that is not in the
 * order of mm/rmap.c has no place in it (HUGETLB), but may hang (HUGETLB WRITER).
 *
 * Kernel: 5.12
 * Result: BREAK: violated lock-order
 * Result: BREAK WRITER: violated deadlock
 * Result: TRYLOCK WRITER: holds, 29 states
 * Result: KEEP WRITER: holds, 24 states
 * Result: FOLIO: violated lock-order
 * Result: FOLIO WRITER: violated deadlock
 * Result: HUGETLB: holds
 * Result: HUGETLB WRITER: violated deadlock
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

#if defined(FOLIO) || defined(HUGETLB)

#ifdef HUGETLB
static struct hugetlb_mapping {
	struct rw_semaphore i_mmap_rwsem;
} huge;
#define I_MMAP	(&huge.i_mmap_rwsem)
#else
#define I_MMAP	(&mapping.i_mmap_rwsem)
#endif
static struct folio {
	struct folio_lock lock;
} folio;

THREAD(rmap_walk, NULL)
{
	down_write(I_MMAP);
	folio_lock(&folio);
	folio_unlock(&folio);
	up_write(I_MMAP);
}

#ifdef WRITER
THREAD(unmap, NULL)
{
	folio_lock(&folio);
	down_write(I_MMAP);
	up_write(I_MMAP);
	folio_unlock(&folio);
}
#endif

#else

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

#endif
