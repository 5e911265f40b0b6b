// SPDX-License-Identifier: MIT
/*
 * folio_lock: what does the lock of a folio keep, and who may unlock it?
 *
 * While it is locked, a folio stays in its mapping. A fault that found the
 * folio in the page cache tests the mapping when it has the lock (KEEP), for
 * truncate may have been faster (NOTEST). The lock has no owner: in IO another
 * thread unlocks it when the read is done. What is not locked must not be
 * unlocked (TWICE). The wait sleeps (ATOMIC_WAIT), and comes before the locks
 * of rmap (RMAP); a trylock is free of both (RMAP_TRY). FREE frees a folio that
 * is locked.
 *
 * Result: KEEP: holds, 20 states
 * Result: NOTEST: violated assert
 * Result: IO: holds, 9 states
 * Result: TWICE: violated lock-misuse
 * Result: ATOMIC_WAIT: violated atomic-sleep
 * Result: RMAP: violated lock-order
 * Result: RMAP_TRY: holds, 26 states
 * Result: FREE: violated bad-free
 */

#include <linux/fs.h>
#include <linux/pagemap.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <mmcheck.h>

struct cached {
	struct folio_lock lock;
	struct address_space *mapping;
	bool uptodate;
};

static struct address_space mapping;
static struct cached folio = { .mapping = &mapping };
static spinlock_t ptl __maybe_unused;

INIT
{
#ifdef IO
	folio_lock(&folio);	/* for the read that is under way */
#endif
}

THREAD(fault, NULL)
{
#ifdef FREE
	struct cached *new = kzalloc(sizeof(*new), GFP_KERNEL);

	folio_lock(new);
	kfree(new);
#endif
#if defined(ATOMIC_WAIT)
	spin_lock(&ptl);
#elif defined(RMAP) || defined(RMAP_TRY)
	i_mmap_lock_read(&mapping);
#endif
#ifdef RMAP_TRY
	if (!folio_trylock(&folio))
		goto out;
#else
	folio_lock(&folio);
#endif
#ifndef NOTEST
	if (folio.mapping)
#endif
		assert(folio.mapping == &mapping);
#ifdef IO
	assert(folio.uptodate);
#endif
	folio_unlock(&folio);
#ifdef TWICE
	folio_unlock(&folio);
#endif
#ifdef RMAP_TRY
out:
#endif
#if defined(ATOMIC_WAIT)
	spin_unlock(&ptl);
#elif defined(RMAP) || defined(RMAP_TRY)
	i_mmap_unlock_read(&mapping);
#endif
}

#ifdef IO
THREAD(end_io, NULL)
{
	folio.uptodate = true;
	folio_unlock(&folio);
}
#else
THREAD(truncate, NULL)
{
	folio_lock(&folio);
	folio.mapping = NULL;
	folio_unlock(&folio);
}
#endif
