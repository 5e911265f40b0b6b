// SPDX-License-Identifier: MIT
/*
 * bit_spinlock: does a bit keep others out, and who has it from sleeping?
 *
 * Result: holds
 * Result: SLEEP: violated atomic-sleep
 * Result: KEEP: violated deadlock
 */

#include <linux/bit_spinlock.h>
#include <mmcheck.h>

static unsigned long word = 4;
static int users;

THREADS(t, 2, NULL)
{
	bit_spin_lock(1, &word);
	assert(bit_spin_is_locked(1, &word) && bit_spin_is_locked(2, &word));
	assert(++users == 1);
#ifdef SLEEP
	might_sleep();
#endif
	users--;
#ifndef KEEP
	bit_spin_unlock(1, &word);
#else
	preempt_enable();
#endif
	if (bit_spin_trylock(0, &word))
		__bit_spin_unlock(0, &word);
}
