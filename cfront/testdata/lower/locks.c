/* What a thread becomes that takes a lock and changes a field under it. */
/* SPDX-License-Identifier: MIT */

#include <linux/spinlock.h>
#include <mmcheck.h>

struct counter {
	spinlock_t lock;
	int value;
	struct counter *next;
};

static struct counter a, b = { .value = 2 };

INIT
{
	spin_lock_init(&a.lock);
	a.next = &b;
}

static inline int increment(struct counter *c, int by)
{
	int old;

	spin_lock(&c->lock);
	old = c->value;
	c->value = old + by;
	spin_unlock(&c->lock);
	return old;
}

THREADS(adder, 2, NULL)
{
	struct counter *c = a.next;

	if (increment(c, 3) > 2 && READ_ONCE(c->next))
		c->next->value++;
}

FINAL
{
	assert(b.value == 8);
}
