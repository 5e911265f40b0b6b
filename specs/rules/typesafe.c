// SPDX-License-Identifier: MIT
/*
 * typesafe: what does SLAB_TYPESAFE_BY_RCU promise to a reader?
 *
 * That the memory stays an object of its type while the read section lasts, and
 * no more: it may be freed and be another object at any time. The reader looks
 * an object up by key without a lock, takes a reference if there is one left,
 * and tests the key again, for it may have got another object (KEEP). NOTEST
 * forgets that. INC takes a reference that may not be there. NOREF takes none
 * and goes on after the end of the section. PLAIN does the same as KEEP with a
 * cache that promises nothing.
 *
 * Whoever was in a section when the object was freed may also find it then, in a slot
 * that still names it (STALE), or by way of itself (STALE SELF); whoever comes later
 * may not (STALE LATE), nor after the section (STALE NOREF). What another thread wrote
 * down of it in its own section is no better (STALE PASS, STALE PASS LATE). The free
 * pointer of the cache may lie over the key (STALE FREEPTR).
 *
 * Result: KEEP: holds, 151 states
 * Result: NOTEST: violated assert
 * Result: INC: violated refcount
 * Result: NOREF: violated use-after-free
 * Result: PLAIN: violated use-after-free
 * Result: STALE: holds
 * Result: STALE SELF: holds
 * Result: STALE LATE: violated use-after-free
 * Result: STALE SELF NOREF: violated use-after-free
 * Result: STALE PASS: holds
 * Result: STALE PASS LATE: violated use-after-free
 * Result: STALE FREEPTR: violated assert
 */

#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <mmcheck.h>

struct thing {
	refcount_t refs;
	int key;
#ifdef SELF
	struct thing *self;
#endif
};

#ifndef PLAIN
MM_TYPESAFE_BY_RCU(thing);
#endif
#ifdef FREEPTR
MM_FREEPTR(thing, key);
#endif

static struct kmem_cache *cache;
static struct thing *slot;

static struct thing *insert(int key)
{
	struct thing *t = kmem_cache_alloc(cache, GFP_KERNEL);

	WRITE_ONCE(t->key, key);
#ifdef SELF
	WRITE_ONCE(t->self, t);
#endif
	refcount_set_release(&t->refs, 1);
	rcu_assign_pointer(slot, t);
	return t;
}

static void put(struct thing *t)
{
	if (refcount_dec_and_test(&t->refs))
		kmem_cache_free(cache, t);
}

INIT
{
	insert(1);
}

#ifdef STALE

static bool inside, freed, passed;
static struct thing *note;

THREAD(reader, NULL)
{
	struct thing *t;

#ifdef LATE
	WRITE_ONCE(inside, true);
	WAIT_UNTIL(freed);
	rcu_read_lock();
#else
	rcu_read_lock();
	WRITE_ONCE(inside, true);
	WAIT_UNTIL(freed);
#endif
#ifdef PASS
	WAIT_UNTIL(passed);
	t = rcu_dereference(note);
#else
	t = rcu_dereference(slot);
#endif
#ifdef SELF
	t = READ_ONCE(t->self);
#endif
#ifdef NOREF
	rcu_read_unlock();
#endif
	assert(READ_ONCE(t->key) == 1);
	if (refcount_inc_not_zero(&t->refs))
		assert(0);
#ifndef NOREF
	rcu_read_unlock();
#endif
}

#ifdef PASS
THREAD(other, NULL)
{
	struct thing *t;

	rcu_read_lock();
	t = rcu_dereference(slot);
	WAIT_UNTIL(freed);
	WRITE_ONCE(note, t);
	WRITE_ONCE(passed, true);
	rcu_read_unlock();
}
#endif

/* Leaves the slot as it is. */
THREAD(owner, NULL)
{
	WAIT_UNTIL(inside);
	put(slot);
	WRITE_ONCE(freed, true);
}

#else

THREAD(reader, NULL)
{
	struct thing *t;

	rcu_read_lock();
	t = rcu_dereference(slot);
	if (!t || READ_ONCE(t->key) != 1) {
		rcu_read_unlock();
		return;
	}
#if defined(INC)
	refcount_inc(&t->refs);
#elif !defined(NOREF)
	if (!refcount_inc_not_zero(&t->refs)) {
		rcu_read_unlock();
		return;
	}
#endif
	rcu_read_unlock();
#ifdef NOREF
	assert(t->key);
#else
#ifndef NOTEST
	if (t->key == 1)
#endif
		assert(t->key == 1);
	put(t);
#endif
}

THREAD(owner, NULL)
{
	struct thing *t = slot;

	rcu_assign_pointer(slot, NULL);
	put(t);
	t = insert(2);
	rcu_assign_pointer(slot, NULL);
	put(t);
}

#endif
