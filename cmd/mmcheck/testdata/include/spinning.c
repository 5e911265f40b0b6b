// SPDX-License-Identifier: MIT
/*
 * spinning: the locks that spin, and what switches preemption, interrupts and page
 * faults.
 *
 * Result: holds
 */

#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <mmcheck.h>

static DEFINE_SPINLOCK(spin);
static DEFINE_SPINLOCK(spin_inner);
static DEFINE_RAW_SPINLOCK(raw);
static DEFINE_RAW_SPINLOCK(raw_inner);
static DEFINE_RWLOCK(rw);
static DEFINE_RWLOCK(rw_inner);
static DEFINE_MUTEX(mutex);
static DEFINE_MUTEX(nested);
static DECLARE_RWSEM(sem);

static void __acquires(&spin) enter(void)
{
	__acquire(&spin);
	spin_lock_bh(&spin);
}

static void __must_hold(&spin) __releases(&spin) leave(void)
{
	assert_spin_locked(&spin);
	spin_unlock_bh(&spin);
	__release(&spin);
}

static void spinlocks(void)
{
	unsigned long flags;

	spin_lock_irq(&spin);
	assert(spin_is_locked(&spin));
	spin_lock_nest_lock(&spin_inner, &spin);
	spin_unlock(&spin_inner);
	spin_unlock_irq(&spin);
	spin_lock_irqsave(&spin, flags);
	lockdep_assert_irqs_disabled();
	spin_unlock_irqrestore(&spin, flags);
	lockdep_assert_irqs_enabled();
	enter();
	leave();
	if (spin_trylock_bh(&spin))
		spin_unlock_bh(&spin);
	if (spin_trylock_irq(&spin))
		spin_unlock_irq(&spin);
	spin_lock(&spin);
	spin_lock_irqsave_nested(&spin_inner, flags, 1);
	assert(irqs_disabled());
	spin_unlock_irqrestore(&spin_inner, flags);
	spin_unlock(&spin);
	assert(!irqs_disabled());
	if (spin_trylock_irqsave(&spin, flags))
		spin_unlock_irqrestore(&spin, flags);
}

static void raw_spinlocks(void)
{
	unsigned long flags;

	raw_spin_lock_init(&raw);
	raw_spin_lock(&raw);
	raw_spin_assert_held(&raw);
	lockdep_assert_held(&raw);
	raw_spin_lock_nested(&raw_inner, 1);
	raw_spin_unlock(&raw_inner);
	raw_spin_unlock(&raw);
	raw_spin_lock_bh(&raw);
	assert(raw_spin_is_locked(&raw));
	raw_spin_unlock_bh(&raw);
	raw_spin_lock_irq(&raw);
	raw_spin_unlock_irq(&raw);
	raw_spin_lock_irqsave(&raw, flags);
	raw_spin_unlock_irqrestore(&raw, flags);
	raw_spin_lock(&raw);
	raw_spin_lock_irqsave_nested(&raw_inner, flags, 1);
	raw_spin_unlock_irqrestore(&raw_inner, flags);
	raw_spin_unlock(&raw);
	if (raw_spin_trylock(&raw))
		raw_spin_unlock(&raw);
}

static void rwlocks(void)
{
	unsigned long flags;

	rwlock_init(&rw);
	read_lock(&rw);
	rwlock_assert_held(&rw);
	rwlock_assert_held_read(&rw);
	lockdep_assert_held_read(&rw);
	assert(!rwlock_is_contended(&rw));
	read_unlock(&rw);
	read_lock_bh(&rw);
	read_unlock_bh(&rw);
	read_lock_irq(&rw);
	read_unlock_irq(&rw);
	read_lock_irqsave(&rw, flags);
	read_unlock_irqrestore(&rw, flags);
	if (read_trylock(&rw))
		read_unlock(&rw);
	write_lock(&rw);
	rwlock_assert_held_write(&rw);
	lockdep_assert_held_write(&rw);
	write_lock_nested(&rw_inner, 1);
	write_unlock(&rw_inner);
	write_unlock(&rw);
	write_lock_bh(&rw);
	write_unlock_bh(&rw);
	write_lock_irq(&rw);
	write_unlock_irq(&rw);
	write_lock_irqsave(&rw, flags);
	write_unlock_irqrestore(&rw, flags);
	if (write_trylock(&rw))
		write_unlock(&rw);
}

static void sleeping(void)
{
	might_lock(&mutex);
	might_lock_read(&sem);
	might_lock_nested(&mutex, 1);
	lockdep_assert_not_held(&mutex);
	if (!mutex_lock_killable(&mutex)) {
		assert(mutex_is_locked(&mutex));
		lockdep_assert_held_once(&mutex);
		lockdep_assert_once(mutex_is_locked(&mutex));
		mutex_lock_nest_lock(&nested, &mutex);
		mutex_unlock(&nested);
		down_write_nest_lock(&sem, &mutex);
		up_write(&sem);
		mutex_unlock(&mutex);
	}
	if (!mutex_lock_interruptible(&mutex))
		mutex_unlock(&mutex);
	if (!down_read_interruptible(&sem)) {
		rwsem_assert_held_read(&sem);
		up_read(&sem);
	}
}

static void context(void)
{
	unsigned long flags;

	preempt_disable();
	preempt_enable();
	local_bh_disable();
	local_bh_enable();
	local_irq_disable();
	assert(irqs_disabled());
	local_irq_enable();
	local_irq_save(flags);
	local_irq_restore(flags);
	assert(in_task() && !in_irq() && !in_hardirq());
	pagefault_disable();
	assert(pagefault_disabled());
	pagefault_enable();
}

THREAD(task, NULL)
{
	spinlocks();
	raw_spinlocks();
	rwlocks();
	sleeping();
	context();
}

IRQ(tick)
{
	assert(in_interrupt());
}
