// SPDX-License-Identifier: MIT
/*
 * bit_fields: may two threads write two bit-fields of one struct at once?
 *
 * Not if they lie next to each other: they are one memory location (C11 3.14),
 * the compiler writes the whole word, and one of the stores may be lost. So it
 * is if one of the two only reads (READ), and wherever the struct lies (HEAP).
 * A bit-field of width 0 (APART), or a member that is none (BETWEEN), puts the
 * second into a location of its own. Two readers are fine (READ READS), and so
 * are writers under one lock (LOCKED).
 *
 * A volatile object is marked as a whole (VOLATILE), as it is through a pointer
 * to volatile (VOLATILE CAST): for two of its bit-fields that is enough here,
 * though a store may still be lost.
 *
 * Result: violated data-race
 * Result: READ: violated data-race
 * Result: READ READS: holds
 * Result: HEAP: violated data-race
 * Result: APART: holds
 * Result: BETWEEN: holds
 * Result: LOCKED: holds
 * Result: VOLATILE: holds
 * Result: VOLATILE CAST: holds
 */

#include <linux/slab.h>
#include <linux/spinlock.h>
#include <mmcheck.h>

struct flags {
	unsigned int dirty : 1;
	unsigned int : 4;
#if defined(APART)
	unsigned int : 0;
#elif defined(BETWEEN)
	int between;
#endif
	unsigned int level : 3;
};

#if defined(VOLATILE) && !defined(CAST)
static volatile struct flags flags;
#else
static struct flags flags;
#endif
static struct flags *heap;
static spinlock_t lock;

#if defined(HEAP)
#define FLAGS	heap
#elif defined(CAST)
#define FLAGS	((volatile struct flags *)&flags)
#else
#define FLAGS	(&flags)
#endif

INIT
{
	spin_lock_init(&lock);
	heap = kzalloc(sizeof(*heap), GFP_KERNEL);
}

static void enter(void)
{
#ifdef LOCKED
	spin_lock(&lock);
#endif
}

static void leave(void)
{
#ifdef LOCKED
	spin_unlock(&lock);
#endif
}

THREAD(mark, NULL)
{
	enter();
#ifdef READS
	(void)FLAGS->dirty;
#else
	FLAGS->dirty = 1;
#endif
	leave();
}

THREAD(raise, NULL)
{
	enter();
#ifdef READ
	(void)FLAGS->level;
#else
	FLAGS->level = 5;
#endif
	leave();
}
