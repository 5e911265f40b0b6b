// SPDX-License-Identifier: MIT
/*
 * entries: what may stand where a pointer stands?
 *
 * Result: holds
 */

#include <linux/err.h>
#include <linux/xarray.h>
#include <mmcheck.h>

struct node {
	long key;
};

struct other {
	long key;
};

static struct node node = { 5 };
static void *slot;

static struct node *find(long key)
{
	return key == 5 ? &node : ERR_PTR(key);
}

static struct other *find_other(long key)
{
	return ERR_CAST(find(key));
}

THREAD(values, NULL)
{
	slot = xa_mk_value(9);
	assert(xa_is_value(slot) && xa_to_value(slot) == 9);
	slot = xa_tag_pointer(&node, 3);
	assert(xa_pointer_tag(slot) == 3 && ((struct node *)xa_untag_pointer(slot))->key == 5);
	slot = find(5);
	assert(!xa_is_value(slot) && !xa_pointer_tag(slot));
}

THREAD(errors, NULL)
{
	assert(PTR_ERR_OR_ZERO(find(5)) == 0 && PTR_ERR_OR_ZERO(find(-22)) == -22);
	assert(IS_ERR(find_other(-2)) && PTR_ERR(find_other(-2)) == -2);
}
