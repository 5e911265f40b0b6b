// SPDX-License-Identifier: MIT
/*
 * counting: has a number that only counts finitely many states?
 *
 * The owner of data raises gen whenever it changes the data, and a user remembers gen
 * with what it made of the data. Nothing more is asked than whether gen is the same
 * (and, with ODD, whether it is odd), so the loop ends. NO_LOOK forgets to look again.
 * Where the number is set back (BACK) it may be the same again by chance.
 *
 * Question: is a number that only counts told from its copies, and no more?
 * Result: holds
 * Result: ODD: holds
 * Result: NO_LOOK: violated assert
 * Result: BACK: violated assert
 */
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <mmcheck.h>

static DEFINE_MUTEX(lock);
static unsigned int gen;
static int data;

THREAD(owner, NULL)
{
	while (nondet(0, 1)) {
		mutex_lock(&lock);
#ifdef ODD
		ATOMIC { gen++; }
		assert(gen & 1);
#endif
		data ^= 1;
		ATOMIC { gen++; }
#ifdef BACK
		if (gen == 3)
			gen = 0;
#endif
		mutex_unlock(&lock);
	}
}

THREAD(user, NULL)
{
	unsigned int seen;
	int made;

	mutex_lock(&lock);
	seen = gen;
	made = data;
	mutex_unlock(&lock);

	mutex_lock(&lock);
#ifndef NO_LOOK
	if (gen == seen)
#else
	(void)seen;
#endif
		assert(made == data);
	mutex_unlock(&lock);
}
