/* SPDX-License-Identifier: MIT */
/*
 * This file declares the sleeping reader-writer lock. A blocked acquire is two
 * steps: the thread joins the queue, later it is granted the lock. The queue
 * is what makes a read trylock fail while a writer merely waits, and what
 * turns a recursive read into a deadlock. downgrade_write() is one step: no
 * writer fits in between. An unlock that finds waiters touches the lock once
 * more after it was released, as that of a mutex does. The second argument of the
 * _nested() forms is the lockdep subclass, it matters to the property
 * `lock-order` only; down_write_nest_lock() names a lock that is held wherever
 * several of the class are taken.
 *
 * A read lock that one thread takes and another one gives up: the first says so
 * with rwsem_release(&sem->dep_map, _RET_IP_) of <linux/lockdep.h> where it stops
 * to rely on the lock, the second calls up_read_non_owner(). A read lock by
 * down_read_non_owner() belongs to nobody from the beginning.
 */
#ifndef _LINUX_RWSEM_H
#define _LINUX_RWSEM_H

struct rwsem_dep_map {
	int __native_rwsem;
};

struct rw_semaphore {
	struct rwsem_dep_map dep_map;
};

#define SINGLE_DEPTH_NESTING	1
#define DECLARE_RWSEM(name)	struct rw_semaphore name

void init_rwsem(struct rw_semaphore *sem);

/*
 * With MM_SIGNALS defined before the first #include <linux/cleanup.h>
#include of a spec, a fatal signal
 * may reach any thread at any time: the killable forms then may fail once they
 * had to queue, with -EINTR and without the lock. Without it they never fail.
 */
#ifdef MM_SIGNALS
int down_read_killable(struct rw_semaphore *sem);
int down_write_killable(struct rw_semaphore *sem);
#else
#define down_read_killable(sem)		({ down_read(sem); 0; })
#define down_write_killable(sem)	({ down_write(sem); 0; })
#endif

#define down_read_interruptible(sem)	down_read_killable(sem)

void down_read(struct rw_semaphore *sem);
void down_read_nested(struct rw_semaphore *sem, int subclass);
int down_read_trylock(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void down_read_non_owner(struct rw_semaphore *sem);
void up_read_non_owner(struct rw_semaphore *sem);

void down_write(struct rw_semaphore *sem);
void down_write_nested(struct rw_semaphore *sem, int subclass);
void down_write_nest_lock(struct rw_semaphore *sem, const void *nest_lock);
int down_write_trylock(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);
void downgrade_write(struct rw_semaphore *sem);

int rwsem_is_locked(struct rw_semaphore *sem);
int rwsem_is_contended(struct rw_semaphore *sem);
void rwsem_assert_held(const struct rw_semaphore *sem);
void rwsem_assert_held_read(const struct rw_semaphore *sem);
void rwsem_assert_held_write(const struct rw_semaphore *sem);

#ifdef __MMCHECK_GUARDS
DEFINE_GUARD(rwsem_read, struct rw_semaphore *, down_read(_T), up_read(_T))
DEFINE_GUARD_COND(rwsem_read, _try, down_read_trylock(_T))
DEFINE_GUARD_COND(rwsem_read, _intr, down_read_interruptible(_T), _RET == 0)
DEFINE_GUARD(rwsem_write, struct rw_semaphore *, down_write(_T), up_write(_T))
DEFINE_GUARD_COND(rwsem_write, _try, down_write_trylock(_T))
DEFINE_GUARD_COND(rwsem_write, _kill, down_write_killable(_T), _RET == 0)
#endif

#endif /* _LINUX_RWSEM_H */
