// SPDX-License-Identifier: MIT
/*
 * hidden_pointer: may a pointer be kept as void *, or in an integer?
 *
 * An owner hands an object over in one word, with a mark in the lowest bit of the
 * address. The other thread takes the mark off and looks at the object. KEEP has a
 * lock held until it is through. WORD has the word in an unsigned long, VOID in a
 * void *, TYPED in a pointer to something else, as folio->mapping is. LEAK forgets the
 * word. CONFUSE takes the object for another kind than it is; LOOK only looks at such
 * a pointer. NUMBER stores a small number there, as xa_mk_value() does. REUSE has the
 * memory handed out again before the old word is looked at.
 *
 * Result: WORD: violated use-after-free
 * Result: VOID: violated use-after-free
 * Result: TYPED: violated use-after-free
 * Result: WORD KEEP: holds
 * Result: VOID KEEP: holds
 * Result: TYPED KEEP: holds
 * Result: WORD KEEP LEAK: violated leak
 * Result: VOID KEEP LEAK: violated leak
 * Result: TYPED KEEP LEAK: violated leak
 * Result: VOID KEEP CONFUSE: violated null-deref
 * Result: WORD KEEP CONFUSE: violated null-deref
 * Result: VOID KEEP LOOK: holds
 * Result: WORD KEEP NUMBER: holds
 * Result: VOID KEEP NUMBER: holds
 * Result: WORD REUSE: violated use-after-free
 * Result: VOID REUSE: violated use-after-free
 */

#include <linux/mutex.h>
#include <linux/slab.h>
#include <mmcheck.h>

#define MARK 1UL

struct anon {
	int users;
};

struct file {
	int pages;
};

#if defined(WORD)
static unsigned long word;
#elif defined(VOID)
static void *word;
#else
static struct file *word;
#endif
static DEFINE_MUTEX(lock);

INIT
{
	struct anon *a = kzalloc(sizeof(*a), GFP_KERNEL);

	a->users = 3;
	word = (typeof(word))((unsigned long)a | MARK);
}

#ifdef KEEP
#define LOCK() mutex_lock(&lock)
#define UNLOCK() mutex_unlock(&lock)
#else
#define LOCK()
#define UNLOCK()
#endif

THREAD(reader, NULL)
{
	unsigned long w;
	struct anon *a;

	LOCK();
	w = (unsigned long)READ_ONCE(word);
#ifdef NUMBER
	if (w & 2) {
		assert(w >> 2 == 7);
		UNLOCK();
		return;
	}
#endif
	if (w) {
		assert(w & MARK);
#if defined(CONFUSE)
		assert(READ_ONCE(((struct file *)(w & ~MARK))->pages));
#elif defined(LOOK)
		assert((struct file *)(w & ~MARK) != NULL);
#endif
		a = (void *)(w & ~MARK);
		assert(READ_ONCE(a->users) == 3);
	}
	UNLOCK();
}

THREAD(owner, NULL)
{
	struct anon *a;

	LOCK();
	a = (struct anon *)((unsigned long)word & ~3UL);
#ifdef NUMBER
	WRITE_ONCE(word, (typeof(word))(7UL << 2 | 2));
#else
	WRITE_ONCE(word, (typeof(word))0);
#endif
#ifdef LEAK
	(void)a;
#else
	kfree(a);
#endif
#ifdef REUSE
	a = kzalloc(sizeof(*a), GFP_KERNEL);
	a->users = 3;
	WRITE_ONCE(word, (typeof(word))((unsigned long)a | MARK));
#endif
	UNLOCK();
}
