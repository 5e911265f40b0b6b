// SPDX-License-Identifier: MIT
/*
 * union_members: what does one member of a union say of another?
 *
 * Integers share their bytes, as they lie on a little-endian machine, and a pointer
 * shares them with an integer or a pointer. HALVES has two threads store the two
 * halves of a word, which is no race; WORD has one of them store the word. POINTER
 * keeps a pointer and reads it as an integer. QUEUED has an rcu_head in place of a
 * link: with EARLY a reader may still look for the next object there, and what it
 * finds is not known. RING has it in place of a member of its own, to which pointers
 * lead: the reader follows what is no link any more. AGAIN reads a number that the
 * rcu_head has taken the place of.
 *
 * Result: holds
 * Result: HALVES: holds
 * Result: WORD: violated data-race
 * Result: POINTER: holds
 * Result: QUEUED: holds
 * Result: QUEUED EARLY: unknown
 * Result: RING: violated null-deref
 * Result: AGAIN: unknown
 */

#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <mmcheck.h>

struct range {
	int key;
	union {
		struct {
			unsigned long start, end;
		};
		struct rcu_head rcu;
	};
};

union word {
	u64 all;
	struct {
		u32 low, high;
	};
	u16 quarter[4];
	u8 bytes[8];
};

union flags {
	u64 all;
	struct {
		u32 flag : 1, count : 31;
		s32 top;
	} fields;
	u8 bytes[8];
};

struct node {
	union {
		struct node *next;
		struct rcu_head rcu;
	};
	int value;
};

/* As a struct page: a list or a number, and a tag in the lowest bit. */
struct leaf {
	union {
		struct {
			struct node *next, *prev;
			unsigned long private;
		};
		unsigned long head;
		struct rcu_head rcu;
	};
};

union handle {
	struct node *node;
	unsigned long bits;
	void *any;
};

#if defined(HALVES) || defined(WORD)

static union {
	u64 all;
	u32 half[2];
} shared;

THREAD(low, NULL)
{
	shared.half[0] = 1;
}

THREAD(high, NULL)
{
#ifdef WORD
	shared.all = 1ULL << 32;
#else
	shared.half[1] = 2;
#endif
}

#ifndef WORD
FINAL
{
	assert(shared.all == 0x200000001);
}
#endif

#elif defined(QUEUED)

static struct node *list;
static DEFINE_SPINLOCK(lock);

static void free_node(struct rcu_head *head)
{
	kfree(container_of(head, struct node, rcu));
}

INIT
{
	struct node *n = kzalloc(sizeof(*n), GFP_KERNEL);

	n->value = 2;
	list = kzalloc(sizeof(*n), GFP_KERNEL);
	list->value = 1;
	list->next = n;
}

THREAD(reader, NULL)
{
	struct node *n;

	rcu_read_lock();
	n = READ_ONCE(list);
#ifndef EARLY
	assert(READ_ONCE(n->value));
#else
	n = READ_ONCE(n->next);
	if (n)
		assert(READ_ONCE(n->value) == 2);
#endif
	rcu_read_unlock();
}

THREAD(writer, NULL)
{
	struct node *first = list;

	spin_lock(&lock);
	WRITE_ONCE(list, first->next);
	spin_unlock(&lock);
	call_rcu(&first->rcu, free_node);
}

#elif defined(RING)

struct link {
	struct link *next;
};

struct member {
	int value;
	union {
		struct link link;
		struct rcu_head rcu;
	};
};

static struct link head;

static void free_member(struct rcu_head *rcu)
{
	kfree(container_of(rcu, struct member, rcu));
}

static void insert(struct link *l)
{
	l->next = head.next;
	head.next = l;
}

INIT
{
	struct member *m = kzalloc(sizeof(*m), GFP_KERNEL);

	head.next = &head;
	insert(&m->link);
}

THREAD(reader, NULL)
{
	struct link *l;

	rcu_read_lock();
	for (l = READ_ONCE(head.next); l != &head; l = READ_ONCE(l->next))
		assert(READ_ONCE(container_of(l, struct member, link)->value) == 0);
	rcu_read_unlock();
}

THREAD(writer, NULL)
{
	struct link *l = head.next;

	WRITE_ONCE(head.next, l->next);
	call_rcu(&container_of(l, struct member, link)->rcu, free_member);
}

#elif defined(AGAIN)

static void free_range(struct rcu_head *head)
{
	kfree(container_of(head, struct range, rcu));
}

THREAD(t, NULL)
{
	struct range *r = kzalloc(sizeof(*r), GFP_KERNEL);

	r->start = 1;
	rcu_read_lock();
	call_rcu(&r->rcu, free_range);
	assert(r->start);
	rcu_read_unlock();
}

#else

static union word w = { .low = 0x01020304 };
static union handle h;

THREAD(values, NULL)
{
	union word v = w, *p = &v;
	int i, sum = 0;

	assert(v.all == 0x01020304 && v.bytes[0] == 4 && v.quarter[1] == 0x0102);
	for (i = 0; i < 8; i++)
		sum += p->bytes[i];
	assert(sum == 10);
	p->quarter[3] = 0xfffe;
	assert(p->high == 0xfffe0000 && READ_ONCE(p->all) == 0xfffe000001020304);
	p->all++;
	assert(p->bytes[0] == 5);
	i = 0;
	p->quarter[i] += 0xfb00;
	assert(p->low == 0x0102fe05 && sizeof(v) == 8);
	memset(p, 0, sizeof(*p));
	assert(!v.all && w.low);
}

THREAD(bit_fields, NULL)
{
	union flags f = { .all = 0xfffe000001020305 }, *p = &f;

	assert(p->fields.flag && p->fields.count == 0x01020304 / 2 && p->fields.top == -0x20000);
	p->fields.count = 1;
	assert(p->all == 0xfffe000000000003 && p->bytes[0] == 3);
	p->bytes[0]++;
	assert(!p->fields.flag && p->fields.count == 2);
	p->fields.top = -1;
	assert(p->bytes[7] == 0xff && p->all >> 32 == 0xffffffff);
}

#ifdef POINTER
THREAD(pointers, NULL)
{
	struct node n = { .value = 7 };
	union handle mine = { .node = &n };

	assert(mine.any == &n && mine.bits == (unsigned long)&n);
	mine.bits |= 1;
	assert(mine.node != &n && (mine.bits & 1));
	mine.bits &= ~1UL;
	assert(mine.node->value == 7);
	mine.any = NULL;
	assert(!mine.bits && !mine.node);
	h.bits = 3;
	assert(h.any == (void *)3);
}
#endif

static void free_leaf(struct rcu_head *head)
{
	kfree(container_of(head, struct leaf, rcu));
}

THREAD(tags, NULL)
{
	struct leaf *l = kzalloc(sizeof(*l), GFP_KERNEL), other = { .private = 1 };
	struct node n;

	l->next = &n;
	l->private = 3;
	assert(!(READ_ONCE(l->head) & 1) && l->head == (unsigned long)&n);
	WRITE_ONCE(l->head, (unsigned long)&other | 1);
	assert((l->head & 1) && ((struct leaf *)(l->head - 1))->private == 1 && l->private == 3);
	call_rcu(&l->rcu, free_leaf);
}

static void free_range(struct rcu_head *head)
{
	kfree(container_of(head, struct range, rcu));
}

THREAD(frees, NULL)
{
	struct range *r = kzalloc(sizeof(*r), GFP_KERNEL), copy;

	assert(!r->end);
	r->start = 0x1000;
	r->end = 0x2000;
	copy = *r;
	assert(copy.end - r->start == 0x1000);
	call_rcu(&r->rcu, free_range);
}

#endif
