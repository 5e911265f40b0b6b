// SPDX-License-Identifier: MIT
/*
 * locked_free: may an object be freed while somebody has the lock in it?
 *
 * No (BREAK): that one goes on to use it. If the memory stays one of the type
 * (SLAB_TYPESAFE_BY_RCU), somebody in an RCU read section may come too late,
 * and get a lock that says nothing. He tests with the lock held whether the object
 * is still the one, and lets go of it in the same section (TRY). Out of the
 * section the lock must be right (TRY KEEP_LOCK).
 *
 * Result: BREAK --property=bad-free: violated bad-free
 * Result: BREAK: violated use-after-free
 * Result: TRY: holds
 * Result: TRY KEEP_LOCK: violated bad-free
 */

#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <mmcheck.h>

struct object {
	struct rw_semaphore lock;
	bool gone;
};

MM_POOL(object, 1);
#ifdef TRY
MM_TYPESAFE_BY_RCU(object);
#endif

static struct kmem_cache *cachep;
static struct object *object;

INIT
{
	object = kmem_cache_alloc(cachep, GFP_KERNEL);
}

#ifdef TRY

THREAD(reader, NULL)
{
	struct object *found;

	rcu_read_lock();
	found = READ_ONCE(object);
	if (!found || !down_read_trylock(&found->lock)) {
		rcu_read_unlock();
		return;
	}
#ifdef KEEP_LOCK
	rcu_read_unlock();
	rcu_read_lock();
#else
	(void)READ_ONCE(found->gone);
#endif
	up_read(&found->lock);
	rcu_read_unlock();
}

#else

THREAD(reader, NULL)
{
	struct object *found = READ_ONCE(object);

	if (!found)
		return;
	down_read(&found->lock);
	(void)READ_ONCE(found->gone);
	up_read(&found->lock);
}

#endif

THREAD(owner, NULL)
{
	struct object *mine = object;

	WRITE_ONCE(object, NULL);
	WRITE_ONCE(mine->gone, true);
	kmem_cache_free(cachep, mine);
}
