/* SPDX-License-Identifier: MIT */
/*
 * This file declares the reader-writer lock that spins. Readers queue behind a
 * writer that waits, so reading recursively may hang; but in the handler of an
 * interrupt a reader only waits for a writer that is inside.
 */
#ifndef _LINUX_RWLOCK_H
#define _LINUX_RWLOCK_H

#include <linux/cleanup.h>

typedef struct rwlock {
	int __native_rwlock;
} rwlock_t;

#define DEFINE_RWLOCK(name)	rwlock_t name

void rwlock_init(rwlock_t *lock);

void read_lock(rwlock_t *lock);
void read_lock_bh(rwlock_t *lock);
void read_lock_irq(rwlock_t *lock);
unsigned long __mmcheck_read_lock_irqsave(rwlock_t *lock);
int read_trylock(rwlock_t *lock);
void read_unlock(rwlock_t *lock);
void read_unlock_bh(rwlock_t *lock);
void read_unlock_irq(rwlock_t *lock);
void read_unlock_irqrestore(rwlock_t *lock, unsigned long flags);

void write_lock(rwlock_t *lock);
void write_lock_bh(rwlock_t *lock);
void write_lock_irq(rwlock_t *lock);
unsigned long __mmcheck_write_lock_irqsave(rwlock_t *lock);
void write_lock_nested(rwlock_t *lock, int subclass);
int write_trylock(rwlock_t *lock);
void write_unlock(rwlock_t *lock);
void write_unlock_bh(rwlock_t *lock);
void write_unlock_irq(rwlock_t *lock);
void write_unlock_irqrestore(rwlock_t *lock, unsigned long flags);

int rwlock_is_contended(rwlock_t *lock);
void rwlock_assert_held(const rwlock_t *lock);
void rwlock_assert_held_read(const rwlock_t *lock);
void rwlock_assert_held_write(const rwlock_t *lock);

#define read_lock_irqsave(lock, flags) \
	do { (flags) = __mmcheck_read_lock_irqsave(lock); } while (0)
#define write_lock_irqsave(lock, flags) \
	do { (flags) = __mmcheck_write_lock_irqsave(lock); } while (0)

#ifdef __MMCHECK_GUARDS
DEFINE_LOCK_GUARD_1(read_lock, rwlock_t, read_lock(_T->lock), read_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(read_lock_irq, rwlock_t, read_lock_irq(_T->lock), read_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(read_lock_irqsave, rwlock_t, read_lock_irqsave(_T->lock, _T->flags),
		    read_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)
DEFINE_LOCK_GUARD_1(write_lock, rwlock_t, write_lock(_T->lock), write_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(write_lock_irq, rwlock_t, write_lock_irq(_T->lock), write_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(write_lock_irqsave, rwlock_t, write_lock_irqsave(_T->lock, _T->flags),
		    write_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)
#endif

#endif /* _LINUX_RWLOCK_H */
