/* SPDX-License-Identifier: MIT */
/*
 * This file has locks that are a single bit of a word. They spin with preemption off;
 * nobody knows who holds one, neither lockdep nor mmcheck: a thread that never sets it
 * free leaves the others waiting.
 */
#ifndef _LINUX_BIT_SPINLOCK_H
#define _LINUX_BIT_SPINLOCK_H

#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/preempt.h>

static inline void bit_spin_lock(int bitnum, unsigned long *addr)
{
	preempt_disable();
	while (test_and_set_bit(bitnum, addr))
		cpu_relax();
}

static inline int bit_spin_trylock(int bitnum, unsigned long *addr)
{
	preempt_disable();
	if (test_and_set_bit(bitnum, addr)) {
		preempt_enable();
		return 0;
	}
	return 1;
}

static inline void bit_spin_unlock(int bitnum, unsigned long *addr)
{
	BUG_ON(!test_bit(bitnum, addr));
	clear_bit(bitnum, addr);
	preempt_enable();
}

#define __bit_spin_unlock(bitnum, addr)	bit_spin_unlock(bitnum, addr)

static inline int bit_spin_is_locked(int bitnum, unsigned long *addr)
{
	return test_bit(bitnum, addr);
}

#endif /* _LINUX_BIT_SPINLOCK_H */
