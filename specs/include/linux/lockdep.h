/* SPDX-License-Identifier: MIT */
/*
 * This file lets a function state which locks its caller holds. An assertion
 * that fails is the property `lock-misuse`. And it lets a lock that is written
 * in C tell who holds it: an annotation takes effect together with the step
 * before it, so it stands right behind the operation that took the lock or gave
 * it up.
 *
 * A rwsem tells that by itself, but for a read lock that another thread is to give
 * up with up_read_non_owner(): rwsem_release(&sem->dep_map, _RET_IP_) says that
 * the caller does not hold it any more.
 */
#ifndef _LINUX_LOCKDEP_H
#define _LINUX_LOCKDEP_H

#include <linux/bug.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>

#define lockdep_assert_held(l) _Generic((l),		\
	struct rw_semaphore *: rwsem_assert_held,	\
	struct mutex *: mutex_assert_held,		\
	rwlock_t *: rwlock_assert_held,			\
	raw_spinlock_t *: raw_spin_assert_held,		\
	spinlock_t *: spin_assert_held)(l)
#define lockdep_assert_held_once(l)	lockdep_assert_held(l)
#define lockdep_assert_held_write(l) _Generic((l),	\
	struct rw_semaphore *: rwsem_assert_held_write,	\
	struct mutex *: mutex_assert_held,		\
	rwlock_t *: rwlock_assert_held_write,		\
	raw_spinlock_t *: raw_spin_assert_held,		\
	spinlock_t *: spin_assert_held)(l)
#define lockdep_assert_held_read(l) _Generic((l),	\
	struct rw_semaphore *: rwsem_assert_held_read,	\
	rwlock_t *: rwlock_assert_held_read)(l)

void lockdep_assert_not_held(const void *lock);

#define lockdep_assert(c) \
	do { if (unlikely(!(c))) __mmcheck_bug("lockdep_assert(" #c ")"); } while (0)
#define lockdep_assert_once(c)		lockdep_assert(c)
#define lockdep_assert_irqs_disabled()	lockdep_assert(irqs_disabled())
#define lockdep_assert_irqs_enabled()	lockdep_assert(!irqs_disabled())

/* The lock may be taken here on some other way: counts for `lock-order`. */
void might_lock(const void *lock);
void might_lock_read(const void *lock);
void might_lock_nested(const void *lock, int subclass);

/* Whether the caller holds a lock: read is 0 for writing, 1 for reading, -1 for any. */
int lockdep_is_held_type(const void *lock, int read);
#define lockdep_is_held(l)	lockdep_is_held_type((l), -1)

struct lockdep_map {
	int __native_lockdep_map;
};

#define _RET_IP_	0UL

void __mmcheck_acquire_read(struct lockdep_map *map);
void __mmcheck_acquire(struct lockdep_map *map);
void __mmcheck_release(struct lockdep_map *map);
void __mmcheck_rwsem_release(struct rwsem_dep_map *map);

/* Subclass, trylock and address are not evaluated: readers never wait, writers do. */
#define rwsem_acquire_read(map, subclass, try, ip)	__mmcheck_acquire_read(map)
#define rwsem_acquire(map, subclass, try, ip)		__mmcheck_acquire(map)
#define rwsem_release(map, ip) _Generic((map),		\
	struct lockdep_map *: __mmcheck_release,	\
	struct rwsem_dep_map *: __mmcheck_rwsem_release)(map)

#endif /* _LINUX_LOCKDEP_H */
