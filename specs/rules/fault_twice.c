// SPDX-License-Identifier: MIT
/*
 * fault_twice: what if two threads fault on one page?
 *
 * Both find nothing there. Whoever is the second to get the lock of the page table finds
 * the page of the first then, and leaves it: what has been written to it would be lost.
 * BLIND does not look again.
 *
 * Entries do not name pages here: that a page is in the place of another is seen where
 * the entry is set.
 *
 * Source: do_anonymous_page() in mm/memory.c.
 *
 * Result: holds
 * Result: --kernel=6.1: holds
 * Result: POPULATE: holds
 * Result: BLIND: violated assert
 */

#define MM_TASK_PAGES 2

#include <linux/pgtable.h>
#include <mmcheck.h>

/* The entry of a page that was not there. */
static void pt_set_missing(struct page_table *pt, unsigned long addr, unsigned long entry)
{
	assert(!pt_get(pt, addr));
	pt_set(pt, addr, entry);
}

#define pt_set(pt, addr, entry)	pt_set_missing(pt, addr, entry)

#include <linux/mm.h>

#define ADDR	0x1000UL

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
}

THREAD(fault, &mm)
{
	do_user_addr_fault(ADDR);
}

THREAD(other, &mm)
{
#if defined(POPULATE)
	mm_populate(ADDR, PAGE_SIZE);
#elif defined(BLIND)
	mmap_read_lock(&mm);
	if (!pt_get(&mm.pgd, ADDR)) {
		spin_lock(&mm.page_table_lock);
		pt_set(&mm.pgd, ADDR, _PAGE_PRESENT | _PAGE_RW);
		spin_unlock(&mm.page_table_lock);
	}
	mmap_read_unlock(&mm);
#else
	do_user_addr_fault(ADDR);
#endif
}
