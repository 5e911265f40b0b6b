// SPDX-License-Identifier: MIT
/*
 * memory: what do memset() and memcpy() do, and what can be allocated?
 *
 * AFTER uses an array that was freed, BEYOND reads behind its end, MIDST frees a
 * pointer to its midst, STATIC what was not allocated, TWICE frees an array twice, and
 * FORGOTTEN loses one. OUTSIDE sets memory that was freed.
 *
 * Result: holds
 * Result: AFTER: violated use-after-free
 * Result: BEYOND: violated assert
 * Result: MIDST: violated bad-free
 * Result: STATIC: violated bad-free
 * Result: TWICE: violated bad-free
 * Result: FORGOTTEN: violated leak
 * Result: OUTSIDE: violated use-after-free
 */

#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <mmcheck.h>

struct part {
	unsigned char bytes[3];
	short s;
};

struct whole {
	int flag : 3;
	spinlock_t lock;
	struct part parts[2], *other;
	void *any;
	unsigned long word;
};

static struct whole all;
static int fixed;

THREAD(sets, NULL)
{
	struct whole copy;
	struct part *p = all.parts, two[2];
	unsigned long mask;
	u16 halves[2] = { 1, 2 }, same[2];

	spin_lock_init(&all.lock);
	p[1].s = 7;
	all.other = &p[1];
	all.any = &all;
	all.word = (unsigned long)&fixed | 1;
	all.flag = 2;
	assert(memcpy(&copy, &all, sizeof(copy)) == &copy);
	assert(copy.other->s == 7 && copy.any == &all && copy.word - 1 == (unsigned long)&fixed && copy.flag == 2);
	memcpy(two, all.parts, sizeof(two));
	memmove(&two[0], p + 1, sizeof(two[0]));
	assert(two[0].s == 7 && two[1].s == 7);
	memcpy(same, halves, sizeof(same));
	assert(same[0] == 1 && same[1] == 2);
	memset(two, 0, sizeof(two));
	assert(two[0].s == 0 && two[1].s == 0);
	memset(&all, 0, sizeof(all));
	assert(!all.other && !all.any && !all.word && !p[1].s && !all.flag && copy.parts[1].s == 7);
	memset(&mask, 0xff, sizeof(mask));
	memset(two[1].bytes, 1, 3);
	assert(!~mask && two[1].bytes[2] == 1 && !two[1].s);
}

static int *numbers(int n)
{
	return kcalloc(n, sizeof(int), GFP_KERNEL);
}

THREAD(allocates, NULL)
{
	int *three = numbers(3);
	struct part **table = kvmalloc_array(2, sizeof(*table), GFP_KERNEL | __GFP_NOWARN);
	struct part *parts = kcalloc(3, sizeof(struct part), GFP_KERNEL_ACCOUNT), *p;
	unsigned long *one = kzalloc(sizeof(unsigned long), GFP_KERNEL);
	void *any = kmalloc(sizeof(struct whole), GFP_NOFS), *some = vmalloc(2 * sizeof(int));
	short *s = kmalloc_array(2, sizeof(*s), GFP_NOIO), *t = kvcalloc(1, sizeof(*t), GFP_KERNEL);
	struct whole *w = any;
	int *k = some;

	table[0] = parts + 2;
	table[1] = table[0]--;
	assert(table[1] - table[0] == 1 && parts[1].s == 0 && *one == 0);
	for (p = parts; p != parts + 3; p++)
		p->s = p - parts;
	assert(table[1]->s == 2 && table[0]->s == 1);
	w->word = 3;
	*one = 4;
	k[1] = 5;
	s[1] = 6;
	*t = s[1];
	assert(w->word + *one + k[1] + *t == 18);
#ifdef BEYOND
	assert(s[3]);
#endif
#ifndef FORGOTTEN
	kvfree(some);
#endif
	kfree_sensitive(any);
	kfree(t);
	vfree(vzalloc(sizeof(struct part)));
	vfree_atomic(__vmalloc(sizeof(struct part), GFP_KERNEL));
	t = kzalloc(sizeof(*t), GFP_KERNEL);
	free_page((unsigned long)t);
	kvfree(kvzalloc(sizeof(struct part), GFP_KERNEL));
	w = kvmalloc(sizeof(*w), GFP_KERNEL);
	kfree(w);
#ifdef OUTSIDE
	memset(w, 0, sizeof(*w));
#endif
	kfree(one);
#ifdef MIDST
	s++;
#endif
#ifdef STATIC
	kfree(&fixed);
#endif
	kfree(s);
#ifdef TWICE
	kfree(s);
#endif
	p = table[0];
	kfree(table);
	three[2] = 1;
	k = kmemdup(three, 3 * sizeof(int), GFP_KERNEL);
	assert(k[2] == 1);
	kfree(k);
	kfree(three);
	kfree(parts);
#ifdef AFTER
	p->s = 1;
#endif
}
