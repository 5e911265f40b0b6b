/* This file has pointers go where their type does not; every assert holds. */
/* SPDX-License-Identifier: MIT */

#include <linux/err.h>
#include <linux/kernel.h>
#include <mmcheck.h>

/* What void * and integers hand on. */

struct work { int n; void *private; };
struct thing { int v; struct work w; };

static struct thing t1, t2;
static void *things[2] = { &t1, &t2 };
static void *slot;

static void *mk_value(unsigned long v)
{
	return (void *)((v << 1) | 1);
}

static unsigned long to_value(const void *entry)
{
	return (unsigned long)entry >> 1;
}

static bool is_value(const void *entry)
{
	return (unsigned long)entry & 1;
}

static void set(void **where, void *what)
{
	*where = what;
}

static void *get(int i)
{
	return i < 2 ? things[i] : NULL;
}

static int run(int (*fn)(void *), void *arg)
{
	return fn(arg);
}

static int value_of(void *arg)
{
	struct thing *t = arg;

	return t->v;
}

static void *may_fail(int e)
{
	return e ? ERR_PTR(e) : &t1;
}

static void hidden(void)
{
	struct thing *t = get(1);
	void *e;
	long r;

	t->v = 5;
	assert(run(value_of, t) == 5 && get(0) == &t1 && get(2) == NULL);
	set(&slot, t);
	assert(slot == &t2);
	e = mk_value(12);
	assert(is_value(e) && to_value(e) == 12 && !is_value(slot));
	slot = e;
	if (is_value(slot))
		assert(to_value(slot) == 12);
	e = may_fail(-12);
	assert(IS_ERR(e) && PTR_ERR(e) == -12 && IS_ERR_VALUE((unsigned long)e));
	e = may_fail(0);
	assert(!IS_ERR(e) && !IS_ERR_VALUE((unsigned long)e));
	r = (long)may_fail(-5);
	assert(r == -5);
	t->w.private = t;
	assert(((struct thing *)t->w.private)->v == 5);
	assert(container_of(&t->w.n, struct thing, w.n) == t);
	assert((void *)t == (void *)&t->v && (void *)&t->w == &t->w.n);
	assert(&t->v < &t->w.n && (unsigned long)&t->w > (unsigned long)t);
	e = (void *)t + 1;
	assert(e != t && (unsigned long)e - (unsigned long)t == 1 && e - 1 == t);
	assert((unsigned long)e % 8 == 1 && ALIGN((unsigned long)e, 8) == (unsigned long)t + 8);
}

/* Numbers that go through pointers. */

static int number_of(void *cookie)
{
	return (int)(long)cookie;
}

static void *cookies[2] = { (void *)7L, (void *)-1L };

static void numbers(void)
{
	int i = 3;
	void *p = (void *)(long)i;

	assert(number_of(p) == 3 && number_of((void *)5UL) == 5);
	assert(number_of(cookies[0]) == 7 && number_of(cookies[i & 1]) == -1);
	cookies[0]++;
	assert(cookies[0] == (void *)8 && (char)(unsigned long)cookies[0] == 8);
	assert((unsigned long)cookies[0] << 3 == 64 && cookies[1] > cookies[0]);
}

/* Tagged words, in structs and parameters, and addresses that are computed by hand. */

struct a { int x; };
struct b { long y; struct a in; };
struct c { void *priv[2]; unsigned long data; struct a *typed; };
typedef struct { unsigned long v; } tagged_t;

static struct c c;
static struct b b1;

static tagged_t tagged(void *p, int t)
{
	return (tagged_t){ (unsigned long)p | t };
}

static void *ptr_of(tagged_t t)
{
	return (void *)(t.v & ~7UL);
}

static int tag_of(tagged_t t)
{
	return t.v & 7;
}

static unsigned long pass(unsigned long w, unsigned long *out)
{
	*out = w;
	return w + 1;
}

static struct a *choose(int i, struct a *l, struct a *r)
{
	return i ? l : r;
}

static void call(void (*fn)(unsigned long), unsigned long arg)
{
	fn(arg);
}

static void timer(unsigned long data)
{
	((struct b *)data)->y = 9;
}

static void words(void)
{
	struct a local = { 3 }, *p;
	struct b *q = &b1;
	unsigned long w, o;
	void **pp;
	tagged_t t = tagged(&b1, 5), u;
	bool some;

	c.priv[0] = &local;
	c.priv[1] = q;
	pp = c.priv;
	assert(((struct a *)*pp)->x == 3 && ((struct b *)pp[1])->y == 0);
	pp++;
	assert(*pp == q);
	u = t;
	assert(tag_of(u) == 5 && ptr_of(u) == q);
	w = pass((unsigned long)&q->in, &o);
	assert(w == o + 1 && ((struct a *)o)->x == 0);
	p = choose(w != o, (struct a *)o, NULL);
	p->x = 8;
	assert(b1.in.x == 8 && container_of(p, struct b, in) == q);
	call(timer, (unsigned long)q);
	assert(b1.y == 9);
	some = (unsigned long)p;
	assert(some && !!o && (o ? 1 : 0));
	c.data = (unsigned long)p;
	c.typed = (struct a *)((char *)q + offsetof(struct b, in));
	c.typed->x = 10;
	assert(b1.in.x == 10);
	q = (struct b *)((char *)p - offsetof(struct b, in));
	assert(q == &b1);
	q = (void *)p - offsetof(struct b, in);
	assert(q->y == 9);
	switch (w & 1) {
	case 1:
		break;
	default:
		assert(0);
	}
}

/* Along arrays. */

static const char *name = "vma";
static char buf[8];

static int len(const char *s)
{
	const char *p = s;

	while (*p)
		p++;
	return p - s;
}

static int m[2][3] = { { 1, 2, 3 }, { 4, 5, 6 } };

static struct s { int a[4]; struct { int x; } in[2]; } s;

static void walks(void)
{
	int *p = &m[0][0], *q, i;
	char *d = buf;
	const char *c = name;

	assert(len("abcd") == 4 && len(name) == 3);
	while ((*d++ = *c++))
		;
	assert(buf[0] == 'v' && buf[2] == 'a' && d - buf == 4);
	assert(*p++ == 1 && *p == 2 && *++p == 3 && p[-2] == 1);
	p = m[1];
	p += 2;
	assert(*p-- == 6 && *p == 5 && p > m[1]);
	q = s.a + 4;
	for (p = s.a; p != q; ++p)
		*p = p - s.a;
	assert(s.a[3] == 3 && q[-1] == 3 && *(q - 4) == 0);
	for (i = 3; i >= 0; i--)
		assert(*--q == i);
	assert(q == s.a && &q[1] - &q[3] == -2 && 1[q] == 1);
	for (i = 0; i < ARRAY_SIZE(s.in); i++)
		(s.in + i)->x = i;
	assert(s.in[1].x == 1);
}

/* Unions. */

union u { int i; unsigned char b[4]; };
struct entry { union { struct { u32 lo, hi; }; u64 v; }; int k; };
enum kind { A, B };
struct tagged { enum kind kind; union { int num; struct tagged *ptr; } u; };
static union u gu = { .b = { 1, 2 } };

static union u mk(int x)
{
	union u r = { x };

	return r;
}

static int first(union u x)
{
	return x.b[0];
}

static void inc(union u *x)
{
	x->i++;
}

static void unions(void)
{
	union u x = mk(0x102), y;
	struct entry p = { .v = 0x100000002ULL }, *pp = &p;
	struct tagged t = { A, { .num = 3 } }, t2;
	unsigned long w;

	assert(x.b[1] == 1 && first(x) == 2 && gu.i == 0x201);
	inc(&x);
	y = x;
	assert(y.b[0] == 3);
	pp->lo++;
	assert(p.v == 0x100000003ULL && pp->hi == 1);
	t2.kind = B;
	t2.u.ptr = &t;
	assert(t2.u.ptr->u.num == 3);
	t2 = t;
	assert(t2.u.num == 3);
	w = (unsigned long)&t | 2;
	assert((w & 3) == 2 && ((struct tagged *)(w & ~3UL))->kind == A);
	assert(((union u){ .i = 7 }).b[0] == 7);
}

THREAD(all, NULL)
{
	hidden();
	numbers();
	words();
	walks();
	unions();
}
