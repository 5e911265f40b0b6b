/* SPDX-License-Identifier: MIT */
/*
 * This file declares the mutex: sleeping, one owner, not recursive.
 */
#ifndef _LINUX_MUTEX_H
#define _LINUX_MUTEX_H

#define DEFINE_MUTEX(name)	struct mutex name

struct mutex {
	int __native_mutex;
};

void mutex_init(struct mutex *lock);
void mutex_lock(struct mutex *lock);
void mutex_lock_nested(struct mutex *lock, int subclass);
int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
void mutex_assert_held(const struct mutex *lock);

#endif /* _LINUX_MUTEX_H */
