// SPDX-License-Identifier: MIT
/*
 * rculist: do lists that readers walk meanwhile hold what was put on them?
 *
 * Result: holds
 */

#include <linux/rculist.h>
#include <mmcheck.h>

struct item {
	int v;
	struct list_head link;
	struct hlist_node node;
};

static struct list_head items;
static HLIST_HEAD(buckets);
static struct item a = { .v = 1 }, b = { .v = 2 }, c = { .v = 3 }, d = { .v = 4 };

static int ring(void)
{
	struct item *pos;
	int n = 0, again = 0;

	list_for_each_entry_rcu(pos, &items, link, 1)
		n = 10 * n + pos->v;
	list_for_each_entry_lockless(pos, &items, link)
		again = 10 * again + pos->v;
	assert(again == n);
	return n;
}

static int chain(void)
{
	struct item *pos;
	int n = 0, again = 0;

	hlist_for_each_entry_rcu(pos, &buckets, node)
		n = 10 * n + pos->v;
	hlist_for_each_entry_srcu(pos, &buckets, node, 1)
		again++;
	return n + 0 * again;
}

THREAD(t, NULL)
{
	struct item *pos;
	int n = 0;

	INIT_LIST_HEAD_RCU(&items);
	assert(!list_first_or_null_rcu(&items, struct item, link));
	list_add_rcu(&b.link, &items);
	list_add_rcu(&a.link, &items);
	list_add_tail_rcu(&c.link, &items);
	assert(ring() == 123 && list_entry_rcu(items.next, struct item, link) == &a);
	assert(list_first_or_null_rcu(&items, struct item, link) == &a);
	assert(list_next_or_null_rcu(&items, &a.link, struct item, link) == &b);
	assert(!list_next_or_null_rcu(&items, &c.link, struct item, link) && list_next_rcu(&items) == &a.link);
	pos = &a;
	list_for_each_entry_continue_rcu(pos, &items, link)
		n += pos->v;
	pos = &b;
	list_for_each_entry_from_rcu(pos, &items, link)
		n += pos->v;
	list_for_each_entry_srcu(pos, &items, link, 1)
		n++;
	assert(n == 13);
	list_replace_rcu(&b.link, &d.link);
	assert(ring() == 143);
	list_del_rcu(&d.link);
	assert(ring() == 13 && d.link.next == &c.link);

	hlist_add_head_rcu(&b.node, &buckets);
	hlist_add_before_rcu(&a.node, &b.node);
	hlist_add_behind_rcu(&c.node, &b.node);
	assert(chain() == 123 && hlist_first_rcu(&buckets) == &a.node && hlist_next_rcu(&a.node) == &b.node);
	hlist_replace_rcu(&b.node, &d.node);
	assert(chain() == 143);
	hlist_del_rcu(&d.node);
	hlist_del_init_rcu(&a.node);
	assert(chain() == 3 && hlist_unhashed(&a.node) && !hlist_unhashed(&d.node));
}
