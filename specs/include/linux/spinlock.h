/* SPDX-License-Identifier: MIT */
/*
 * This file declares the spinlock. Whoever holds one is in atomic context and
 * must not sleep (property `atomic-sleep`).
 */
#ifndef _LINUX_SPINLOCK_H
#define _LINUX_SPINLOCK_H

typedef struct spinlock {
	int __native_spinlock;
} spinlock_t;

#define DEFINE_SPINLOCK(name)	spinlock_t name

void spin_lock_init(spinlock_t *lock);
void spin_lock(spinlock_t *lock);
void spin_lock_nested(spinlock_t *lock, int subclass);
int spin_trylock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);
void spin_assert_held(const spinlock_t *lock);

#endif /* _LINUX_SPINLOCK_H */
