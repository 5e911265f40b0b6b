// SPDX-License-Identifier: MIT
/*
 * atomic: what do the operations on counters do, and what do they return?
 *
 * Result: holds
 * Result: LONG: holds
 * Result: RACE: holds
 */

#include <asm/barrier.h>
#include <linux/atomic.h>
#include <mmcheck.h>

#ifdef LONG
#define COUNT(op)	atomic_long_##op
#define COUNT_INIT(i)	ATOMIC_LONG_INIT(i)
typedef atomic_long_t count_t;
typedef long number;
#define BIG	0x100000000L
#else
#define COUNT(op)	atomic_##op
#define COUNT_INIT(i)	ATOMIC_INIT(i)
typedef atomic_t count_t;
typedef int number;
#define BIG	0x1000
#endif

#ifdef RACE

static atomic_t sum, firsts, lasts;

THREADS(add, 2, NULL)
{
	atomic_inc(&sum);
	atomic_add(2, &sum);
	if (atomic_cmpxchg(&firsts, 0, 1) == 0)
		atomic_inc(&firsts);
	if (atomic_xchg(&lasts, 1))
		atomic_add_return(1, &lasts);
}

FINAL
{
	assert(atomic_read(&sum) == 6);
	assert(atomic_read(&firsts) == 2);
	assert(atomic_read(&lasts) == 2);
}

#else

static count_t a = COUNT_INIT(BIG + 1), b[2];
static int turns;

static count_t *second(void)
{
	return &b[turns++ ? 1 : 1];
}

THREAD(values, NULL)
{
	number n = 1;

	assert(COUNT(read)(&a) == BIG + 1);
	COUNT(set)(second(), n + 4);
	assert(turns == 1 && COUNT(read)(second()) == 5 && COUNT(read)(&b[0]) == 0);
	COUNT(inc)(&b[1]);			/* 6 */
	COUNT(dec)(&b[n]);			/* 5 */
	COUNT(add)(n + n, &b[1]);		/* 7 */
	COUNT(sub)(n + 2, &b[1]);		/* 4 */
	assert(COUNT(read)(&b[n]) == 4);
	assert(COUNT(inc_return)(&b[1]) == 5);
	assert(COUNT(dec_return)(&b[1]) == 4);
	assert(COUNT(add_return)(n + 2, &b[1]) == 7);
	assert(COUNT(sub_return)(n + 1, &b[1]) == 5);
	assert(COUNT(fetch_inc)(&b[1]) == 5);
	assert(COUNT(fetch_dec)(&b[1]) == 6);
	assert(COUNT(fetch_add)(-n - 2, &b[1]) == 5);
	assert(COUNT(read)(&b[1]) == 2);
	assert(COUNT(xchg)(&b[1], n + BIG) == 2);
	assert(COUNT(cmpxchg)(&b[1], n, 7) == BIG + 1 && COUNT(read)(&b[1]) == BIG + 1);
	assert(COUNT(cmpxchg)(&b[1], BIG + n, n - 2) == BIG + 1 && COUNT(read)(&b[1]) == -1);
}

THREAD(tests, NULL)
{
	static count_t c = COUNT_INIT(-1);
	number n = 1;

	assert(COUNT(inc_and_test)(&c));	/* 0 */
	assert(!COUNT(inc_and_test)(&c));	/* 1 */
	assert(COUNT(dec_and_test)(&c));	/* 0 */
	assert(!COUNT(inc_not_zero)(&c));
	assert(!COUNT(dec_and_test)(&c));	/* -1 */
	assert(!COUNT(sub_and_test)(n + 1, &c));/* -3 */
	assert(COUNT(sub_and_test)(-2 - n, &c));/* 0 */
	COUNT(set)(&c, 3);
	assert(COUNT(inc_not_zero)(&c));	/* 4 */
	assert(!COUNT(add_unless)(&c, 1, n + 3));
	assert(COUNT(add_unless)(&c, n - 3, 5) && COUNT(read)(&c) == 2);
}

/* Barriers are no steps, and take part in nothing. */
THREAD(barriers, NULL)
{
	static int data[2];
	int i = 0;

	barrier();
	smp_mb();
	smp_rmb();
	smp_wmb();
	smp_mb__before_atomic();
	smp_mb__after_atomic();
	smp_store_release(&data[i++], 4 + (int)sizeof(char));
	assert(i == 1 && smp_load_acquire(&data[i - 1]) == 5);
	smp_store_mb(data[i], data[i - 1] + 1);
	assert(READ_ONCE(data[1]) == 6);
}

#endif
