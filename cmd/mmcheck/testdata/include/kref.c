// SPDX-License-Identifier: MIT
/*
 * kref: does kref_put() release what the last reference was to, and nothing before?
 *
 * Result: holds
 * Result: ONE_MORE: violated use-after-free
 * Result: LOST: violated leak
 */

#include <linux/kref.h>
#include <linux/slab.h>
#include <mmcheck.h>

struct object {
	int value;
	struct kref ref;
};

static struct object *object;
static struct kref fixed = KREF_INIT(1 + 1);
static int released, turns;

static struct object *next(void)
{
	turns++;
	return object;
}

static void release(struct kref *kref)
{
	released++;
	kfree(container_of(kref, struct object, ref));
}

static void keep(struct kref *kref)
{
	assert(kref == &fixed);
	released += 2;
}

THREAD(t, NULL)
{
	object = kzalloc(sizeof(*object), GFP_KERNEL);
	kref_init(&next()->ref);
	assert(kref_read(&object->ref) == 1 && turns == 1);
	kref_get(&next()->ref);
	assert(kref_get_unless_zero(&object->ref) && kref_read(&object->ref) == 3);
	assert(!kref_put(&next()->ref, release) && turns == 3);
	assert(!kref_put(&(turns ? object : NULL)->ref, release));
	assert(kref_read(&object->ref) == 1 && !released);
#ifndef LOST
	assert(kref_put(&object->ref, release) == 1 && released == 1);
#endif
#ifdef ONE_MORE
	kref_put(&object->ref, release);
#endif
	object = NULL;

	assert(!kref_put(&fixed, keep) && kref_put(&fixed, keep));
	assert(!kref_get_unless_zero(&fixed) && kref_read(&fixed) == 0);
#ifndef LOST
	assert(released == 3);
#endif
}
