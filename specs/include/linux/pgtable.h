/* SPDX-License-Identifier: MIT */
/*
 * This file declares the table of page-table entries: flags, 0 where nothing
 * is mapped, and with MM_RMAP the folio that the entry names. Each call is one
 * step. An mm has one table for all of its address space, and writers hold
 * page_table_lock; with MM_RMAP there is a table, and in it a lock, for every
 * PTRS_PER_PTE pages, found through mm->pmd[], which has the lock mm->pmd_ptl.
 */
#ifndef _LINUX_PGTABLE_H
#define _LINUX_PGTABLE_H

#include <asm/pgtable_types.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/version.h>

struct folio;

struct page_table {
	int __native_pgtable;
};

#define _PAGE_PRESENT	0x1UL
#define _PAGE_RW	0x2UL
#define _PAGE_MIGRATION	0x4UL	/* not present: the page is being moved */
#define _PAGE_SWAP	0x8UL	/* not present: the page was written out */
#define _PAGE_GUARD	0x10UL	/* not present: whoever comes here gets a signal */
#define _PAGE_SPECIAL	0x40UL	/* present: the page is a device's, and not counted */

unsigned long pt_get(struct page_table *pt, unsigned long addr);
void pt_set(struct page_table *pt, unsigned long addr, unsigned long pte);
void pt_clear(struct page_table *pt, unsigned long addr);

struct folio *pt_folio(struct page_table *pt, unsigned long addr);
unsigned long pt_entry_of(struct page_table *pt, unsigned long addr, struct folio *folio);
void pt_set_folio(struct page_table *pt, unsigned long addr, unsigned long pte,
		  struct folio *folio);

#if MM_TLB
struct mm_tlb {
	int __native_tlb;
};
#endif

#if MM_RMAP

#ifndef PTRS_PER_PTE
#define PTRS_PER_PTE	(MM_TASK_PAGES / 2)
#endif
#define PTRS_PER_PMD	(MM_TASK_PAGES / PTRS_PER_PTE)
#define PMD_SIZE	(PTRS_PER_PTE * 0x1000UL)
#define PMD_MASK	(~(PMD_SIZE - 1))

#define pmd_index(addr)	((addr) / PMD_SIZE)
#define pte_offset(addr)	((addr) % PMD_SIZE)

/* One page of entries. */
struct ptdesc {
	spinlock_t ptl;
	struct page_table ptes;
#if MM_KHUGEPAGED && PTE_FREE_DEFER
	struct rcu_head pt_rcu_head;
#endif
};

#endif /* MM_RMAP */

#endif /* _LINUX_PGTABLE_H */
