// SPDX-License-Identifier: MIT
/*
 * use_after_free: does the lock cover the use, or only the lookup?
 *
 * A slot hangs on a global pointer that a mutex protects. BREAK reads the
 * pointer under the mutex and follows it afterwards. KEEP follows it inside.
 *
 * Result: BREAK: violated use-after-free
 * Result: KEEP: holds, 20 states
 */

#include <linux/mutex.h>
#include <linux/slab.h>
#include <mmcheck.h>

struct mm_slot {
	int scanned;
};

static struct mutex slots_mutex;
static struct mm_slot *slot;

INIT
{
	mutex_init(&slots_mutex);
	slot = kzalloc(sizeof(*slot), GFP_KERNEL);
}

THREAD(scan, NULL)
{
	struct mm_slot *s;

	mutex_lock(&slots_mutex);
	s = slot;
#ifdef KEEP
	if (s)
		s->scanned = 1;
#endif
	mutex_unlock(&slots_mutex);
#ifdef BREAK
	if (s)
		s->scanned = 1;
#endif
}

THREAD(exit, NULL)
{
	struct mm_slot *s;

	mutex_lock(&slots_mutex);
	s = slot;
	slot = NULL;
	mutex_unlock(&slots_mutex);
	kfree(s);
}
