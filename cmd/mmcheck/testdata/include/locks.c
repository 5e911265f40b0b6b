// SPDX-License-Identifier: MIT
/*
 * locks: who holds a lock after each operation, and which calls are misuse?
 *
 * Result: holds
 * Result: WRONG=mutex_assert_held(&mutex): violated lock-misuse
 * Result: WRONG=mutex_unlock(&mutex): violated lock-misuse
 * Result: WRONG=spin_assert_held(&spins[1]): violated lock-misuse
 * Result: WRONG=spin_unlock(&spins[1]): violated lock-misuse
 * Result: WRONG=rwsem_assert_held(&sem): violated lock-misuse
 * Result: WRONG=rwsem_assert_held_write(&sem): violated lock-misuse
 * Result: WRONG=up_read(&sem): violated lock-misuse
 * Result: WRONG=up_write(&sem): violated lock-misuse
 * Result: WRONG=downgrade_write(&sem): violated lock-misuse
 * Result: WRONG=lockdep_assert_held(&spins[0]): violated lock-misuse
 * Result: WRONG=lockdep_assert_held(&mutex): violated lock-misuse
 * Result: WRONG=lockdep_assert_held(&sem): violated lock-misuse
 * Result: WRONG=lockdep_assert_held_write(&sem): violated lock-misuse
 * Result: WRONG=mutex_lock(&mutex);mutex_lock_nested(&mutex,1): violated lock-misuse
 * Result: WRONG=spin_lock(&spins[0]);might_sleep(): violated atomic-sleep
 * Result: WRONG=spin_lock(&spins[0]);down_read(&sem): violated atomic-sleep
 * Result: WRONG=spin_lock(&spins[0]): violated lock-leak
 * Result: WRONG=down_read_nested(&sem,1): violated lock-leak
 * Result: WRONG=down_write_nested(&sem,1): violated lock-leak
 * Result: WRONG=(void)down_read_killable(&sem): violated lock-leak
 * Result: WRONG=(void)down_write_killable(&sem): violated lock-leak
 * Result: CONTENDED: holds
 */

#include <linux/lockdep.h>
#include <linux/sched.h>
#include <mmcheck.h>

static DEFINE_MUTEX(mutex);
static DEFINE_SPINLOCK(spin);
static DECLARE_RWSEM(sem);
static spinlock_t spins[2];
static struct {
	struct mutex mutex;
	struct rw_semaphore sem;
} inside[2];

INIT
{
	spin_lock_init(&spins[1]);
	mutex_init(&inside[1].mutex);
	init_rwsem(&inside[1].sem);
}

#ifdef CONTENDED

static int owner, waited;

/* A lock says that somebody waits for it only if somebody may. */
THREADS(t, 2, NULL)
{
	down_write(&sem);
	owner++;
	assert(rwsem_is_locked(&sem));
	if (rwsem_is_contended(&sem))
		waited = 1;
	assert(owner == 1);
	owner--;
	downgrade_write(&sem);
	assert(!rwsem_is_contended(&sem) || READ_ONCE(waited) >= 0);
	up_read(&sem);
}

/* Of the trylocks that fail, somebody has the lock. */
THREAD(try, NULL)
{
	if (mutex_trylock(&mutex)) {
		assert(!spin_trylock(&spin) || (spin_unlock(&spin), 1));
		mutex_unlock(&mutex);
	}
	if (down_write_trylock(&sem)) {
		owner++;
		assert(owner == 1);
		owner--;
		up_write(&sem);
	}
}

#else

THREAD(t, NULL)
{
	int i = 1, turns = 0;

	assert(mutex_trylock(&inside[i].mutex) == 1 && !mutex_trylock(&inside[1].mutex));
	mutex_lock_nested(&inside[turns++].mutex, SINGLE_DEPTH_NESTING);
	assert(turns == 1 && lockdep_is_held(&inside[0].mutex));
	mutex_assert_held(&inside[0].mutex);
	lockdep_assert_held(&inside[i].mutex);
	mutex_unlock(&inside[1].mutex);
	mutex_unlock(&inside[0].mutex);
	assert(mutex_trylock(&inside[0].mutex) && !lockdep_is_held(&inside[1].mutex));
	mutex_unlock(&inside[0].mutex);

	assert(spin_trylock(&spins[i]) && !spin_trylock(&spins[1]));
	spin_lock_nested(&spins[i - 1], i);
	lockdep_assert_held(&spins[0]);
	spin_unlock(&spins[i - 1]);
	assert(!lockdep_is_held(&spins[0]) && lockdep_is_held(&spins[1]));
	spin_unlock(&spins[i]);

	assert(!rwsem_is_locked(&inside[i].sem) && !rwsem_is_contended(&inside[i].sem));
	down_read(&inside[i].sem);
	lockdep_assert_held(&inside[i].sem);
	assert(rwsem_is_locked(&inside[1].sem) && lockdep_is_held_type(&inside[i].sem, 1));
	assert(!lockdep_is_held_type(&inside[1].sem, 0) && !down_write_trylock(&inside[1].sem));
	up_read(&inside[i].sem);
	assert(down_read_trylock(&inside[1].sem) == 1);
	rwsem_assert_held(&inside[i].sem);
	up_read(&inside[1].sem);
	assert(down_write_trylock(&inside[1].sem) == 1 && !down_read_trylock(&inside[i].sem));
	lockdep_assert_held_write(&inside[i].sem);
	rwsem_assert_held_write(&inside[i].sem);
	downgrade_write(&inside[i].sem);
	assert(lockdep_is_held_type(&inside[1].sem, i));
	up_read(&inside[i].sem);
	assert(!down_read_killable(&inside[turns].sem) && turns++ == 1);
	rwsem_release(&inside[1].sem.dep_map, _RET_IP_);
	assert(!lockdep_is_held(&inside[1].sem) && rwsem_is_locked(&inside[1].sem));
	up_read_non_owner(&inside[i].sem);
	down_read_non_owner(&inside[i].sem);
	assert(!lockdep_is_held(&inside[1].sem) && rwsem_is_locked(&inside[1].sem));
	up_read_non_owner(&inside[i].sem);
	assert(!down_write_killable(&inside[--turns].sem) && turns == 1);
	rwsem_assert_held_write(&inside[1].sem);
	up_write(&inside[i].sem);
	down_read_nested(&inside[0].sem, 0);
	down_write_nested(&inside[i].sem, SINGLE_DEPTH_NESTING);
	assert(lockdep_is_held_type(&inside[1].sem, 0) && lockdep_is_held_type(&inside[0].sem, 1));
	up_write(&inside[1].sem);
	up_read(&inside[i - 1].sem);
#ifdef WRONG
	WRONG;
#endif
}

/* An annotation says who holds a lock that is written in C. */
THREAD(annotations, NULL)
{
	static struct lockdep_map maps[2];
	static int lock;

	WRITE_ONCE(lock, 1);
	rwsem_acquire(&maps[lock], 0, 0, _RET_IP_);
	assert(lockdep_is_held_type(&maps[1], 0) && !lockdep_is_held_type(&maps[1], 1));
	WRITE_ONCE(lock, 0);
	rwsem_release(&maps[lock + 1], _RET_IP_);
	assert(!lockdep_is_held(&maps[1]));
	WRITE_ONCE(lock, 1);
	rwsem_acquire_read(&maps[lock - 1], 0, 1, _RET_IP_);
	assert(lockdep_is_held_type(&maps[0], 1) && !lockdep_is_held_type(&maps[0], 0));
	WRITE_ONCE(lock, 0);
	rwsem_release(&maps[lock], _RET_IP_);
}

#endif
