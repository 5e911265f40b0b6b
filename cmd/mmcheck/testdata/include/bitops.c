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
