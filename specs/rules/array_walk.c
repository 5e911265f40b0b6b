// SPDX-License-Identifier: MIT
/*
 * array_walk: how far may a pointer walk along an array?
 *
 * To the end, and one behind it if nothing is read there. The array lies in an object
 * that the other thread replaces: where nothing keeps it (LATE), a pointer to its
 * midst dies with it. BEYOND, END and BEFORE read outside, and what is farther than one
 * behind the end has no address (FAR); ASIDE subtracts pointers into
 * two arrays.
 *
 * Result: holds
 * Result: LATE: violated use-after-free
 * Result: BEYOND: violated assert
 * Result: END: violated assert
 * Result: FAR: violated assert
 * Result: BEFORE: violated assert
 * Result: ASIDE: violated assert
 */

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <mmcheck.h>

struct cell {
	int value;
};

struct batch {
	int nr;
	struct cell cells[3];
	struct cell *sorted[2];
};

static struct batch *current_batch;
static struct cell spare[2];
static DEFINE_MUTEX(lock);

static struct batch *fresh(int base)
{
	struct batch *b = kzalloc(sizeof(*b), GFP_KERNEL);
	struct cell *c;

	b->nr = 3;
	for (c = b->cells; c < b->cells + ARRAY_SIZE(b->cells); c++)
		c->value = base++;
	b->sorted[0] = &b->cells[2];
	b->sorted[1] = b->cells;
	return b;
}

INIT
{
	current_batch = fresh(1);
}

static int total(struct cell *c, int nr)
{
	int sum = 0;

	while (nr--)
		sum += c++->value;
	return sum;
}

THREAD(reader, NULL)
{
	struct batch *b;
	struct cell *c, **s;

	mutex_lock(&lock);
	b = current_batch;
	c = b->cells + 1;
	s = b->sorted;
	assert(c[1].value - c[-1].value == 2 && &c[1] - b->cells == 2);
	assert(s[0] - *(s + 1) == 2 && *s > s[1] && c-- != b->cells);
	assert(c == b->cells && total(c, b->nr) == c->value * 3 + 3);
#ifdef LATE
	mutex_unlock(&lock);
	c += 2;
	assert(READ_ONCE(c->value));
	return;
#endif
#ifdef BEYOND
	assert(total(c + 1, b->nr));
#endif
	for (s = b->sorted; s != &b->sorted[2]; s++)
		assert(*s < &b->cells[b->nr] && &b->cells[3] - c == b->nr);
#ifdef END
	c = &b->cells[b->nr];
	assert(READ_ONCE(c->value));
#endif
#ifdef FAR
	assert(&b->cells[b->nr + 1] > c);
#endif
#ifdef BEFORE
	assert(c[b->nr - 4].value);
#endif
#ifdef ASIDE
	assert(c - spare < 8);
#endif
	mutex_unlock(&lock);
}

THREAD(writer, NULL)
{
	mutex_lock(&lock);
	kfree(current_batch);
	current_batch = fresh(5);
	mutex_unlock(&lock);
}
