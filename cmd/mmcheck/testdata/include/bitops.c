// SPDX-License-Identifier: MIT
/*
 * bitops: which bit is set, cleared and tested, and is that one step?
 *
 * Result: holds
 */

#include <linux/bitops.h>
#include <mmcheck.h>

static unsigned long words[2] = { 1UL << 63 };
static unsigned long both;

THREAD(t, NULL)
{
	int nr = 62;

	assert(test_bit(nr + 1, words) && !test_bit(nr, words));
	set_bit(nr - 60, &words[nr - 61]);
	assert(words[1] == 4 && test_bit(2, &words[1]));
	set_bit(0, &words[nr - 61]);
	clear_bit(nr - 60, &words[1]);
	assert(words[1] == 1);
	clear_bit(nr + 1, words);
	assert(!words[0]);
	assert(!test_and_set_bit(nr, words) && test_and_set_bit(nr, words) && words[0] == 1UL << 62);
	assert(test_and_clear_bit(nr, words) && !test_and_clear_bit(nr, words) && !words[0]);
	__set_bit(nr - 60, words);
	__set_bit(nr, words);
	__clear_bit(nr - 60, words);
	assert(words[0] == 1UL << 62);
}

THREAD(one, NULL)
{
	unsigned long mine = 6;

	change_bit(1, &mine);
	assert(mine == 4 && test_and_change_bit(2, &mine) && !mine && !test_and_change_bit(3, &mine));
	assert(test_bit_acquire(3, &mine) && test_and_set_bit_lock(3, &mine) && !test_and_set_bit_lock(0, &mine));
	clear_bit_unlock(3, &mine);
	__clear_bit_unlock(0, &mine);
	assert(!mine);
	__change_bit(5, &mine);
	assert(__test_and_set_bit(5, &mine) && __test_and_clear_bit(5, &mine) && !__test_and_clear_bit(5, &mine));
	assert(!__test_and_set_bit(4, &mine) && mine == 16);
	assign_bit(4, &mine, 0);
	__assign_bit(6, &mine, 1);
	assert(mine == 64);
}

THREAD(low, NULL)
{
	set_bit(0, &both);
	if (!test_and_set_bit(1, &both))
		test_and_clear_bit(1, &both);
	set_bit(1, &both);
	clear_bit(1, &both);
}

THREAD(high, NULL)
{
	set_bit(32, &both);
}

FINAL
{
	assert(both == (1UL << 32 | 1));
}
