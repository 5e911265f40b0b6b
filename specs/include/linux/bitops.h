/* SPDX-License-Identifier: MIT */
/*
 * This file sets and tests single bits of a word. A change is one step.
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

#endif /* _LINUX_BITOPS_H */
