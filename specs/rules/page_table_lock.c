// SPDX-License-Identifier: MIT
/*
 * page_table_lock: which lock keeps an entry of a page table?
 *
 * mmap_lock does not: faults hold it for reading, and may be many. Writing an
 * entry takes the lock of its page table (KEEP); a look without it (PEEK) is
 * allowed to whoever looks again under the lock. READ_LOCK writes with mmap_lock
 * alone, and two faults on one address each take the place to be empty. A table
 * that no mm names yet belongs to whoever made it (FRESH), and hooking it into the
 * mm takes the lock of mm->pmd[] (FRESH NO_PTL), and another look: the other fault may have
 * been faster (ALLOC, as the kernel does it). The lock of another table does not do
 * (OTHER).
 *
 * Result: KEEP: holds
 * Result: PEEK: holds
 * Result: READ_LOCK: violated assert
 * Result: READ_LOCK --find=rule: violated unlocked-write
 * Result: KEEP MM_RMAP=1: holds
 * Result: READ_LOCK MM_RMAP=1 --find=rule: violated unlocked-write
 * Result: OTHER MM_RMAP=1: violated unlocked-write
 * Result: FRESH MM_RMAP=1: holds
 * Result: ALLOC MM_RMAP=1 MM_FREE_PGTABLES=1: holds
 * Result: FRESH NO_PTL MM_RMAP=1 --find=rule: violated unlocked-write
 */

#define MM_TASK_PAGES 2
#define PTRS_PER_PTE 1

#include <linux/mm.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

#ifdef FRESH
MM_POOL(ptdesc, 4);
#endif

static struct mm_struct mm;
static int mapped __maybe_unused;	/* how many faults found nothing */

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
#ifdef FRESH
	kfree(mm.pmd[1]);
	mm.pmd[1] = NULL;
#endif
}

#if MM_RMAP
#define TABLE		(&mm.pmd[1]->ptes)
#define OFFSET		pte_offset(ADDR)
#define pte_lockptr()	(&mm.pmd[1]->ptl)
#else
#define TABLE		(&mm.pgd)
#define OFFSET		ADDR
#define pte_lockptr()	(&mm.page_table_lock)
#endif

#ifdef FRESH

THREADS(fault, 2, &mm)
{
	struct ptdesc *new;

	mmap_read_lock(&mm);
	new = pte_alloc_one();
	pt_set(&new->ptes, OFFSET, _PAGE_PRESENT);
#ifndef NO_PTL
	spin_lock(&mm.pmd_ptl);
#endif
	if (!READ_ONCE(mm.pmd[1])) {
		WRITE_ONCE(mm.pmd[1], new);
		new = NULL;
	}
#ifndef NO_PTL
	spin_unlock(&mm.pmd_ptl);
#endif
	if (new) {
		pt_clear(&new->ptes, OFFSET);
		kfree(new);
	}
	mmap_read_unlock(&mm);
}

#elif defined(ALLOC)

/* Of two tables one is lost, unless it is freed. */
THREADS(fault, 2, &mm)
{
	mmap_read_lock(&mm);
	pte_unmap_unlock(pte_alloc_map_lock(&mm, ADDR));
	mmap_read_unlock(&mm);
}

#else

THREADS(fault, 2, &mm)
{
	mmap_read_lock(&mm);
#ifdef PEEK
	if (pt_get(TABLE, OFFSET)) {
		mmap_read_unlock(&mm);
		return;
	}
#endif
#ifdef OTHER
	spin_lock(&mm.pmd[0]->ptl);
#elif !defined(READ_LOCK)
	spin_lock(pte_lockptr());
#endif
	if (!pt_get(TABLE, OFFSET)) {
		pt_set(TABLE, OFFSET, _PAGE_PRESENT);
		ATOMIC {
			mapped++;
		}
	}
#ifdef OTHER
	spin_unlock(&mm.pmd[0]->ptl);
#elif !defined(READ_LOCK)
	spin_unlock(pte_lockptr());
#endif
	mmap_read_unlock(&mm);
}

FINAL
{
	assert(mapped == 1);
}

#endif
