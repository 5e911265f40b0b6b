/* SPDX-License-Identifier: MIT */
/*
 * This file declares the sleeping reader-writer lock. A blocked acquire is two
 * steps: the thread joins the queue, later it is granted the lock. The queue
 * is what makes a read trylock fail while a writer merely waits, and what
 * turns a recursive read into a deadlock. downgrade_write() is one step: no
 * writer fits in between. The second argument of the _nested() forms is the
 * lockdep subclass, it matters to the property `lock-order` only.
 */
#ifndef _LINUX_RWSEM_H
#define _LINUX_RWSEM_H

struct rw_semaphore {
	int __native_rwsem;
};

#define SINGLE_DEPTH_NESTING	1

void init_rwsem(struct rw_semaphore *sem);

void down_read(struct rw_semaphore *sem);
void down_read_nested(struct rw_semaphore *sem, int subclass);
int down_read_trylock(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);

void down_write(struct rw_semaphore *sem);
void down_write_nested(struct rw_semaphore *sem, int subclass);
int down_write_trylock(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);
void downgrade_write(struct rw_semaphore *sem);

int rwsem_is_locked(struct rw_semaphore *sem);
int rwsem_is_contended(struct rw_semaphore *sem);
void rwsem_assert_held(const struct rw_semaphore *sem);
void rwsem_assert_held_write(const struct rw_semaphore *sem);

#endif /* _LINUX_RWSEM_H */
