// SPDX-License-Identifier: MIT
/*
 * atomic: what do the operations on counters do, and what do they return?
 *
 * Result: holds
 * Result: LONG: holds
 * Result: WIDE: holds
 * Result: RACE: holds
 * Result: WORDS: holds
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
#elif defined(WIDE)
#define COUNT(op)	atomic64_##op
#define COUNT_INIT(i)	ATOMIC64_INIT(i)
typedef atomic64_t count_t;
typedef s64 number;
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

#elif defined(WORDS)

struct item {
	int v;
};

static unsigned long word, moved;
static struct item one = { 1 }, two = { 2 }, *chosen;
static int looked;

static unsigned long *named(void)
{
	looked++;
	return &word;
}

THREADS(count, 2, NULL)
{
	unsigned long old = READ_ONCE(word);
	struct item *was;

	while (!try_cmpxchg(&word, &old, old + 1))
		;
	if (cmpxchg(&chosen, NULL, &one) == NULL)
		moved = 1;
	was = xchg_acquire(&chosen, &two);
	assert(was->v == 1 || was == &two);
}

FINAL
{
	unsigned long old = 3;
	struct item *p = &one;

	assert(word == 2 && moved && chosen == &two);
	assert(!try_cmpxchg_relaxed(named(), &old, 7UL) && looked == 1 && old == 2 && word == 2);
	assert(try_cmpxchg(named(), &old, 7UL) && looked == 2 && old == 2 && word == 7);
	assert(cmpxchg_release(named(), 7, old + 1) == 7 && looked == 3 && word == 3);
	assert(xchg(named(), 9) == 3 && looked == 4 && word == 9);
	assert(!try_cmpxchg(&chosen, &p, NULL) && p == &two);
	assert(try_cmpxchg(&chosen, &p, NULL) && !chosen);
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
	assert(COUNT(fetch_add_unless)(&c, n, 2) == 2 && COUNT(fetch_add_unless)(&c, n + 1, 7) == 2);	/* 4 */
	assert(!COUNT(add_negative)(-3 - n, &c));	/* 0 */
	assert(COUNT(dec_if_positive)(&c) == -1 && COUNT(read)(&c) == 0);
	assert(COUNT(dec_unless_positive)(&c) && !COUNT(inc_unless_negative)(&c));	/* -1 */
	assert(COUNT(add_negative)(-n, &c));	/* -2 */
	COUNT(set_release)(&c, 2);
	assert(COUNT(dec_if_positive)(&c) == 1 && COUNT(read_acquire)(&c) == 1);
	assert(!COUNT(dec_unless_positive)(&c) && COUNT(inc_unless_negative)(&c));	/* 2 */
}

THREAD(bits, NULL)
{
	static count_t c = COUNT_INIT(5);
	number n = 1, was = 4;

	COUNT(or)(n + 1, &c);				/* 7 */
	COUNT(andnot)(n, &c);				/* 6 */
	COUNT(and)(n + 4, &c);				/* 4 */
	COUNT(xor)(BIG | 1, &c);			/* BIG + 5 */
	assert(COUNT(fetch_and)(7, &c) == BIG + 5);	/* 5 */
	assert(COUNT(fetch_or_relaxed)(2, &c) == 5);	/* 7 */
	assert(COUNT(fetch_andnot)(1, &c) == 7);	/* 6 */
	assert(COUNT(fetch_xor)(-1, &c) == 6 && COUNT(read)(&c) == -7);
	assert(COUNT(fetch_sub)(-n, &c) == -7);		/* -6 */
	assert(!COUNT(try_cmpxchg)(&c, &was, n) && was == -6);
	assert(COUNT(try_cmpxchg_acquire)(&c, &was, n) && was == -6 && COUNT(read)(&c) == 1);
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
