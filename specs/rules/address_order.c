// SPDX-License-Identifier: MIT
/*
 * address_order: may locks be taken in the order of their addresses?
 *
 * Yes: which of two objects lies lower is not known, but it does not change. Two of
 * three accounts are locked by each thread. CALLER locks in the order of the
 * arguments. NUMBER compares the addresses as integers. HALF forgets one pair. GUESS
 * takes it for granted that a static object lies below another one. HEAP has the
 * accounts allocated. CYCLE asserts that the order of three objects has no circle.
 *
 * Result: holds
 * Result: NUMBER: holds
 * Result: HEAP: holds
 * Result: CALLER: violated deadlock
 * Result: HALF: violated deadlock
 * Result: GUESS: violated assert
 * Result: CYCLE: holds
 */

#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <mmcheck.h>

struct account {
	struct mutex lock;
	int sum;
};

MM_POOL(account, 3);

#ifdef HEAP
static struct account *a, *b, *c;

static struct account *open_account(void)
{
	struct account *x = kzalloc(sizeof(*x), GFP_KERNEL);

	mutex_init(&x->lock);
	x->sum = 1;
	return x;
}

INIT
{
	a = open_account();
	b = open_account();
	c = open_account();
}

#define A a
#define B b
#define C c
#else
static struct account first = { .sum = 1 }, second = { .sum = 1 }, third = { .sum = 1 };

INIT
{
	mutex_init(&first.lock);
	mutex_init(&second.lock);
	mutex_init(&third.lock);
}

#define A &first
#define B &second
#define C &third
#endif

static bool swapped(struct account *x, struct account *y)
{
#if defined(CALLER)
	return false;
#elif defined(HALF)
	return y != A && x > y;
#elif defined(NUMBER)
	return (unsigned long)x > (unsigned long)y;
#else
	return x > y;
#endif
}

static void transfer(struct account *from, struct account *to)
{
	bool swap = swapped(from, to);
	struct account *low = swap ? to : from, *high = swap ? from : to;

	mutex_lock(&low->lock);
	mutex_lock_nested(&high->lock, SINGLE_DEPTH_NESTING);
	from->sum--;
	to->sum++;
	mutex_unlock(&high->lock);
	mutex_unlock(&low->lock);
}

THREAD(one, NULL)
{
#ifdef GUESS
	assert(A < B);
#endif
#ifdef CYCLE
	if (A < B && B < C)
		assert(A < C && C > A && !(C <= B));
	return;
#endif
	transfer(A, B);
}

THREAD(two, NULL)
{
#ifdef CYCLE
	if (B >= C && C >= A)
		assert(B > A);
	return;
#endif
	transfer(B, C);
}

THREAD(three, NULL)
{
#ifndef CYCLE
	transfer(C, A);
#endif
}

FINAL
{
	assert((A)->sum + (B)->sum + (C)->sum == 3);
}
