// SPDX-License-Identifier: MIT
/*
 * free_member: may an object be freed by the address of one of its members?
 *
 * Only by that of the first, which is its own: a number (FIRST) or a struct (FIRST
 * STRUCT). The address of any other is none that the allocator gave out, whatever
 * is freed behind that (MEMBER, MEMBER STRUCT); nor is that of a variable (LOCAL). What
 * type the pointer has says nothing (OTHER), nor where it was kept meanwhile: a callback
 * is given the rcu_head, and that may be the first member (CALLBACK) or not (CALLBACK LAST).
 *
 * Result: FIRST: holds
 * Result: FIRST STRUCT: holds
 * Result: MEMBER: violated bad-free
 * Result: MEMBER STRUCT: violated bad-free
 * Result: LOCAL: violated bad-free
 * Result: OTHER: holds
 * Result: CALLBACK: holds
 * Result: CALLBACK LAST: violated bad-free
 */

#include <linux/rcupdate.h>
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

struct request {
#ifdef LAST
	int id;
#endif
	struct rcu_head rcu;
};

static void __maybe_unused free_request(struct rcu_head *head)
{
	kfree(head);
}

THREAD(t, NULL)
{
#if defined(CALLBACK)
	struct request *r = kzalloc(sizeof(*r), GFP_KERNEL);

	call_rcu(&r->rcu, free_request);
#elif defined(LOCAL)
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
