// SPDX-License-Identifier: MIT
/*
 * member_pointer: does a pointer to an int in an object die with the object?
 *
 * Yes: it is a pointer into the object as any other. A reader keeps a pointer to
 * a member of a config (MEMBER), to an element of an array in it (ELEMENT), or lets
 * another struct keep it (STORED), and drops the lock before it uses it. KEEP uses it
 * first. LIST walks a list by pointers to its links, and drops the lock in between.
 *
 * As long as the config is linked nowhere else, such a pointer keeps it from being
 * lost: container_of() finds the way back (ROOT). LOST overwrites the pointer.
 *
 * Result: MEMBER: violated use-after-free
 * Result: ELEMENT: violated use-after-free
 * Result: STORED: violated use-after-free
 * Result: MEMBER KEEP: holds
 * Result: ELEMENT KEEP: holds
 * Result: STORED KEEP: holds
 * Result: LIST: violated use-after-free
 * Result: LIST KEEP: holds
 * Result: ROOT: holds
 * Result: ROOT LOST: violated leak
 */

#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <mmcheck.h>

struct config {
	int id;
	int limit[2];
	bool strict;
	struct config *next;
};

struct cursor {
	bool *strict;
};

static struct config *configs;
static struct cursor cursor;
static int *current_limit;
static spinlock_t lock;

INIT
{
	struct config *first = kzalloc(sizeof(*first), GFP_KERNEL);

	spin_lock_init(&lock);
#ifdef LIST
	first->next = kzalloc(sizeof(*first), GFP_KERNEL);
	first->next->id = 1;
#endif
	configs = first;
}

#if defined(ROOT)

THREAD(keep, NULL)
{
	current_limit = &configs->limit[1];
	configs = NULL;
#ifdef LOST
	current_limit = NULL;
#else
	assert(container_of(current_limit, struct config, limit[1])->id == 0);
#endif
}

#elif defined(LIST)

/* Takes the config with that id off the list. */
THREAD(remove, NULL)
{
	struct config **link = &configs, *found;

	spin_lock(&lock);
	while (*link && (*link)->id != 1)
		link = &(*link)->next;
#ifndef KEEP
	spin_unlock(&lock);
	spin_lock(&lock);
#endif
	found = *link;
	if (found)
		*link = found->next;
	spin_unlock(&lock);
	kfree(found);
}

#else

THREAD(reader, NULL)
{
	int *limit = NULL;
	bool *strict;

	spin_lock(&lock);
	if (configs) {
#ifdef ELEMENT
		limit = &configs->limit[nondet(0, 1)];
#else
		limit = &configs->id;
#endif
		cursor.strict = &configs->strict;
	}
	strict = cursor.strict;
#ifndef KEEP
	spin_unlock(&lock);
#endif
#ifdef STORED
	if (strict)
		WRITE_ONCE(*strict, true);
#else
	if (limit)
		WRITE_ONCE(*limit, 3);
#endif
#ifdef KEEP
	spin_unlock(&lock);
#endif
	(void)limit, (void)strict;
}

#endif

#ifndef ROOT
THREAD(shrink, NULL)
{
	struct config *first;

	spin_lock(&lock);
	first = configs;
	if (first)
		configs = first->next;
	spin_unlock(&lock);
	kfree(first);
}
#endif
