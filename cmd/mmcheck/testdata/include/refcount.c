// SPDX-License-Identifier: MIT
/*
 * refcount: what do the operations on counts of references do, and which of them
 * complain?
 *
 * Result: holds
 * Result: TWO: holds
 * Result: WRONG=refcount_inc(&zero): violated refcount
 * Result: WRONG=refcount_add(2,&zero): violated refcount
 * Result: WRONG=refcount_dec(&one): violated refcount
 * Result: WRONG=refcount_dec_and_test(&zero): violated refcount
 * Result: WRONG=refcount_sub_and_test(2,&one): violated refcount
 * Result: WRONG=get_file(&unused): violated refcount
 */

#include <linux/fs.h>
#include <linux/refcount.h>
#include <mmcheck.h>

static refcount_t zero, one = REFCOUNT_INIT(1), r = REFCOUNT_INIT(1 + 1);
static DEFINE_SPINLOCK(spin);
static DEFINE_MUTEX(mutex);

#ifdef TWO

/* Of two who drop a reference one has the lock with the last one. */
static refcount_t a = REFCOUNT_INIT(2), b = REFCOUNT_INIT(2);
static atomic_t c = ATOMIC_INIT(2);
static int last[3];

static void put_all(bool put_a, bool put_b, bool put_c)
{
	if (put_a && refcount_dec_and_lock(&a, &spin)) {
		last[0]++;
		spin_unlock(&spin);
	}
	if (put_b && refcount_dec_and_mutex_lock(&b, &mutex)) {
		last[1]++;
		mutex_unlock(&mutex);
	}
	if (put_c && atomic_dec_and_lock(&c, &spin)) {
		last[2]++;
		spin_unlock(&spin);
	}
}

THREADS(put, 2, NULL)
{
	put_all(true, true, true);
}

/* Comes when one seems to be the last. */
THREAD(look, NULL)
{
	switch (nondet(0, 2)) {
	case 0:
		put_all(refcount_inc_not_zero(&a), false, false);
		break;
	case 1:
		put_all(false, refcount_inc_not_zero(&b), false);
		break;
	default:
		put_all(false, false, atomic_inc_not_zero(&c));
	}
}

FINAL
{
	assert(last[0] == 1 && last[1] == 1 && last[2] == 1);
	assert(!refcount_read(&a) && !refcount_read(&b) && !atomic_read(&c));
}

#else

static struct file unused __maybe_unused;
static int turns;

static refcount_t *it(void)
{
	turns++;
	return &r;
}

THREAD(t, NULL)
{
	int old = 5, n = 1;

	assert(refcount_read(it()) == 2 && turns == 1);
	refcount_inc(it());
	refcount_add(n + 1, it());
	assert(turns == 3 && refcount_read(&r) == 5);
	refcount_dec(it());
	assert(!refcount_sub_and_test(n + 2, &r) && refcount_read(&r) == 1);
	assert(refcount_inc_not_zero(it()) && refcount_inc_not_zero_acquire(it()));
	assert(turns == 6 && refcount_add_not_zero(n + n, &r) && refcount_read(&r) == 5);
	assert(!refcount_dec_if_one(&r) && refcount_dec_not_one(&r));
	refcount_set(it(), n - 2 + 2);
	assert(!refcount_dec_not_one(&r) && refcount_dec_if_one(&r));
	assert(!refcount_inc_not_zero(&r) && !refcount_add_not_zero(n, &r));

	assert(!__refcount_inc_not_zero_limited_acquire(it(), &old, 3) && old == 0);
	refcount_set_release(&r, n);
	assert(__refcount_inc_not_zero_limited_acquire(&r, &old, n + 2) && old == 1);
	assert(__refcount_inc_not_zero_limited_acquire(&r, &old, REFCOUNT_MAX) && old == 2);
	assert(!__refcount_inc_not_zero_limited_acquire(&r, &old, 3) && old == 3);
	assert(refcount_read(&r) == 3);
	assert(!__refcount_dec_and_test(&r, &old) && old == 3);
	assert(!__refcount_dec_and_test(&r, &old) && old == 2);
	assert(__refcount_dec_and_test(it(), &old) && old == 1);
#ifdef WRONG
	WRONG;
#endif
}

THREAD(locked, NULL)
{
	static refcount_t s = REFCOUNT_INIT(2);
	static atomic_t v = ATOMIC_INIT(2);

	assert(!refcount_dec_and_lock(&s, &spin));
	assert(refcount_dec_and_lock(&s, &spin));
	spin_assert_held(&spin);
	spin_unlock(&spin);
	refcount_set(&s, 2);
	assert(!refcount_dec_and_mutex_lock(&s, &mutex));
	assert(refcount_dec_and_mutex_lock(&s, &mutex));
	mutex_assert_held(&mutex);
	mutex_unlock(&mutex);
	assert(!atomic_dec_and_lock(&v, &spin));
	assert(atomic_dec_and_lock(&v, &spin) == 1);
	spin_assert_held(&spin);
	spin_unlock(&spin);
}

#endif
