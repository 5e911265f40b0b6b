// SPDX-License-Identifier: MIT
/*
 * data_race: may two threads access the same memory at the same time?
 *
 * Not if one of them writes, and one of the accesses is a plain one of C: the
 * compiler counts on nobody else being there (PLAIN). It does not help that
 * the values agree (SAME), that the other side is marked (MARKED, OR), or that
 * the step as a whole is indivisible (INSIDE). Marks on both sides say that
 * the two are meant to meet (ONCE), data_race() on one side that it does not
 * matter what the access does (RACY). Two plain reads are no race (READS), nor
 * are accesses under one lock (LOCKED), or of which one makes the other
 * possible: the data is there before the flag says so (FLAG), or before the
 * pointer to it is published (PUBLISH); it is handed over by a lock (HANDOVER)
 * or by a count (COUNT). The flag itself must be marked (FLAG BARE). Two
 * objects are two locations (OBJECTS), one object by two pointers is one
 * (OBJECTS ALIAS); so it is with the elements of an array (ARRAY, ARRAY ALIAS)
 * and what a pointer leads to (POINTER, POINTER ALIAS). A lock that only one
 * side takes orders nothing (ONE_LOCK), and two readers of a lock may both be
 * inside (SHARED).
 *
 * Result: PLAIN: violated data-race
 * Result: SAME: violated data-race
 * Result: MARKED: violated data-race
 * Result: OR: violated data-race
 * Result: INSIDE: violated data-race
 * Result: ONCE: holds
 * Result: RACY: holds
 * Result: READS: holds
 * Result: LOCKED: holds
 * Result: ONE_LOCK: violated data-race
 * Result: SHARED: violated data-race
 * Result: SHARED READS: holds
 * Result: FLAG: holds
 * Result: FLAG BARE: violated data-race
 * Result: PUBLISH: holds
 * Result: PUBLISH LATE: violated data-race
 * Result: HANDOVER: holds
 * Result: COUNT: holds
 * Result: OBJECTS: holds
 * Result: OBJECTS ALIAS: violated data-race
 * Result: ARRAY: holds
 * Result: ARRAY ALIAS: violated data-race
 * Result: POINTER: holds
 * Result: POINTER ALIAS: violated data-race
 */

#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <mmcheck.h>

struct thing {
	int value;
};

static int x, flag;
static int array[4];
static spinlock_t lock;
static struct rw_semaphore sem;
static struct thing *shared, *other;
static atomic_t users;

INIT
{
	spin_lock_init(&lock);
	init_rwsem(&sem);
	shared = kzalloc(sizeof(*shared), GFP_KERNEL);
#ifdef ALIAS
	other = shared;
#else
	other = kzalloc(sizeof(*other), GFP_KERNEL);
#endif
	atomic_set(&users, 2);
#ifdef PUBLISH
	kfree(shared);
	kfree(other);
	shared = other = NULL;
#endif
}

#if defined(FLAG)

THREAD(writer, NULL)
{
	x = 1;
#ifdef BARE
	flag = 1;
#else
	WRITE_ONCE(flag, 1);
#endif
}

THREAD(reader, NULL)
{
	if (READ_ONCE(flag))
		assert(x == 1);
}

#elif defined(PUBLISH)

THREAD(writer, NULL)
{
	struct thing *t = kzalloc(sizeof(*t), GFP_KERNEL);

#ifndef LATE
	t->value = 1;
#endif
	rcu_assign_pointer(shared, t);
#ifdef LATE
	t->value = 1;
#endif
}

THREAD(reader, NULL)
{
	struct thing *t;

	rcu_read_lock();
	t = rcu_dereference(shared);
	if (t)
		(void)t->value;
	rcu_read_unlock();
}

#elif defined(HANDOVER)

/* Who finds the flag set under the lock has what was written before. */
THREAD(writer, NULL)
{
	x = 1;
	spin_lock(&lock);
	flag = 1;
	spin_unlock(&lock);
}

THREAD(reader, NULL)
{
	int seen;

	spin_lock(&lock);
	seen = flag;
	spin_unlock(&lock);
	if (seen)
		x = 2;
}

#elif defined(COUNT)

/* The last one has the object for itself. */
THREADS(user, 2, NULL)
{
	if (atomic_dec_and_test(&users))
		x++;
}

#elif defined(OBJECTS)

THREAD(one, NULL)
{
	shared->value = 1;
}

THREAD(two, NULL)
{
	other->value = 2;
}

#elif defined(ARRAY)

THREAD(one, NULL)
{
	int i = nondet(0, 1);

	array[i] = 1;
}

THREAD(two, NULL)
{
#ifdef ALIAS
	int i = nondet(1, 2);
#else
	int i = nondet(2, 3);
#endif

	array[i] = 2;
}

#elif defined(POINTER)

THREAD(one, NULL)
{
	int *p = nondet(0, 1) ? &flag : &array[1];

	*p = 1;
}

THREAD(two, NULL)
{
#ifdef ALIAS
	(void)array[1];
#else
	(void)array[0];
#endif
}

#else

#if defined(LOCKED)
#define WRITER(access) \
	do { spin_lock(&lock); access; spin_unlock(&lock); } while (0)
#define READER(access)	WRITER(access)
#elif defined(ONE_LOCK)
#define WRITER(access) \
	do { spin_lock(&lock); access; spin_unlock(&lock); } while (0)
#define READER(access)	do { access; } while (0)
#elif defined(SHARED)
#define WRITER(access)	do { down_read(&sem); access; up_read(&sem); } while (0)
#define READER(access)	WRITER(access)
#else
#define WRITER(access)	do { access; } while (0)
#define READER(access)	do { access; } while (0)
#endif

THREAD(writer, NULL)
{
#if defined(READS)
	WRITER((void)x);
#elif defined(MARKED) || defined(ONCE)
	WRITER(WRITE_ONCE(x, 1));
#elif defined(INSIDE)
	ATOMIC {
		x = 1;
	}
#elif defined(SAME)
	WRITER(x = 0);
#else
	WRITER(x = 1);
#endif
}

THREAD(reader, NULL)
{
#if defined(OR) || defined(ONCE)
	READER((void)READ_ONCE(x));
#elif defined(RACY)
	READER((void)data_race(x));
#else
	READER((void)x);
#endif
}

#endif
