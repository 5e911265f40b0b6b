// SPDX-License-Identifier: MIT
/*
 * init_lock: when may a lock be initialised?
 *
 * While nobody holds it or waits for it, also more than once (KEEP): before its
 * first use, after its last, and in an object that comes fresh from the allocator.
 * The holder of SPIN, MUTEX, WRITE, READ and SEQ does it while inside: the lock is
 * then free, and the next one comes in. OTHER is done by a thread that forgot to
 * ask.
 *
 * In a cache that is SLAB_TYPESAFE_BY_RCU the lock outlives the object, and whoever
 * found the old one may hold it. It is for the constructor of the cache to
 * initialise it; REUSED does so with each new object.
 *
 * Result: KEEP: holds
 * Result: SPIN: violated lock-misuse
 * Result: MUTEX: violated lock-misuse
 * Result: WRITE: violated lock-misuse
 * Result: READ: violated lock-misuse
 * Result: SEQ: violated lock-misuse
 * Result: OTHER: violated lock-misuse
 * Result: REUSED: violated lock-misuse
 */

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <mmcheck.h>

struct item {
	spinlock_t lock;
};

struct stable {
	spinlock_t lock;
	int key;
};

MM_TYPESAFE_BY_RCU(stable);

static DEFINE_SPINLOCK(spin);
static DEFINE_MUTEX(mutex);
static DECLARE_RWSEM(sem);
static seqcount_t seq;
static struct kmem_cache *cache;
static struct item *published;
static struct stable *found;

INIT
{
	mutex_init(&mutex);
	found = kmem_cache_alloc(cache, GFP_KERNEL);
}

/* Lock, and unlock; in between somebody may initialise. */
static void use_all(void)
{
	mutex_lock(&mutex);
#ifdef MUTEX
	mutex_init(&mutex);
#endif
	mutex_unlock(&mutex);

	down_write(&sem);
#ifdef WRITE
	init_rwsem(&sem);
#endif
	up_write(&sem);

	down_read(&sem);
#ifdef READ
	init_rwsem(&sem);
#endif
	up_read(&sem);

	spin_lock(&spin);
#ifdef SPIN
	spin_lock_init(&spin);
#endif
	write_seqcount_begin(&seq);
#ifdef SEQ
	seqcount_init(&seq);
#endif
	write_seqcount_end(&seq);
	spin_unlock(&spin);
}

THREAD(one, NULL)
{
	struct item *item = kmalloc(sizeof(*item), GFP_KERNEL);

	spin_lock_init(&item->lock);
	WRITE_ONCE(published, item);
	use_all();
	mutex_init(&mutex);		/* again: the other one does not use it */
}

THREAD(two, NULL)
{
	struct item *item = READ_ONCE(published);

	if (item) {
		spin_lock(&item->lock);
		spin_unlock(&item->lock);
		kfree(item);
	} else {
		WAIT_UNTIL(published);
		kfree(published);
	}
#ifdef OTHER
	init_rwsem(&sem);
#endif
}

/* Frees the object, and gets its memory for a new one. */
THREAD(owner, NULL)
{
	struct stable *s = found;

	WRITE_ONCE(found, NULL);
	kmem_cache_free(cache, s);
	s = kmem_cache_alloc(cache, GFP_KERNEL);
#ifdef REUSED
	spin_lock_init(&s->lock);
#endif
	WRITE_ONCE(s->key, 1);
	WRITE_ONCE(found, s);
}

THREAD(reader, NULL)
{
	struct stable *s;

	rcu_read_lock();
	s = READ_ONCE(found);
	if (s) {
		spin_lock(&s->lock);
		spin_unlock(&s->lock);
	}
	rcu_read_unlock();
}
