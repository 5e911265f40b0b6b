/* What pointers and numbers become. */
/* SPDX-License-Identifier: MIT */

#include <linux/slab.h>
#include <mmcheck.h>

struct item {
	struct item *next;
	unsigned char small;
	int many[3];
};

static struct item *list;
static int size;

static void bump(int *n, struct item **where)
{
	++*n;
	*where = NULL;
}

static void *zalloc(void)
{
	return kzalloc(sizeof(struct item), GFP_KERNEL);
}

THREAD(user, NULL)
{
	struct item *it = zalloc(), copy;
	int i, local = 1, *p;

	it->next = list;
	list = it;
	it->small += 300;
	for (i = 0; i < 3; i++)
		it->many[i] = size / (i + 1);
	p = nondet(0, 1) ? &size : &local;
	*p = 7;
	bump(&local, &it->next);
	copy = *it;
	if (copy.small == 44 || size < 3u)
		kfree(it);
}
