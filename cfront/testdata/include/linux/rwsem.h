/* SPDX-License-Identifier: MIT */
/* This file is a small stand-in for the real headers of locks. */
#ifndef _LINUX_RWSEM_H
#define _LINUX_RWSEM_H

struct rw_semaphore { int __native_rwsem; };
struct mutex { int __native_mutex; };

void down_read(struct rw_semaphore *sem);
int down_read_trylock(struct rw_semaphore *sem);
int down_write_killable(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);
void rwsem_assert_held(const struct rw_semaphore *sem);
void mutex_assert_held(const struct mutex *lock);

#endif
