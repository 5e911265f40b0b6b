// SPDX-License-Identifier: MIT
/*
 * wait_until: what if the condition that a thread waits for cannot be evaluated?
 *
 * The thread looks at the condition whenever it may run, not only when it has
 * become true: an error in it is that error, as it is in an `if`. What is not
 * evaluated, as behind a `&&`, is no error.
 *
 * Result: NULL_POINTER: violated null-deref
 * Result: CALL: violated null-deref
 * Result: BLOCK: violated null-deref
 * Result: ERROR: violated null-deref
 * Result: FREED: violated use-after-free
 * Result: COMPLETION: violated use-after-free
 * Result: INDEX: violated assert
 * Result: LOCAL_INDEX: violated assert
 * Result: DIVISION: violated assert
 * Result: STALE: violated unstable-vma
 * Result: KEEP: holds, 5 states
 * Result: KEEP_VMA: holds, 8 states
 * Result: KEEP_DIVISION: holds, 3 states
 */

#include <linux/completion.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <mmcheck.h>

struct item {
	int ready;
	struct completion done;
};

static struct item *published;
static int count, slot[2];
static struct mm_struct mm;

static inline bool item_ready(struct item *item)
{
	return item->ready;
}

static int quotient(int n)
{
	return 2 / n;
}

INIT
{
#if defined(FREED) || defined(COMPLETION)
	published = kzalloc(sizeof(*published), GFP_KERNEL);
	init_completion(&published->done);
#endif
#if defined(STALE) || defined(KEEP_VMA)
	mm_init(&mm);
	mm_map(&mm, 0x1000, 0x1000, VM_ANON);
#endif
}

THREAD(wait, &mm)
{
#if defined(NULL_POINTER)
	WAIT_UNTIL(READ_ONCE(published)->ready);
#elif defined(CALL)
	WAIT_UNTIL(item_ready(READ_ONCE(published)));
#elif defined(BLOCK)
	ATOMIC {
		WAIT_UNTIL(item_ready(published));
		count = 1;
	}
#elif defined(ERROR)
	WAIT_UNTIL(READ_ONCE(count) && READ_ONCE(published)->ready);
#elif defined(FREED)
	struct item *item = READ_ONCE(published);

	WAIT_UNTIL(item->ready);
#elif defined(COMPLETION)
	struct item *item = READ_ONCE(published);

	wait_for_completion(&item->done);
#elif defined(INDEX)
	WAIT_UNTIL(slot[READ_ONCE(count)]);
#elif defined(LOCAL_INDEX)
	int i = READ_ONCE(count);

	WAIT_UNTIL(slot[i]);
#elif defined(DIVISION)
	WAIT_UNTIL(quotient(READ_ONCE(count)) == 2);
#elif defined(KEEP_DIVISION)
	WAIT_UNTIL(READ_ONCE(count) && quotient(READ_ONCE(count)) == 2);
#elif defined(KEEP)
	WAIT_UNTIL(READ_ONCE(published) && item_ready(READ_ONCE(published)));
#else
	struct vm_area_struct *vma;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, 0x1000);
#ifdef STALE
	mmap_read_unlock(current->mm);
	WAIT_UNTIL(vma->vm_start != 0x1000 || READ_ONCE(count));
#else
	WAIT_UNTIL(vma->vm_start != 0x1000 || READ_ONCE(count));
	mmap_read_unlock(current->mm);
#endif
#endif
}

THREAD(other, &mm)
{
#if defined(FREED) || defined(COMPLETION)
	kfree(published);
#elif defined(ERROR)
	WRITE_ONCE(published, ERR_PTR(-EFAULT));
	WRITE_ONCE(count, 1);
#elif defined(INDEX) || defined(LOCAL_INDEX)
	WRITE_ONCE(count, 2);
#elif defined(DIVISION) || defined(KEEP_DIVISION) || defined(STALE) || defined(KEEP_VMA)
	WRITE_ONCE(count, 1);
#else
	struct item *item = kzalloc(sizeof(*item), GFP_KERNEL);

	item->ready = 1;
	WRITE_ONCE(published, item);
#endif
}
