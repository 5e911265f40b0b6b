/* SPDX-License-Identifier: MIT */
/*
 * This file sets and tests single bits of a word. A change is one step, but in the
 * forms that begin with underscores.
 */
#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H

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

static inline bool test_bit(int nr, unsigned long *word)
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

/* Not in one step: the caller keeps others away. */
static inline void __set_bit(int nr, unsigned long *word)
{
	*word |= 1UL << nr;
}

static inline void __clear_bit(int nr, unsigned long *word)
{
	*word &= ~(1UL << nr);
}

#endif /* _LINUX_BITOPS_H */
