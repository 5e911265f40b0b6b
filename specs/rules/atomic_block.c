// SPDX-License-Identifier: MIT
/*
 * atomic_block: may a lock be taken inside ATOMIC?
 *
 * ATOMIC makes one step of what stands in it. A step cannot wait: the lock must be
 * free whenever it is reached (KEEP), or else that is an error of the spec (BREAK).
 *
 * Result: BREAK: violated assert
 * Result: KEEP: holds
 */

#include <linux/spinlock.h>
#include <mmcheck.h>

static spinlock_t lock, other;
static int count;

THREAD(step, NULL)
{
	ATOMIC {
		spin_lock(&lock);
		count++;
		spin_unlock(&lock);
	}
}

THREAD(holder, NULL)
{
#ifdef BREAK
	spin_lock(&lock);
	spin_unlock(&lock);
#else
	spin_lock(&other);
	spin_unlock(&other);
#endif
}
