// SPDX-License-Identifier: MIT
/*
 * cleanup: is a lock given up when its variable goes out of scope?
 *
 * Yes, by whatever way: at the end of the block, by return, break, continue or
 * goto. What is returned is read before, so
 * under the lock (RETURN); without a lock it is a data race (RETURN BARE). A
 * lock that is given up by hand, too, is unlocked twice (TWICE), and if the
 * attribute is missing, never (MISSING).
 *
 * Result: holds
 * Result: RETURN: holds
 * Result: RETURN BARE: violated data-race
 * Result: TWICE: violated lock-misuse
 * Result: MISSING: violated lock-leak
 */

#include <linux/mutex.h>
#include <mmcheck.h>

static struct mutex lock;
static int x;

static void unlock(struct mutex **p)
{
	if (*p)
		mutex_unlock(*p);
}

static struct mutex *locked(struct mutex *l)
{
#ifdef BARE
	(void)l;
	return NULL;
#else
	mutex_lock(l);
	return l;
#endif
}

#ifdef MISSING
#define __guard
#else
#define __guard	__attribute__((cleanup(unlock)))
#endif

INIT
{
	mutex_init(&lock);
}

static int count(void)
{
	struct mutex *held __guard = locked(&lock);

	(void)held;
	return ++x;
}

static void walk(int how)
{
	int i;

	for (i = 0; i < 2; i++) {
		struct mutex *held __guard = locked(&lock);

		(void)held;
		x++;
		if (how == 0)
			continue;
		if (how == 1)
			break;
		if (how == 2)
			return;
		if (how == 3)
			goto out;
#ifdef TWICE
		mutex_unlock(&lock);
#endif
	}
out:
	mutex_lock(&lock);
	x--;
	mutex_unlock(&lock);
}

THREADS(t, 2, NULL)
{
#ifdef RETURN
	int seen = count();

	assert(seen > 0);
#else
	walk(nondet(0, 4));
#endif
}
