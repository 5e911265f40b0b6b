// SPDX-License-Identifier: MIT
/*
 * notifier: who is told that translations go away, with which range, and when?
 *
 * Result: holds
 * Result: BARE: violated notifier
 * Result: REGISTER: holds
 * Result: WRONG=mmu_notifier_invalidate_range_start(&mm,0,PAGE_SIZE): violated atomic-sleep
 */

#define MM_NOTIFIER 1
#define MM_NOTIFIER_START began
#define MM_NOTIFIER_END ended
#define MM_TASK_PAGES 2

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;
static unsigned long from, to;
static int inside, told;

static void began(struct mm_struct *which, unsigned long start, unsigned long end)
{
	assert(which == &mm);
	from = start;
	to = end;
	inside++;
	told++;
}

static void ended(struct mm_struct *which, unsigned long start, unsigned long end)
{
	assert(which == &mm && from == start && to == end);
	inside--;
	assert(inside >= 0);
}

INIT
{
	mm_init(&mm);
	pt_set(&mm.pgd, PAGE_SIZE, _PAGE_PRESENT);
}

#ifdef REGISTER

/* Whoever holds mmap_lock sees nobody come in the middle of his bracket. */
THREAD(comes, NULL)
{
	mmu_notifier_register(&mm);
}

THREAD(zap, NULL)
{
	mmap_read_lock(&mm);
	zap_page_range(&mm, PAGE_SIZE, 2 * PAGE_SIZE);
	assert(!inside);
	mmap_read_unlock(&mm);
}

#else

THREAD(t, NULL)
{
	struct mm_struct *it = &mm;
	int page = 1;

	assert(!mm_has_notifiers(it));
	zap_page_range(it, page * PAGE_SIZE, TASK_SIZE);
	assert(!told);
	mmu_notifier_register(page ? it : NULL);
	assert(mm_has_notifiers(it));
	mmu_notifier_invalidate_range_start(it, (page - 1) * PAGE_SIZE, PAGE_SIZE);
	assert(told == 1 && inside == 1 && from == 0 && to == PAGE_SIZE);
	mmu_notifier_invalidate_range_end(it, 0, page * PAGE_SIZE);
	assert(!inside);
	spin_lock(&mm.page_table_lock);
#ifdef WRONG
	WRONG;
#endif
	mmu_notifier_invalidate_range_start_nonblock(it, page * PAGE_SIZE, TASK_SIZE);
	assert(told == 2 && from == PAGE_SIZE && to == TASK_SIZE);
	pt_clear(&mm.pgd, page * PAGE_SIZE);
	mmu_notifier_invalidate_range_end(it, PAGE_SIZE, page * 2 * PAGE_SIZE);
#ifdef BARE
	pt_set(&mm.pgd, PAGE_SIZE, _PAGE_PRESENT);
	pt_clear(&mm.pgd, PAGE_SIZE);
#endif
	spin_unlock(&mm.page_table_lock);
	mmu_notifier_unregister(it);
	assert(!mm_has_notifiers(it));
	zap_page_range(it, 0, TASK_SIZE);
	assert(told == 2 && !inside);
}

#endif
