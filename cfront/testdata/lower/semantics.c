/* This file computes what any C compiler computes; every assert holds. */
/* SPDX-License-Identifier: MIT */

#include <linux/err.h>
#include <linux/kernel.h>
#include <mmcheck.h>

struct pair { int a, b; };

typedef struct { unsigned long pte; } pte_t;

struct node {
	struct node *next;
	int key;
	struct pair p[2];
	unsigned int low : 3, high : 5;
	signed int neg : 3;
	struct { short hidden; };
	int grid[2][3];
	bool flag;
	unsigned char byte;
	struct node *kids[2];
};

enum colour { RED, GREEN = 5, BLUE };

static struct node n3 = { .key = 3, .p[1].b = 7, .hidden = -4, .grid[1] = { 10, 11, 12 }, .byte = 255, .neg = -2 };
static struct node n2 = { .next = &n3, .key = 2, .low = 5, .high = 17, .kids = { [1] = &n3 } };
static struct node n1 = { &n2, 1, { { 1, 2 }, { 3, 4 } } };
static struct node *head = &n1;
static int table[4] = { 1, [2 ... 3] = 9 };
static struct pair pairs[3] = { { 1, 2 }, { 3, 4 }, [2].b = 6 };
static unsigned int wrapped = 0xfffffffbu;
static long big = 1L << 40;
static enum colour paint = BLUE;
static bool truth = 42;
static int *cursor = &table[2];

static int sum(struct node *n)
{
	int s = 0;

	for (; n; n = n->next)
		s += n->key;
	return s;
}

static void set(int *where, int what)
{
	*where = what;
}

static void push(struct node **list, struct node *n)
{
	n->next = *list;
	*list = n;
}

static struct node **find(struct node **list, int key)
{
	while (*list && (*list)->key != key)
		list = &(*list)->next;
	return list;
}

static int counter(void)
{
	static int calls = 10;

	return ++calls;
}

static pte_t mk(unsigned long v)
{
	return (pte_t){ v | 1 };
}

static int add(struct pair p)
{
	p.a += p.b;
	return p.a;
}

static int classify(int x)
{
	switch (x) {
	case 0:
		return 100;
	case 1 ... 5:
		x += 10;
		fallthrough;
	case 7:
		x++;
		if (x > 100)
			goto big;
		break;
	case 8:
		x = 200;
		goto big;
big:	case 9:
		x = -x;
		break;
	default:
		x = -1;
	}
	return x;
}

static int jumps(int n)
{
	int s = 0;
again:
	if (n <= 0)
		goto out;
	s += n--;
	goto again;
out:
	return s;
}

static int loops(void)
{
	int i, s = 0;

	for (i = 0; i < 10; i++) {
		if (i == 2)
			continue;
		if (i == 5)
			break;
		s += i;
	}
	do
		s += 100;
	while (s < 300);
	while (1) {
		if (--s < 290)
			break;
	}
	return s;
}

static struct { int before; struct { unsigned int x : 4, y : 4; } in; } nest = { .in.y = 6 };

static struct node *outer(struct pair *p)
{
	return container_of(p, struct node, p[1]);
}

static int before(int x, int *p)
{
	*p = 9;
	return x;
}

static int address(int x)
{
	set(&x, 3);
	return x;
}

static int twice(int x)
{
	int r = x * 2;

	return r;
}

static void arithmetic(void)
{
	int i = 7, j = -3;
	unsigned int u = 5;
	signed char c = -1;
	unsigned char uc = c;
	short s;
	unsigned long ul;

	assert(i / j == -2 && i % j == 1 && j >> 1 == -2);
	assert(u - 6 == 0xffffffffu && u - 6 > 0);
	assert(uc == 255 && c + 0 == -1 && (unsigned int)c == 0xffffffffu);
	assert(j < 0 && !(j < u));
	s = 40000;
	assert(s == -25536);
	ul = -1;
	assert(ul == 0xffffffffffffffffUL && ul >> 63 == 1);
	assert(ul > 5 && !(5 >= ul) && ul / 2 == 0x7fffffffffffffffUL && ul % 10 == 5);
	assert((int)0x100000001L == 1 && big >> 38 == 4);
	assert(~0u == 0xffffffffu && ~0 == -1 && -u == 4294967291u);
	assert(wrapped == (unsigned int)-5 && wrapped + 5 == 0);
	wrapped += 6;
	assert(wrapped == 1);
	i += j *= 2;
	assert(i == 1 && j == -6);
	i = 5;
	assert(i++ == 5 && i == 6 && ++i == 7 && i-- == 7 && --i == 5);
	i <<= 30;
	assert((1u << 31) == 2147483648u && i >> 30 == 1);
	assert((i ? j : 3) == -6 && (j ?: 3) == -6 && (0 ?: 9) == 9);
	assert(min(3, i) == 3 && max(2 + 1, 2) == 3);
	assert((1, 2) == 2);
	assert(paint == 6 && truth == 1 && sizeof(struct pair) == 8 && ARRAY_SIZE(table) == 4);
	truth = 256;
	assert(truth == 1);
	truth = !truth;
	assert(!truth);
	assert((u ^ 1) == 4 && (u | 8) == 13 && (u & 4) == 4);
	assert((1UL << 12) * 3 == 0x3000 && ((0x3fffUL + 4095) & ~4095UL) == 0x4000);
}

static void memory(void)
{
	struct node **pp;
	struct node local = { .key = 9, .p = { { 1, 1 } } };
	struct pair q, *qp = &q;
	int x = 1, *ip = &x, arr[3] = { 5 }, k;

	assert(sum(head) == 6);
	assert(head->next->low == 5 && n2.high == 17 && n3.neg == -2 && n3.hidden == -4);
	n2.low = 9;
	n2.high += 20;
	n3.neg = 3;
	assert(n2.low == 1 && n2.high == 5 && n3.neg == 3);
	assert(n3.grid[1][2] == 12 && n3.byte == 255 && n2.kids[1] == &n3 && !n2.kids[0]);
	n3.byte++;
	assert(n3.byte == 0);
	for (k = 0; k < 3; k++)
		n3.grid[0][k] = k * k;
	assert(n3.grid[0][2] == 4 && n3.grid[1][0] == 10);
	assert(n1.p[1].a == 3 && n3.p[1].b == 7 && pairs[2].b == 6 && pairs[1].a == 3);
	k = 1;
	pairs[k].a += pairs[k + 1].b;
	assert(pairs[1].a == 9);
	n1.p[k].b = 44;
	assert(n1.p[1].b == 44 && n1.p[0].b == 2);
	assert(table[3] == 9 && table[1] == 0 && *cursor == 9);
	*cursor = 8;
	assert(table[2] == 8);
	set(&x, 5);
	set(&table[1], 6);
	set(&n1.p[0].a, 77);
	set(ip, *ip + 1);
	assert(x == 6 && *ip == 6 && table[1] == 6 && n1.p[0].a == 77);
	ip = &table[0];
	*ip += 41;
	assert(table[0] == 42);
	assert(arr[0] == 5 && arr[1] == 0);
	k = 2;
	arr[k] = 3;
	assert(arr[2] == 3);
	push(&head, &local);
	assert(head == &local && sum(head) == 15 && local.next == &n1);
	pp = find(&head, 2);
	assert(*pp == &n2);
	*pp = (*pp)->next;
	assert(n1.next == &n3 && sum(head) == 13);
	assert(*find(&head, 99) == NULL);
	head = local.next;
	*qp = n1.p[1];
	assert(q.a == 3 && qp->b == 44);
	assert(add(q) == 47 && q.a == 3);
	assert(outer(&n3.p[1]) == &n3);
	local = n3;
	assert(local.key == 3 && local.grid[1][1] == 11);
	assert(counter() == 11 && counter() == 12);
	assert(mk(8).pte == 9);
	assert(READ_ONCE(n3.key) == 3);
	WRITE_ONCE(n3.key, 4);
	assert(n3.key == 4);
	assert(nest.in.y == 6 && nest.in.x == 0 && nest.before == 0);
}

static void control(void)
{
	int hits = 0, k;

	assert(classify(8) == -200 && classify(9) == -9);
	assert(classify(0) == 100 && classify(1) == 12 && classify(5) == 16 && classify(7) == 8 && classify(6) == -1);
	assert(jumps(4) == 10 && loops() == 289);
	assert(twice(1) + twice(2) * twice(twice(3)) == 2 + 4 * 12);
	if (hits++ || hits++ == 1)
		hits += 10;
	assert(hits == 12);
	assert(before(hits, &hits) == 12 && hits == 9 && address(1) == 3);
	ATOMIC {
		for (k = 1; k < 4; k++)
			table[k] = k * k;
	}
	hits = 4;
	assert(k == 4 && table[3] == 9 && table[2] == 4);
	if (hits && !(hits > 20 || hits == 3))
		hits = 0;
	else
		hits = 1;
	assert(hits == 0 && (hits == 0 || hits++) && hits == 0);
	assert(({ int t = 3; t * t; }) == 9);
	assert(!IS_ERR(NULL) && IS_ERR_OR_NULL(NULL) && IS_ERR(ERR_PTR(-12)) && PTR_ERR(ERR_PTR(-12)) == -12);
	assert(IS_ERR_VALUE(-5L) && !IS_ERR_VALUE(0x3000UL));
#ifdef BREAK
	assert(hits == 1);
#endif
}

struct ops {
	int (*apply)(struct ops *self, int n);
	int base;
};

static int plus(struct ops *self, int n)
{
	return self->base + n;
}

static int minus(struct ops *self, int n)
{
	return self->base - n;
}

typedef int apply_fn(struct ops *self, int n);

static apply_fn *const both[2] = { plus, &minus };
static struct ops adder = { .apply = plus, .base = 10 };

static apply_fn *choose(bool less)
{
	return less ? minus : plus;
}

static int through(apply_fn fn, struct ops *o, int n)
{
	return fn(o, n) + (*fn)(o, n) + (**fn)(o, n);
}

static int (*chosen(int less, struct ops *o))(struct ops *self, int n)
{
	return less ? minus : o->apply;
}

static struct pair swapped(struct pair p)
{
	return (struct pair){ p.b, p.a };
}

static struct pair kept(struct pair p)
{
	return p;
}

static void functions(void)
{
	struct pair (*order[2])(struct pair) = { kept, swapped };
	struct ops o = adder, *p = &o;
	apply_fn *fn, **at = &fn;
	int i;

	assert(adder.apply(&adder, 2) == 12 && both[1](p, 2) == 8);
	assert(choose(true)(p, 1) == 9 && choose(false)(p, 1) == 11);
	assert(through(plus, p, 1) == 33 && through(both[1], p, 1) == 27);
	assert(chosen(1, p)(p, 4) == 6 && chosen(0, p)(p, 4) == 14);
	fn = NULL;
	assert(!fn && (fn ?: plus) == plus && both[1] != plus);
	*at = &minus;
	assert(fn && fn == minus && (*at)(p, 3) == 7);
	p->apply = o.base ? NULL : fn;
	assert(!p->apply && (o.base ? NULL : fn) == NULL);
	p->apply = chosen(1, p) ? !o.base ? NULL : fn : plus;
	assert(p->apply == fn);
	p->apply = chosen(0, p) ? NULL : fn;
	assert(!p->apply);
	p->apply = chosen(0, p) ? NULL : fn;
	p->base = 1;
	assert(o.apply(p, 3) == -2 && adder.apply == plus);
	for (i = 0; i < 2; i++) {
		struct pair got = order[i]((struct pair){ 1, 2 });

		assert(got.a == i + 1 && order[!i](got).a == 2);
		fn = both[i];
		assert(fn(p, 1) == (i ? 0 : 2));
	}
}

THREAD(all, NULL)
{
	functions();
	arithmetic();
	memory();
	control();
}
