/* SPDX-License-Identifier: MIT */
/*
 * This file declares the page table of one mm: an entry for every page of the
 * address space, 0 where nothing is mapped. Each call is one step. Writers
 * hold page_table_lock.
 */
#ifndef _LINUX_PGTABLE_H
#define _LINUX_PGTABLE_H

struct page_table {
	int __native_pgtable;
};

#define _PAGE_PRESENT	0x1UL
#define _PAGE_RW	0x2UL

unsigned long pt_get(struct page_table *pt, unsigned long addr);
void pt_set(struct page_table *pt, unsigned long addr, unsigned long pte);
void pt_clear(struct page_table *pt, unsigned long addr);

#endif /* _LINUX_PGTABLE_H */
