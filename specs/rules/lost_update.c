// SPDX-License-Identifier: MIT
/*
 * lost_update: do two increments add up?
 *
 * An increment is a load and a store. Without a lock the two threads may load
 * the same value (BREAK). The question is asked at the end, in FINAL. ATOMIC
 * makes the increment one step, as an atomic operation would.
 *
 * Result: BREAK: violated assert
 * Result: KEEP: holds, 18 states
 * Result: ATOMIC_INC: holds, 6 states
 */

#include <linux/spinlock.h>
#include <mmcheck.h>

static spinlock_t lock;
static int map_count;

INIT
{
	spin_lock_init(&lock);
}

THREADS(count, 2, NULL)
{
#if defined(KEEP)
	spin_lock(&lock);
	map_count++;
	spin_unlock(&lock);
#elif defined(ATOMIC_INC)
	ATOMIC {
		map_count++;
	}
#else
	map_count++;
#endif
}

FINAL
{
	assert(map_count == 2);
}
