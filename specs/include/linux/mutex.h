/* SPDX-License-Identifier: MIT */
/*
 * This file declares the mutex: sleeping, one owner, not recursive.
 */
#ifndef _LINUX_MUTEX_H
#define _LINUX_MUTEX_H

#include <linux/cleanup.h>

#define DEFINE_MUTEX(name)	struct mutex name

struct mutex {
	int __native_mutex;
};

void mutex_init(struct mutex *lock);
void mutex_lock(struct mutex *lock);
void mutex_lock_nested(struct mutex *lock, int subclass);
void mutex_lock_nest_lock(struct mutex *lock, const void *nest_lock);
int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
int mutex_is_locked(struct mutex *lock);
void mutex_assert_held(const struct mutex *lock);

/* As down_read_killable() in <linux/rwsem.h>: only MM_SIGNALS makes them fail. */
#ifdef MM_SIGNALS
int mutex_lock_killable(struct mutex *lock);
#else
#define mutex_lock_killable(lock)	({ mutex_lock(lock); 0; })
#endif
#define mutex_lock_interruptible(lock)	mutex_lock_killable(lock)

#ifdef __MMCHECK_GUARDS
DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))
DEFINE_GUARD_COND(mutex, _try, mutex_trylock(_T))
DEFINE_GUARD_COND(mutex, _intr, mutex_lock_interruptible(_T), _RET == 0)
DEFINE_FREE(mutex, struct mutex *, if (_T) mutex_unlock(_T))
#endif

#endif /* _LINUX_MUTEX_H */
