// SPDX-License-Identifier: MIT
/*
 * own_members: may a struct have a member of a spec's own by the name of one that it has with
 * another setting?
 *
 * Result: holds
 */

#define MM_MEMBERS_mm_struct	void *notifier_subscriptions;

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
}

THREAD(t, &mm)
{
	mmap_read_lock(&mm);
	assert(!mm.notifier_subscriptions);
	mmap_read_unlock(&mm);
}
