// SPDX-License-Identifier: MIT
/*
 * list: do lists hold what was put on them, in this order, and is it said when what
 * a loop leaves behind the last entry is taken for an entry?
 *
 * Result: holds
 * Result: BEHIND: violated null-deref
 * Result: FIRST: violated null-deref
 * Result: POISON: violated null-deref
 * Result: FREED: violated use-after-free
 */

#include <linux/list.h>
#include <linux/slab.h>
#include <mmcheck.h>

struct item {
	int v;
	struct list_head link;
	struct list_head other;
	struct hlist_node node;
};

static LIST_HEAD(items);
static LIST_HEAD(others);
static HLIST_HEAD(buckets);
static struct list_head spare;
static struct item a = { .v = 1 }, b = { .v = 2 }, c = { .v = 3 };

/* The values on a list as a decimal number. */
static int digits(struct list_head *head)
{
	struct item *pos;
	int n = 0;

	list_for_each_entry(pos, head, link)
		n = 10 * n + pos->v;
	return n;
}

static int backwards(struct list_head *head)
{
	struct item *pos;
	int n = 0;

	list_for_each_entry_reverse(pos, head, link)
		n = 10 * n + pos->v;
	return n;
}

/* In order of their values, as a list is kept that is sorted. */
static void insert(struct item *item, struct list_head *head)
{
	struct item *pos;

	list_for_each_entry(pos, head, link)
		if (pos->v > item->v)
			break;
	list_add_tail(&item->link, &pos->link);
}

static struct item *find(int v)
{
	struct item *pos;

	list_for_each_entry(pos, &items, link)
		if (pos->v == v)
			break;
	return list_entry_is_head(pos, &items, link) ? NULL : pos;
}

static void rings(void)
{
	struct item *pos, *n;
	struct list_head *at, *next;
	int count = 0;

	INIT_LIST_HEAD(&spare);
	assert(list_empty(&items) && list_empty_careful(&items) && !list_is_singular(&items) && digits(&items) == 0);
	assert(!list_first_entry_or_null(&items, struct item, link) && !list_last_entry_or_null(&items, struct item, link));
	insert(&b, &items);
	assert(list_is_singular(&items) && digits(&items) == 2);
	insert(&c, &items);
	insert(&a, &items);
	assert(digits(&items) == 123 && backwards(&items) == 321 && list_count_nodes(&items) == 3);
	assert(find(2) == &b && !find(4) && list_is_first(&a.link, &items) && list_is_last(&c.link, &items));
	assert(list_is_head(&items, &items) && list_first_entry(&items, struct item, link) == &a);
	assert(list_last_entry(&items, struct item, link) == &c && list_next_entry(&a, link) == &b && list_prev_entry(&c, link) == &b);
	assert(list_next_entry_circular(&c, &items, link) == &a && list_prev_entry_circular(&a, &items, link) == &c);
	assert(list_first_entry_or_null(&items, struct item, link) == &a && list_last_entry_or_null(&items, struct item, link) == &c);
	ATOMIC {
		count = digits(&items);
	}
	assert(count == 123);
	count = 0;
	list_rotate_left(&items);
	assert(digits(&items) == 231);
	list_move_tail(&a.link, &items);
	list_move(&a.link, &items);
	assert(digits(&items) == 123);
	list_swap(&a.link, &c.link);
	assert(digits(&items) == 321);
	list_swap(&a.link, &c.link);
	list_for_each(at, &items)
		count += list_entry(at, struct item, link)->v;
	list_for_each_prev(at, &items)
		count += list_entry(at, struct item, link)->v;
	at = items.next;
	list_for_each_continue(at, &items)
		count++;
	list_for_each_safe(at, next, &items)
		count++;
	list_for_each_prev_safe(at, next, &items)
		count++;
	assert(count == 20);
	pos = &a;
	list_for_each_entry_continue(pos, &items, link)
		count += pos->v;
	pos = list_prepare_entry(pos, &items, link);
	list_for_each_entry_continue_reverse(pos, &items, link)
		count += pos->v;
	pos = &b;
	list_for_each_entry_from(pos, &items, link)
		count += pos->v;
	pos = &b;
	list_for_each_entry_from_reverse(pos, &items, link)
		count += pos->v;
	assert(count == 39);
	pos = &a;
	list_for_each_entry_safe_continue(pos, n, &items, link)
		count += pos->v;
	pos = &b;
	list_for_each_entry_safe_from(pos, n, &items, link)
		count += pos->v;
	list_for_each_entry_safe_reverse(pos, n, &items, link)
		list_safe_reset_next(pos, n, link), n = list_prev_entry(pos, link), count++;
	assert(count == 52);
	list_for_each_entry_safe(pos, n, &items, link)
		if (pos->v != 2)
			list_move(&pos->link, &others);
	assert(digits(&items) == 2 && digits(&others) == 31);
	list_splice_tail_init(&others, &items);
	assert(digits(&items) == 231 && list_empty(&others));
	list_cut_position(&others, &items, &c.link);
	assert(digits(&items) == 1 && digits(&others) == 23);
	list_splice(&others, &items);
	assert(digits(&items) == 231);
	INIT_LIST_HEAD(&others);
	list_bulk_move_tail(&items, &b.link, &c.link);
	assert(digits(&items) == 123 && backwards(&items) == 321);
	list_replace(&items, &spare);
	assert(digits(&spare) == 123);
	list_replace_init(&spare, &items);
	assert(digits(&items) == 123 && list_empty(&spare));
	list_splice_tail(&items, &spare);
	INIT_LIST_HEAD(&items);
	list_splice_init(&spare, &items);
	assert(digits(&items) == 123);
	list_del(&b.link);
	list_del_init(&a.link);
	list_del_init_careful(&c.link);
	assert(list_empty(&items) && list_empty(&a.link) && list_empty(&c.link));
#ifdef FIRST
	assert(list_first_entry(&items, struct item, link)->v == 1);
#endif
#ifdef POISON
	assert(list_next_entry(&b, link)->v == 1);
#endif
#ifdef BEHIND
	list_for_each_entry(pos, &items, link)
		;
	assert(pos->v);
#endif
}

static void chains(void)
{
	struct item *pos;
	struct hlist_node *at, *next;
	struct hlist_head more;
	int n = 0;

	INIT_HLIST_NODE(&a.node);
	assert(hlist_empty(&buckets) && hlist_unhashed(&a.node) && hlist_unhashed_lockless(&a.node));
	hlist_add_head(&b.node, &buckets);
	assert(hlist_is_singular_node(&b.node, &buckets));
	hlist_add_before(&a.node, &b.node);
	hlist_add_behind(&c.node, &b.node);
	hlist_for_each_entry(pos, &buckets, node)
		n = 10 * n + pos->v;
	assert(n == 123);
	hlist_for_each(at, &buckets)
		n += hlist_entry(at, struct item, node)->v;
	hlist_for_each_safe(at, next, &buckets)
		n++;
	assert(n == 132);
	pos = &a;
	hlist_for_each_entry_continue(pos, node)
		n += pos->v;
	pos = &b;
	hlist_for_each_entry_from(pos, node)
		n += pos->v;
	assert(n == 142);
	INIT_HLIST_HEAD(&more);
	hlist_move_list(&buckets, &more);
	assert(hlist_empty(&buckets));
	hlist_for_each_entry_safe(pos, next, &more, node) {
		if (pos->v == 2)
			hlist_del(&pos->node);
		else
			hlist_del_init(&pos->node);
	}
	assert(hlist_empty(&more) && !hlist_entry_safe(more.first, struct item, node));
}

static void freed(void)
{
	static struct list_head heads;
	struct item *item, *n;
	int i;

	INIT_LIST_HEAD(&heads);
	for (i = 0; i < 2; i++) {
		item = kzalloc(sizeof(*item), GFP_KERNEL);
		list_add(&item->other, &heads);
	}
#ifdef FREED
	list_for_each_entry(item, &heads, other)
		kfree(item);
	(void)n;
#else
	list_for_each_entry_safe(item, n, &heads, other)
		kfree(item);
#endif
}

THREAD(t, NULL)
{
	rings();
	chains();
	freed();
}
