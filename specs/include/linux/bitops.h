/* SPDX-License-Identifier: MIT */
/*
 * This file sets and tests single bits of a word. A change is one step, but in the
 * forms that begin with underscores.
 */
#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H

#include <linux/bits.h>
#include <linux/types.h>
#include <mmcheck.h>

static inline void set_bit(int nr, unsigned long *word)
{
	ATOMIC {
		*word |= 1UL << nr;
	}
}

static inline void clear_bit(int nr, unsigned long *word)
{
	ATOMIC {
		*word &= ~(1UL << nr);
	}
}

static inline bool test_bit(int nr, const unsigned long *word)
{
	return (READ_ONCE(*word) >> nr) & 1;
}

/* Whether the bit was set before. */
static inline bool test_and_set_bit(int nr, unsigned long *word)
{
	bool old;

	ATOMIC {
		old = (*word >> nr) & 1;
		*word |= 1UL << nr;
	}
	return old;
}

static inline bool test_and_clear_bit(int nr, unsigned long *word)
{
	bool old;

	ATOMIC {
		old = (*word >> nr) & 1;
		*word &= ~(1UL << nr);
	}
	return old;
}

static inline void change_bit(int nr, unsigned long *word)
{
	ATOMIC {
		*word ^= 1UL << nr;
	}
}

static inline bool test_and_change_bit(int nr, unsigned long *word)
{
	bool old;

	ATOMIC {
		old = (*word >> nr) & 1;
		*word ^= 1UL << nr;
	}
	return old;
}

/* With an order that everything has here. */
#define test_bit_acquire(nr, word)		test_bit(nr, word)
#define test_and_set_bit_lock(nr, word)		test_and_set_bit(nr, word)
#define clear_bit_unlock(nr, word)		clear_bit(nr, word)
#define assign_bit(nr, word, value)	\
	((value) ? set_bit(nr, word) : clear_bit(nr, word))

/* Not in one step: the caller keeps others away. */
static inline void __set_bit(int nr, unsigned long *word)
{
	*word |= 1UL << nr;
}

static inline void __clear_bit(int nr, unsigned long *word)
{
	*word &= ~(1UL << nr);
}

static inline void __change_bit(int nr, unsigned long *word)
{
	*word ^= 1UL << nr;
}

static inline bool __test_and_set_bit(int nr, unsigned long *word)
{
	unsigned long old = *word;

	*word = old | 1UL << nr;
	return (old >> nr) & 1;
}

static inline bool __test_and_clear_bit(int nr, unsigned long *word)
{
	unsigned long old = *word;

	*word = old & ~(1UL << nr);
	return (old >> nr) & 1;
}

#define __clear_bit_unlock(nr, word)	__clear_bit(nr, word)
#define __assign_bit(nr, word, value)	\
	((value) ? __set_bit(nr, word) : __clear_bit(nr, word))

#endif /* _LINUX_BITOPS_H */
