/* SPDX-License-Identifier: MIT */
/*
 * This file declares the locks that spin. Whoever holds one is in atomic context
 * and must not sleep (property `atomic-sleep`). Inside of a raw_spinlock_t no
 * spinlock_t or rwlock_t may be taken: with PREEMPT_RT these sleep.
 *
 * The forms with _irq and _irqsave switch interrupts off on this processor: no
 * handler (IRQ() in <mmcheck.h>) comes in the midst of the thread then. Those with
 * _bh do that with softirqs, which run as threads of their own here: they are
 * atomic context, and nothing more.
 */
#ifndef _LINUX_SPINLOCK_H
#define _LINUX_SPINLOCK_H

#include <asm/barrier.h>
#include <linux/cleanup.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>

typedef struct spinlock {
	int __native_spinlock;
} spinlock_t;

typedef struct raw_spinlock {
	int __native_raw_spinlock;
} raw_spinlock_t;

#define DEFINE_SPINLOCK(name)		spinlock_t name
#define DEFINE_RAW_SPINLOCK(name)	raw_spinlock_t name

void spin_lock_init(spinlock_t *lock);
void spin_lock(spinlock_t *lock);
void spin_lock_bh(spinlock_t *lock);
void spin_lock_irq(spinlock_t *lock);
unsigned long __mmcheck_spin_lock_irqsave(spinlock_t *lock);
void spin_lock_nested(spinlock_t *lock, int subclass);
void spin_lock_nest_lock(spinlock_t *lock, const void *nest_lock);
int spin_trylock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);
void spin_unlock_bh(spinlock_t *lock);
void spin_unlock_irq(spinlock_t *lock);
void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags);
int spin_is_locked(spinlock_t *lock);
void spin_assert_held(const spinlock_t *lock);

#define spin_lock_irqsave(lock, flags) \
	do { (flags) = __mmcheck_spin_lock_irqsave(lock); } while (0)
#define spin_lock_irqsave_nested(lock, flags, subclass) \
	do { local_irq_save(flags); spin_lock_nested(lock, subclass); } while (0)
#define assert_spin_locked(lock)	spin_assert_held(lock)

#define spin_trylock_bh(lock) ({		\
	local_bh_disable();			\
	spin_trylock(lock) ? 1 : ({ local_bh_enable(); 0; }); \
})
#define spin_trylock_irq(lock) ({		\
	local_irq_disable();			\
	spin_trylock(lock) ? 1 : ({ local_irq_enable(); 0; }); \
})
#define spin_trylock_irqsave(lock, flags) ({	\
	local_irq_save(flags);			\
	spin_trylock(lock) ? 1 : ({ local_irq_restore(flags); 0; }); \
})

void raw_spin_lock_init(raw_spinlock_t *lock);
void raw_spin_lock(raw_spinlock_t *lock);
void raw_spin_lock_bh(raw_spinlock_t *lock);
void raw_spin_lock_irq(raw_spinlock_t *lock);
unsigned long __mmcheck_raw_spin_lock_irqsave(raw_spinlock_t *lock);
void raw_spin_lock_nested(raw_spinlock_t *lock, int subclass);
int raw_spin_trylock(raw_spinlock_t *lock);
void raw_spin_unlock(raw_spinlock_t *lock);
void raw_spin_unlock_bh(raw_spinlock_t *lock);
void raw_spin_unlock_irq(raw_spinlock_t *lock);
void raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags);
int raw_spin_is_locked(raw_spinlock_t *lock);
void raw_spin_assert_held(const raw_spinlock_t *lock);

#define raw_spin_lock_irqsave(lock, flags) \
	do { (flags) = __mmcheck_raw_spin_lock_irqsave(lock); } while (0)

#define raw_spin_lock_irqsave_nested(lock, flags, subclass) \
	do { local_irq_save(flags); raw_spin_lock_nested(lock, subclass); } while (0)

#include <linux/rwlock.h>

#ifdef __MMCHECK_GUARDS
DEFINE_LOCK_GUARD_1(raw_spinlock, raw_spinlock_t, raw_spin_lock(_T->lock), raw_spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1_COND(raw_spinlock, _try, raw_spin_trylock(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_nested, raw_spinlock_t, raw_spin_lock_nested(_T->lock, 1), raw_spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_bh, raw_spinlock_t, raw_spin_lock_bh(_T->lock), raw_spin_unlock_bh(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_irq, raw_spinlock_t, raw_spin_lock_irq(_T->lock), raw_spin_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_irqsave, raw_spinlock_t, raw_spin_lock_irqsave(_T->lock, _T->flags),
		    raw_spin_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)
DEFINE_LOCK_GUARD_1(spinlock, spinlock_t, spin_lock(_T->lock), spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spinlock, _try, spin_trylock(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_bh, spinlock_t, spin_lock_bh(_T->lock), spin_unlock_bh(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spinlock_bh, _try, spin_trylock_bh(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irq, spinlock_t, spin_lock_irq(_T->lock), spin_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spinlock_irq, _try, spin_trylock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irqsave, spinlock_t, spin_lock_irqsave(_T->lock, _T->flags),
		    spin_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)
DEFINE_LOCK_GUARD_1_COND(spinlock_irqsave, _try, spin_trylock_irqsave(_T->lock, _T->flags))
#endif

#endif /* _LINUX_SPINLOCK_H */
