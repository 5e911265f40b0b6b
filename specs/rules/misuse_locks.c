// SPDX-License-Identifier: MIT
/*
 * misuse_locks: which calls on a lock or counter are wrong whoever else runs?
 *
 * Each variant makes one call that KEEP makes rightly: RW_UNLOCK, SPIN_UNLOCK
 * and FOREIGN give up what is not held, or is another thread's; ASSERT_W asserts
 * a write lock that is a read lock; READ_AGAIN asks for reading what is held for
 * writing; SEQ_END and SEQ_TWO end a write that was not begun, and begin one
 * within another; WAIT waits for a grace period in a read section; BELOW drops
 * a reference too many, PLAIN the last one with an operation that does not tell,
 * and FULL takes more references than can be counted.
 *
 * Result: KEEP: holds
 * Result: RW_UNLOCK: violated lock-misuse
 * Result: SPIN_UNLOCK: violated lock-misuse
 * Result: FOREIGN: violated lock-misuse
 * Result: ASSERT_W: violated lock-misuse
 * Result: READ_AGAIN: violated lock-misuse
 * Result: SEQ_END: violated lock-misuse
 * Result: SEQ_TWO: violated lock-misuse
 * Result: WAIT --property=rcu-misuse: violated rcu-misuse
 * Result: BELOW: violated refcount
 * Result: PLAIN: violated refcount
 * Result: FULL: violated refcount
 */

#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/rwsem.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>
#include <mmcheck.h>

static struct rw_semaphore sem;
static DEFINE_SPINLOCK(lock);
static seqcount_t seq;
static refcount_t refs, many;
static int x;
static bool held, done;

INIT
{
	init_rwsem(&sem);
	refcount_set(&refs, 2);
	refcount_set(&many, 1);
}

THREAD(user, NULL)
{
#ifdef ASSERT_W
	down_read(&sem);
	rwsem_assert_held_write(&sem);
	up_read(&sem);
#endif
#ifndef RW_UNLOCK
	down_write(&sem);
	rwsem_assert_held_write(&sem);
#endif
#ifdef READ_AGAIN
	down_read(&sem);
#endif
	up_write(&sem);
	down_read(&sem);
	up_read(&sem);

#ifdef FOREIGN
	WAIT_UNTIL(held);
#elif !defined(SPIN_UNLOCK)
	spin_lock(&lock);
#endif
#if !defined(FOREIGN) && !defined(SPIN_UNLOCK)
#ifndef SEQ_END
	write_seqcount_begin(&seq);
#endif
#ifdef SEQ_TWO
	write_seqcount_begin(&seq);
#endif
	x++;
	write_seqcount_end(&seq);
#endif
	spin_unlock(&lock);
	done = true;

	rcu_read_lock();
#ifdef WAIT
	synchronize_rcu();
#endif
	rcu_read_unlock();
	synchronize_rcu();

	refcount_inc(&refs);
	refcount_dec(&refs);
	if (refcount_dec_and_test(&refs))
		x = 0;
#ifdef BELOW
	if (refcount_dec_and_test(&refs))
		x = 0;
	if (refcount_dec_and_test(&refs))
		x = 0;
#endif
#ifdef PLAIN
	refcount_dec(&refs);
#endif
#ifdef FULL
	refcount_add(REFCOUNT_MAX, &many);
#else
	refcount_inc(&many);
#endif
}

THREAD(other, NULL)
{
#ifndef SPIN_UNLOCK
	spin_lock(&lock);
#endif
	held = true;
	write_seqcount_begin(&seq);
	x++;
	write_seqcount_end(&seq);
#ifdef FOREIGN
	WAIT_UNTIL(done);
#endif
#ifndef SPIN_UNLOCK
	spin_unlock(&lock);
#endif
}
