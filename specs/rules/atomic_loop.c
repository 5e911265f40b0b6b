// SPDX-License-Identifier: MIT
/*
 * atomic_loop: may a block that is one step look through all that is there?
 *
 * Yes, as long as it ends: the first free slot is taken by one of the threads that look
 * for one at a time. Looked for and taken in two steps (SPLIT), two may take the same
 * slot. A loop that goes on for longer than what is unrolled leaves the question open
 * (LONG). What a thread waits for may be found out by functions with locals and
 * branches of their own, and is looked at as a whole.
 *
 * Result: holds
 * Result: SPLIT: violated assert
 * Result: LONG: unknown
 */

#include <linux/kernel.h>
#include <mmcheck.h>

static int slot[4] = { 1 }, taken[4];
static int steps = 40;

static int first_free(void)
{
	int i;

	for (i = 0; i < 4 && slot[i]; i++)
		;
	return i;
}

/* How many slots are taken: 3 when both have one. */
static int used(void)
{
	int n = slot[0], last;

	if (slot[1])
		n++;
	last = slot[2];
	if (!last)
		return n;
	n += last;
	return n;
}

THREADS(take, 2, NULL)
{
	int i;

#ifdef SPLIT
	ATOMIC {
		i = first_free();
	}
	ATOMIC {
		slot[i] = 1;
		taken[i]++;
	}
#else
	ATOMIC {
		i = first_free();
		slot[i] = 1;
		taken[i]++;
	}
#endif
	assert(taken[i] == 1);
}

THREAD(look, NULL)
{
	int n = 0;

	WAIT_UNTIL(used() == 3);
	ATOMIC {
		while (1) {
			if (n == 3)
				break;
			n += slot[n];
		}
	}
	assert(n == 3);
#ifdef LONG
	ATOMIC {
		do
			steps--;
		while (steps);
	}
#endif
	(void)steps;
}
