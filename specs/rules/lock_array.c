// SPDX-License-Identifier: MIT
/*
 * lock_array: do threads that have a lock each share anything?
 *
 * Which lock a thread takes is a number that it has drawn, or made from its own: the
 * threads share nothing then, whatever their order. With the number read and raised in
 * two steps (RACE) two threads may draw the same one; their lock keeps them apart, but
 * the element is counted twice. With a lock beside the own one (NEIGHBOUR) they do share.
 *
 * Result: DRAWN: holds
 * Result: RACE: violated assert
 * Result: HASHED: holds
 * Result: NEIGHBOUR: violated assert
 */

#include <linux/mutex.h>
#include <mmcheck.h>

#define SLOTS	16

static struct mutex lock[SLOTS];
static int slot[SLOTS], next;

static void count(int held, int i)
{
	mutex_lock(&lock[held]);
	slot[i]++;
	assert(slot[i] == 1);
	mutex_unlock(&lock[held]);
}

#if defined(DRAWN) || defined(RACE)
THREADS(drawer, 6, NULL)
{
	int i;

#ifdef RACE
	i = READ_ONCE(next);
	WRITE_ONCE(next, i + 1);
#else
	ATOMIC {
		i = next;
		next = i + 1;
	}
#endif
	count(i, i);
}
#else
#ifdef NEIGHBOUR
#define HELD(n)	(((n) * 7 + 4) % SLOTS)
#define SLOT(n)	(((n) / 2 * 14 + 3) % SLOTS)
#else
#define HELD(n)	(((n) * 7 + 3) % SLOTS)
#define SLOT(n)	HELD(n)
#endif

#define HASHED_THREAD(n)	THREAD(hashed##n, NULL) { count(HELD(n), SLOT(n)); }

HASHED_THREAD(0)
HASHED_THREAD(1)
HASHED_THREAD(2)
HASHED_THREAD(3)
HASHED_THREAD(4)
HASHED_THREAD(5)
HASHED_THREAD(6)
HASHED_THREAD(7)
HASHED_THREAD(8)
HASHED_THREAD(9)
HASHED_THREAD(10)
HASHED_THREAD(11)
#endif
