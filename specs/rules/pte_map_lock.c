// SPDX-License-Identifier: MIT
/*
 * pte_map_lock: how is the lock of a page table found that may be taken away?
 *
 * With split page-table locks the lock lies in the table. A walker reads the
 * pmd without a lock, takes the lock of the table that it names, and reads the
 * pmd again: khugepaged may have unhooked the table in between (KEEP). The
 * table is freed by RCU, and the walker is in a read section from the first
 * look to the unmap. NO_RECHECK writes into a table that nobody sees any more,
 * NO_RCU takes the lock in freed memory, SLEEP sleeps before it unmaps. Without
 * split locks there is one for all tables, in none of them (UNSPLIT); who wants
 * those of two tables then asks for the same lock twice (UNSPLIT BOTH).
 *
 * Result: KEEP: holds, 75 states
 * Result: BOTH: holds, 81 states
 * Result: NO_RECHECK: violated assert
 * Result: NO_RCU: violated use-after-free
 * Result: SLEEP: violated rcu-misuse
 * Result: UNSPLIT: holds, 75 states
 * Result: UNSPLIT BOTH: violated lock-misuse
 */

#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <mmcheck.h>

struct table {
	spinlock_t ptl;
	int pte;
	struct rcu_head rcu;
};

static spinlock_t page_table_lock __maybe_unused, pmd_lock;
static struct table *pmd;
static struct table other __maybe_unused;

#ifdef UNSPLIT
#define pte_lockptr(table)	((void)(table), &page_table_lock)
#else
#define pte_lockptr(table)	(&(table)->ptl)
#endif

INIT
{
	pmd = kzalloc(sizeof(*pmd), GFP_KERNEL);
}

static struct table *map_lock(void)
{
	struct table *table;

#ifndef NO_RCU
	rcu_read_lock();
#endif
	table = READ_ONCE(pmd);
	if (table) {
		spin_lock(pte_lockptr(table));
#ifndef NO_RECHECK
		if (table == READ_ONCE(pmd))
			return table;
		spin_unlock(pte_lockptr(table));
#else
		return table;
#endif
	}
#ifndef NO_RCU
	rcu_read_unlock();
#endif
	return NULL;
}

static void unmap_unlock(struct table *table)
{
	spin_unlock(pte_lockptr(table));
#ifdef SLEEP
	might_sleep();
#endif
#ifndef NO_RCU
	rcu_read_unlock();
#endif
}

THREAD(fault, NULL)
{
	struct table *table = map_lock();

	if (!table)
		return;
#ifdef BOTH
	spin_lock_nested(pte_lockptr(&other), 1);
	spin_unlock(pte_lockptr(&other));
#endif
	table->pte = 1;
	assert(table == pmd);
	unmap_unlock(table);
}

/* Take an empty table away, as retract_page_tables() does. */
THREAD(khugepaged, NULL)
{
	struct table *table = pmd;
	bool empty;

	spin_lock(&pmd_lock);
	spin_lock_nested(pte_lockptr(table), 1);
	empty = !table->pte;
	if (empty)
		WRITE_ONCE(pmd, NULL);
	spin_unlock(pte_lockptr(table));
	spin_unlock(&pmd_lock);
	if (empty)
		kfree_rcu(table, rcu);
}
