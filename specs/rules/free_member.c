// SPDX-License-Identifier: MIT
/*
 * free_member: may an object be freed by the address of one of its members?
 *
 * Only by that of the first, which is its own: a number (FIRST) or a struct (FIRST
 * STRUCT). The address of any other is none that the allocator gave out, whatever
 * is freed behind that (MEMBER, MEMBER STRUCT); nor is that of a variable (LOCAL). What
 * type the pointer has says nothing (OTHER).
 *
 * Result: FIRST: holds
 * Result: FIRST STRUCT: holds
 * Result: MEMBER: violated bad-free
 * Result: MEMBER STRUCT: violated bad-free
 * Result: LOCAL: violated bad-free
 * Result: OTHER: holds
 */

#include <linux/slab.h>
#include <mmcheck.h>

struct key {
	int id;
};

struct node {
#ifdef STRUCT
	struct key first, last;
#else
	int first;
	long last;
#endif
};

THREAD(t, NULL)
{
#ifdef LOCAL
	struct node n = { 0 };

	kfree(&n.first);
#else
	struct node *n = kzalloc(sizeof(*n), GFP_KERNEL);

#if defined(OTHER)
	struct key *k = (void *)n;

	kfree(k);
#elif defined(FIRST)
	kfree(&n->first);
#else
	kfree(&n->last);
	kfree(n);
#endif
#endif
}
