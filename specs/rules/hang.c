// SPDX-License-Identifier: MIT
/*
 * hang: when do threads that spin, or wait beside others that go on, hang?
 *
 * When whatever happens they neither end nor change anything: two that spin for
 * each other's lock (LOCKS, with trylocks TRYLOCKS), also if their own code never
 * ends (LOCKS FOREVER); one that spins for a flag that nobody sets, looking at it
 * plainly (FLAG) or with a lock held (FLAG LOCKED); one that sleeps while another
 * one works for ever (SLEEP).
 *
 * No party is who works for ever (WORK), nor who has nothing to do in a loop that
 * was made to go on for ever (POLL). While something can still end the wait, it is
 * none: the flag may be set (FLAG SET), the lock is given up on the way (LOCKS
 * BACKOFF), both are taken in one order (LOCKS ORDER). If the flag is set on one of
 * two ways only, the other one hangs (FLAG SET MAYBE).
 *
 * Result: LOCKS: violated deadlock
 * Result: TRYLOCKS: violated deadlock
 * Result: LOCKS FOREVER: violated deadlock
 * Result: LOCKS ORDER: holds
 * Result: LOCKS BACKOFF: holds
 * Result: FLAG: violated deadlock
 * Result: FLAG LOCKED: violated deadlock
 * Result: FLAG SET: holds
 * Result: FLAG SET MAYBE: violated deadlock
 * Result: SLEEP: violated deadlock
 * Result: WORK: holds
 * Result: POLL: holds
 */

#include <linux/atomic.h>
#include <linux/spinlock.h>
#include <mmcheck.h>

#if defined(LOCKS) || defined(TRYLOCKS)

#ifdef TRYLOCKS
static spinlock_t a, b;
#define try_lock(l)	spin_trylock(l)
#define unlock(l)	spin_unlock(l)
#else
static atomic_t a, b;
#define try_lock(l)	(!atomic_cmpxchg(l, 0, 1))
#define unlock(l)	atomic_set(l, 0)
#endif
#define lock(l)		do { } while (!try_lock(l))

#ifdef FOREVER
#define TURNS		for (;;)
#else
#define TURNS
#endif

THREAD(one, NULL)
{
	TURNS {
		lock(&a);
		lock(&b);
		unlock(&b);
		unlock(&a);
	}
}

THREAD(two, NULL)
{
#if defined(ORDER)
	lock(&a);
	lock(&b);
	unlock(&b);
	unlock(&a);
#elif defined(BACKOFF)
	for (;;) {
		lock(&b);
		if (try_lock(&a))
			break;
		unlock(&b);
	}
	unlock(&a);
	unlock(&b);
#else
	TURNS {
		lock(&b);
		lock(&a);
		unlock(&a);
		unlock(&b);
	}
#endif
}

#else

static int flag, work;
static spinlock_t flag_lock __maybe_unused;

#if defined(FLAG) || defined(SLEEP)
static bool ready(void)
{
	bool set;

#ifdef LOCKED
	spin_lock(&flag_lock);
#endif
	set = READ_ONCE(flag);
#ifdef LOCKED
	spin_unlock(&flag_lock);
#endif
	return set;
}

THREAD(wait, NULL)
{
#ifdef SLEEP
	WAIT_UNTIL(READ_ONCE(flag));
#else
	while (!ready())
		;
#endif
}
#endif

#if defined(WORK) || defined(SLEEP)
THREAD(worker, NULL)
{
	for (;;)
		WRITE_ONCE(work, !READ_ONCE(work));
}
#elif defined(POLL)
THREAD(poll, NULL)
{
	for (;;) {
		if (READ_ONCE(work))
			WRITE_ONCE(work, 0);
	}
}

THREAD(ask, NULL)
{
	WRITE_ONCE(work, 1);
}
#elif defined(SET)
THREAD(set, NULL)
{
#ifdef MAYBE
	if (nondet(0, 1))
		return;
#endif
	WRITE_ONCE(flag, 1);
}
#endif

#endif
