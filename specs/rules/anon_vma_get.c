// SPDX-License-Identifier: MIT
/*
 * anon_vma_get: how is the anon_vma of a page locked that may be unmapped?
 *
 * A page names its anon_vma for as long as it is mapped, and after that the word
 * stays where it is. anon_vmas come from a type-stable cache, so that in an RCU read
 * section what the word names is some anon_vma. folio_lock_anon_vma_read() sees
 * that the page is mapped, tries for the lock, and looks again: if the page is still
 * mapped, it was all the time, and unlink_anon_vmas() needs the lock for writing
 * before the anon_vma can go. Where the lock is not to be had at once it takes a
 * reference instead, looks again, and may sleep then (KEEP).
 *
 * NO_RECHECK does not look again: the anon_vma may be empty by now, or that of
 * another process (REUSE). NO_SLOW_RECHECK forgets it on the way with the reference.
 * INC takes a reference that may not be there. NO_RCU has no read section: the memory
 * is given back. SLEEP waits for the lock in the read section.
 *
 * Who tries for the lock too late has it for a moment in an anon_vma that is being
 * freed. That is what the type-stable cache is for. And the walk gives its lock back in
 * a read section here, as vma_end_read() does; in the kernel up_read() runs without
 * preemption from 6.3 on. Without either (TAIL) a writer that gets the lock by the first
 * step of up_read() may free the anon_vma before the second (see unlock_tail.c).
 *
 * It teaches: a lock that lies in an object that may be reused protects the object
 * only once one knows, with the lock held, that it is the right one.
 *
 * Result: KEEP: holds
 * Result: KEEP REUSE: holds
 * Result: NO_RECHECK: violated assert
 * Result: NO_RECHECK REUSE: violated assert
 * Result: NO_SLOW_RECHECK: violated assert
 * Result: INC: violated use-after-free
 * Result: NO_RCU: violated use-after-free
 * Result: SLEEP: violated rcu-misuse
 * Result: TAIL: violated use-after-free
 */

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <mmcheck.h>

/* The part of linux/rmap.h that this is about, alone. */
struct anon_vma {
	struct rw_semaphore rwsem;	/* each is its own root */
	atomic_t refcount;
	int num_active_vmas;
	int family;
};

struct folio {
	struct anon_vma *mapping;
	atomic_t _mapcount;		/* the kernel counts from -1 */
};

MM_POOL(anon_vma, 2);
MM_TYPESAFE_BY_RCU(anon_vma);

static struct kmem_cache *anon_vma_cachep;
static struct folio page;

/* A process with one VMA, and its anon_vma. */
static struct anon_vma *anon_vma_alloc(int family)
{
	struct anon_vma *anon_vma = kmem_cache_alloc(anon_vma_cachep, GFP_KERNEL);

	atomic_set(&anon_vma->refcount, 1);
	WRITE_ONCE(anon_vma->family, family);
	WRITE_ONCE(anon_vma->num_active_vmas, 1);
	return anon_vma;
}

INIT
{
	page.mapping = anon_vma_alloc(1);
	atomic_set(&page._mapcount, 1);
}

static void anon_vma_free(struct anon_vma *anon_vma)
{
	/* Who has the lock may have found the page mapped. */
	if (rwsem_is_locked(&anon_vma->rwsem)) {
		down_write(&anon_vma->rwsem);
		up_write(&anon_vma->rwsem);
	}
	kmem_cache_free(anon_vma_cachep, anon_vma);
}

static void put_anon_vma(struct anon_vma *anon_vma)
{
	if (atomic_dec_and_test(&anon_vma->refcount))
		anon_vma_free(anon_vma);
}

static bool folio_mapped(struct folio *folio)
{
	return atomic_read(&folio->_mapcount) > 0;
}

/* The lock is not to be had at once: sleep for it, outside of the read section. */
static struct anon_vma *lock_slow(struct folio *folio, struct anon_vma *anon_vma)
{
#if defined(INC)
	atomic_inc(&anon_vma->refcount);
#else
	if (!atomic_inc_not_zero(&anon_vma->refcount)) {
		rcu_read_unlock();
		return NULL;
	}
#endif
#ifdef NO_SLOW_RECHECK
	(void)folio;
#else
	if (!folio_mapped(folio)) {
		rcu_read_unlock();
		put_anon_vma(anon_vma);
		return NULL;
	}
#endif
	rcu_read_unlock();
	down_read(&anon_vma->rwsem);
	if (atomic_dec_and_test(&anon_vma->refcount)) {
		up_read(&anon_vma->rwsem);
		anon_vma_free(anon_vma);
		return NULL;
	}
	return anon_vma;
}

static struct anon_vma *folio_lock_anon_vma_read(struct folio *folio)
{
	struct anon_vma *anon_vma;

	rcu_read_lock();
	anon_vma = READ_ONCE(folio->mapping);
	if (!folio_mapped(folio)) {
		rcu_read_unlock();
		return NULL;
	}
#ifdef NO_RCU
	rcu_read_unlock();
	rcu_read_lock();
#endif
#ifdef SLEEP
	down_read(&anon_vma->rwsem);
#else
	if (!down_read_trylock(&anon_vma->rwsem))
		return lock_slow(folio, anon_vma);
#endif
#ifndef NO_RECHECK
	if (!folio_mapped(folio)) {
		up_read(&anon_vma->rwsem);
		anon_vma = NULL;
	}
#endif
	rcu_read_unlock();
	return anon_vma;
}

static void anon_vma_unlock_read(struct anon_vma *anon_vma)
{
#ifndef TAIL
	rcu_read_lock();
#endif
	up_read(&anon_vma->rwsem);
#ifndef TAIL
	rcu_read_unlock();
#endif
}

/* As rmap_walk_anon(). */
THREAD(walk, NULL)
{
	struct anon_vma *anon_vma = folio_lock_anon_vma_read(&page);

	if (!anon_vma)
		return;
	assert(anon_vma->num_active_vmas == 1);
	assert(anon_vma->family == 1);
	anon_vma_unlock_read(anon_vma);
}

static void unlink_anon_vmas(struct anon_vma *anon_vma)
{
	down_write(&anon_vma->rwsem);
	WRITE_ONCE(anon_vma->num_active_vmas, 0);
	up_write(&anon_vma->rwsem);
	put_anon_vma(anon_vma);
}

/* munmap() of the last mapping; then another process gets the memory. */
THREAD(munmap, NULL)
{
	struct anon_vma *anon_vma = page.mapping;

	atomic_set(&page._mapcount, 0);
	unlink_anon_vmas(anon_vma);
#ifdef REUSE
	unlink_anon_vmas(anon_vma_alloc(2));
#endif
}
