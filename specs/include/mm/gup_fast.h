/* SPDX-License-Identifier: MIT */
/*
 * This file takes a reference to a page that a page table names, without a lock:
 * get_user_pages_fast(). Interrupts are off, so that no page table is freed
 * meanwhile. The page may be: the kernel's struct of it stays where it is, and
 * has no references then. After the reference was taken the entry is looked at
 * again. MM_RMAP is needed.
 */
#ifndef _MM_GUP_FAST_H
#define _MM_GUP_FAST_H

#include <linux/irqflags.h>
#include <linux/rcupdate.h>
#include <mm/memory.h>

MM_TYPESAFE_BY_RCU(folio);

/* Take a reference if there is one already. */
static inline bool folio_try_get(struct folio *folio)
{
	bool got;

	ATOMIC {
		got = folio->_refcount > 0;
		if (got)
			folio->_refcount++;
	}
	return got;
}

/* The page of addr with a reference, or NULL. Interrupts are off. */
static struct folio *__maybe_unused gup_fast_pte(struct mm_struct *mm, unsigned long addr)
{
	struct ptdesc *pt = READ_ONCE(mm->pmd[pmd_index(addr)]);
	struct folio *folio;
	unsigned long entry;

	if (!pt)
		return NULL;
	ATOMIC {
		entry = pt_get(&pt->ptes, pte_offset(addr));
		folio = pt_folio(&pt->ptes, pte_offset(addr));
	}
	if (!(entry & _PAGE_PRESENT) || !folio_try_get(folio))
		return NULL;
	if (pt_entry_of(&pt->ptes, pte_offset(addr), folio) != entry) {
		folio_put(folio);
		return NULL;
	}
	return folio;
}

/* The page of addr with a reference, or NULL: then it takes mmap_lock. */
static struct folio *__maybe_unused gup_fast_folio(struct mm_struct *mm,
							      unsigned long addr)
{
	struct folio *folio;

	local_irq_disable();
	folio = gup_fast_pte(mm, addr);
	local_irq_enable();
	return folio;
}

/*
 * With folios (MM_RMAP) there is no get_user_pages*() by struct page: its name means
 * the look-up of one folio.
 */
#define get_user_pages_fast_only(mm, addr)	gup_fast_folio(mm, addr)

#endif /* _MM_GUP_FAST_H */
