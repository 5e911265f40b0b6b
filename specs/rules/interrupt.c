// SPDX-License-Identifier: MIT
/*
 * interrupt: which locks may the handler of an interrupt take?
 *
 * Those that are held with interrupts off only, also by other threads (KEEP). With
 * interrupts on, it may come in the midst of the holder, and waits for ever (ON);
 * softirqs switched off do not help (BH). It may read-lock a rwlock_t again that the
 * thread holds for reading (READ). CHAIN has the lock of the handler held while
 * waiting for one that others hold with interrupts on. It must not sleep (SLEEP).
 *
 * Result: KEEP: holds
 * Result: ON: violated deadlock
 * Result: BH: violated deadlock
 * Result: READ: holds
 * Result: CHAIN: violated deadlock
 * Result: SLEEP: violated atomic-sleep
 */

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <mmcheck.h>

static DEFINE_SPINLOCK(lock);
static DEFINE_SPINLOCK(inner);
static DEFINE_RWLOCK(list);
static DEFINE_MUTEX(mutex);
static int events;

THREAD(task, NULL)
{
	unsigned long flags;

#if defined(ON)
	spin_lock(&lock);
	events++;
	spin_unlock(&lock);
#elif defined(BH)
	spin_lock_bh(&lock);
	events++;
	spin_unlock_bh(&lock);
#elif defined(READ)
	read_lock(&list);
	read_unlock(&list);
#else
	spin_lock_irqsave(&lock, flags);
#ifdef CHAIN
	spin_lock(&inner);
	spin_unlock(&inner);
#endif
	events++;
	assert(irqs_disabled());
	spin_unlock_irqrestore(&lock, flags);
#endif
	(void)flags;
}

THREAD(other, NULL)
{
#ifdef READ
	write_lock_irq(&list);
	write_unlock_irq(&list);
#else
	spin_lock_irq(&lock);
	events++;
	spin_unlock_irq(&lock);
#endif
#ifdef CHAIN
	spin_lock(&inner);
	events++;
	spin_unlock(&inner);
#endif
}

IRQ(tick)
{
	assert(in_interrupt() && in_hardirq() && irqs_disabled());
#ifdef READ
	read_lock(&list);
	read_unlock(&list);
#else
	spin_lock(&lock);
	events++;
	spin_unlock(&lock);
#endif
#ifdef SLEEP
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
#endif
	(void)mutex;
}
