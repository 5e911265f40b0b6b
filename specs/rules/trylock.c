// SPDX-License-Identifier: MIT
/*
 * trylock: can a read trylock fail while only a reader holds the lock?
 *
 * Yes, as soon as a writer waits. The first reader holds the lock all the
 * time; BREAK takes for granted that a second reader gets it too. Without the
 * writer (BREAK NO_WRITER) it does. KEEP has a way to go when it fails.
 *
 * Result: BREAK: violated assert
 * Result: BREAK NO_WRITER: holds, 9 states
 * Result: KEEP: holds, 30 states
 */

#include <linux/rwsem.h>
#include <mmcheck.h>

static struct rw_semaphore sem;
static bool held, tried;

INIT
{
	init_rwsem(&sem);
}

THREAD(reader, NULL)
{
	down_read(&sem);
	held = true;
	WAIT_UNTIL(tried);
	up_read(&sem);
}

THREAD(second_reader, NULL)
{
	int ok;

	WAIT_UNTIL(held);
	ok = down_read_trylock(&sem);
#ifdef BREAK
	assert(ok);
#endif
	if (ok)
		up_read(&sem);
	tried = true;
}

#ifndef NO_WRITER
THREAD(writer, NULL)
{
	down_write(&sem);
	up_write(&sem);
}
#endif
