// SPDX-License-Identifier: MIT
/*
 * guards: does each guard take its lock, and give it up at the end of its scope?
 *
 * Result: holds
 * Result: FREED: violated use-after-free
 */

#include <linux/cleanup.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rwlock.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <mmcheck.h>

struct item {
	int v;
};

MM_POOL(item, 3);

static struct mm_struct mm;
static DEFINE_MUTEX(mutex);
static DECLARE_RWSEM(rwsem);
static DEFINE_SPINLOCK(lock);
static DEFINE_RAW_SPINLOCK(raw);
static DEFINE_RWLOCK(rwlock);

DEFINE_CLASS(counted, int *, (*_T)--, ({ (*counter)++; counter; }), int *counter)
EXTEND_CLASS(counted, _twice, ({ *counter += 1; counter; }), int *counter)
DEFINE_FREE(item, struct item *, if (_T) kfree(_T))

DEFINE_GUARD(mine, struct mutex *, mutex_lock(_T), mutex_unlock(_T))
DEFINE_GUARD_COND(mine, _try, mutex_trylock(_T))
DEFINE_LOCK_GUARD_1(spin, spinlock_t, spin_lock(_T->lock), spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spin, _try, spin_trylock(_T->lock))
DEFINE_LOCK_GUARD_0(reader, rcu_read_lock(), rcu_read_unlock())

static int own(void)
{
	int got = 0;

	scoped_guard(reader)
		assert(rcu_read_lock_held());
	scoped_guard(spin, &lock)
		scoped_guard(spin_try, &lock)
			got = -10;
	scoped_guard(spin_try, &lock)
		got++;
	scoped_guard(mine_try, &mutex)
		got++;
	guard(mine)(&mutex);
	return got;
}

INIT
{
	mm_init(&mm);
}

static struct item *make(bool keep)
{
	struct item *item __free(item) = kzalloc(sizeof(*item), GFP_KERNEL);

	if (!keep)
		return NULL;
	item->v = 3;
	return_ptr(item);
}

static int freed(void)
{
	struct item *item __free(kfree) = make(true);
	struct item *more __free(kvfree) = make(true);
	struct item *kept __free(kfree) = make(false);
#ifdef FREED
	struct item *twice = item;
	{
		struct item *again __free(kfree) = twice;

		(void)again;
	}
#endif
	assert(item->v == 3 && more->v == 3 && !kept);
	kept = item;
	retain_and_null_ptr(item);
	return kept->v;
}

static int classes(void)
{
	int n = 0;

	{
		CLASS(counted, one)(&n);
		CLASS(counted_twice, two)(&n);

		assert(one == two && n == 2);
	}
	return n;
}

static int tries(void)
{
	int got = 0;

	scoped_cond_guard(mutex_try, return -1, &mutex)
		got++;
	scoped_cond_guard(mutex_intr, return -EINTR, &mutex) {
		scoped_guard(mutex_try, &mutex)
			got = -10;
		got++;
	}
	scoped_cond_guard(rwsem_read_try, return -1, &rwsem)
		got++;
	scoped_cond_guard(rwsem_read_intr, return -EINTR, &rwsem)
		scoped_cond_guard(rwsem_write_try, got++, &rwsem)
			got = -10;
	scoped_cond_guard(rwsem_write_kill, return -EINTR, &rwsem)
		got++;
	scoped_guard(spinlock_try, &lock)
		got++;
	scoped_guard(spinlock_bh_try, &lock)
		got++;
	scoped_guard(spinlock_irq_try, &lock)
		got++;
	scoped_guard(spinlock_irqsave_try, &lock)
		got++;
	scoped_guard(raw_spinlock_try, &raw)
		got++;
	scoped_guard(mmap_read_lock_try, &mm)
		got++;
	return got;
}

THREAD(t, &mm)
{
	assert(freed() == 3 && classes() == 0);
	{
		guard(mutex)(&mutex);
		assert(mutex_is_locked(&mutex));
	}
	assert(!mutex_is_locked(&mutex));
	scoped_guard(rwsem_read, &rwsem)
		rwsem_assert_held_read(&rwsem);
	scoped_guard(rwsem_write, &rwsem)
		rwsem_assert_held_write(&rwsem);
	assert(!rwsem_is_locked(&rwsem));
	scoped_guard(spinlock, &lock)
		assert(spin_is_locked(&lock));
	scoped_guard(spinlock_bh, &lock)
		assert(spin_is_locked(&lock));
	scoped_guard(spinlock_irq, &lock)
		assert(irqs_disabled());
	scoped_guard(spinlock_irqsave, &lock)
		assert(irqs_disabled());
	scoped_guard(raw_spinlock, &raw)
		assert(raw_spin_is_locked(&raw));
	scoped_guard(raw_spinlock_nested, &raw)
		assert(raw_spin_is_locked(&raw));
	scoped_guard(raw_spinlock_bh, &raw)
		assert(raw_spin_is_locked(&raw));
	scoped_guard(raw_spinlock_irq, &raw)
		assert(irqs_disabled());
	scoped_guard(raw_spinlock_irqsave, &raw)
		assert(irqs_disabled());
	assert(!irqs_disabled() && !spin_is_locked(&lock) && !raw_spin_is_locked(&raw));
	scoped_guard(read_lock, &rwlock)
		rwlock_assert_held_read(&rwlock);
	scoped_guard(read_lock_irq, &rwlock)
		rwlock_assert_held_read(&rwlock);
	scoped_guard(read_lock_irqsave, &rwlock)
		rwlock_assert_held_read(&rwlock);
	scoped_guard(write_lock, &rwlock)
		rwlock_assert_held_write(&rwlock);
	scoped_guard(write_lock_irq, &rwlock)
		rwlock_assert_held_write(&rwlock);
	scoped_guard(write_lock_irqsave, &rwlock)
		rwlock_assert_held_write(&rwlock);
	scoped_guard(rcu)
		assert(rcu_read_lock_held());
	assert(!rcu_read_lock_held());
	scoped_guard(preempt)
		cpu_relax();
	scoped_guard(preempt_notrace)
		(void)0;
	scoped_guard(irq)
		assert(irqs_disabled());
	scoped_guard(irqsave)
		assert(irqs_disabled());
	scoped_guard(mmap_read_lock, &mm)
		mmap_assert_locked(&mm);
	assert(!rwsem_is_locked(&mm.mmap_lock) && !irqs_disabled());
	assert(tries() == 11 && own() == 2);
}
