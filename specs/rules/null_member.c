// SPDX-License-Identifier: MIT
/*
 * null_member: does a test for NULL find the address of a member of NULL?
 *
 * Only if the member is the first: NULL plus an offset is not NULL (MEMBER, SCALAR,
 * ELEMENT), nor is NULL less an offset, which container_of() makes of it (AROUND) and
 * IS_ERR() takes for an error. A use of either is one of NULL. FIRST asks for the
 * first member, BACK gets from the member to its struct again. An error pointer stays
 * one (ERROR). kfree() ignores NULL, and nothing else (FREE).
 *
 * Result: MEMBER: violated null-deref
 * Result: SCALAR: violated null-deref
 * Result: ELEMENT: violated null-deref
 * Result: AROUND: violated null-deref
 * Result: FREE: violated bad-free
 * Result: FIRST: holds
 * Result: BACK: holds
 * Result: ERROR: holds
 */

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <mmcheck.h>

struct key {
	int id;
};

struct node {
	struct key first;
	int weight[2];
	struct key key;
};

static struct node *tree;
static struct key *found;

THREAD(search, NULL)
{
	struct node *node = tree;

#if defined(MEMBER)
	struct key *key = &node->key;

	if (key)
		key->id = 1;
#elif defined(SCALAR)
	int *id = &node->key.id;

	if (id)
		*id = 1;
#elif defined(ELEMENT)
	int *weight = &node->weight[nondet(0, 1)];

	if (weight)
		*weight = 1;
#elif defined(AROUND)
	node = container_of(found, struct node, key);
	assert(IS_ERR(node));
	if (node)
		node->key.id = 1;
#elif defined(FREE)
	kfree(NULL);
	kfree(container_of(found, struct node, first));
	kfree(container_of(found, struct node, key));
#elif defined(FIRST)
	struct key *key = &node->first;
	int *id = &node->first.id;

	if (key)
		key->id = 1;
	if (id)
		*id = 1;
	assert(!container_of(found, struct node, first));
#elif defined(BACK)
	struct key *key = &node->key;
	int *id = &key->id;

	assert(key && id);
	assert(!container_of(key, struct node, key));
	assert(container_of(container_of(id, struct key, id), struct node, key) == tree);
	node = container_of(found, struct node, key);
	assert(node && &node->key == found && !&node->key);
#elif defined(ERROR)
	node = ERR_PTR(-ENOMEM);
	assert(IS_ERR(&node->first) && IS_ERR(&node->key) && PTR_ERR(node) == -ENOMEM);
#endif
	(void)node;
}
