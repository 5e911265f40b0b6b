// SPDX-License-Identifier: MIT
#include <linux/mm.h>

struct tally {
	raw_spinlock_t lock;
	unsigned long count;
	struct {
		int high;
		int low;
	} marks;
};

static struct tally boot_tally;

unsigned long tally_add(struct tally *t, unsigned long n)
{
	unsigned long flags, now;

	raw_spin_lock_irqsave(&t->lock, flags);
	t->count += n;
	now = t->count;
	raw_spin_unlock_irqrestore(&t->lock, flags);
	return now;
}

void tally_mark(struct tally *t)
{
	raw_spin_lock(&t->lock);
	if (t->marks.high < 10)
		t->marks.high++;
	raw_spin_unlock(&t->lock);
}

unsigned long tally_boot(void)
{
	unsigned long count = READ_ONCE(boot_tally.count);

	return count + tally_extra();
}

/* A bug: released with the wrong call. */
void tally_drop(struct tally *t)
{
	raw_spin_lock(&t->lock);
	t->count = 0;
}
