/* SPDX-License-Identifier: MIT */
/*
 * This file handles pages in page tables (MM_RMAP): zap, and the copy that fork
 * makes. References and mappings are counted in the order of the kernel: up
 * before an entry is set, down after it was cleared.
 */
#ifndef _MM_MEMORY_H
#define _MM_MEMORY_H

#include <mmcheck.h>
#include <linux/irqflags.h>
#include <linux/rcupdate.h>
#include <mm/internal.h>
#include <mm/tlb.h>

/*
 * Where page tables are freed by RCU, a walk is in a read section from the first
 * look at the entry that names the table to the unmap. The section costs
 * states: without khugepaged there is none. Define WALK_NO_RCU to leave it out.
 */
#if MM_KHUGEPAGED && PTE_FREE_DEFER && !defined(WALK_NO_RCU)
#define pte_walk_begin()	rcu_read_lock()
#define pte_walk_end()		rcu_read_unlock()
#else
#define pte_walk_begin()	do { } while (0)
#define pte_walk_end()		do { } while (0)
#endif

/*
 * Lock the page table of addr, or return NULL where there is none. The table
 * is found without a lock; whether it is still the one is seen once it is locked.
 */
static struct ptdesc *__maybe_unused pte_offset_map_lock(struct mm_struct *mm, unsigned long addr)
{
	struct ptdesc *pt;

	pte_walk_begin();
	pt = READ_ONCE(mm->pmd[pmd_index(addr)]);
	while (pt) {
		struct ptdesc *now;

		spin_lock(&pt->ptl);
		now = READ_ONCE(mm->pmd[pmd_index(addr)]);
		if (likely(now == pt))
			return pt;
		spin_unlock(&pt->ptl);
		pt = now;
	}
	pte_walk_end();
	return NULL;
}

static inline void pte_unmap_unlock(struct ptdesc *pt)
{
	spin_unlock(&pt->ptl);
	pte_walk_end();
}

#if MM_PGTABLES_GO

/* The page table of addr without its lock, or NULL: it may be unhooked at any time. */
static struct ptdesc *__maybe_unused pte_offset_map_nolock(struct mm_struct *mm,
							    unsigned long addr)
{
	struct ptdesc *pt;

	pte_walk_begin();
	pt = READ_ONCE(mm->pmd[pmd_index(addr)]);
	if (!pt)
		pte_walk_end();
	return pt;
}

static inline void pte_unmap(struct ptdesc *pt __maybe_unused)
{
	pte_walk_end();
}

/* Give addr a page table if it has none. */
static void __maybe_unused pte_alloc(struct mm_struct *mm, unsigned long addr)
{
	struct ptdesc *new;

	if (READ_ONCE(mm->pmd[pmd_index(addr)]))
		return;
	new = pte_alloc_one();
	spin_lock(&mm->pmd_ptl);
	if (!mm->pmd[pmd_index(addr)]) {
		WRITE_ONCE(mm->pmd[pmd_index(addr)], new);
		new = NULL;
	}
	spin_unlock(&mm->pmd_ptl);
	if (new)
		kfree(new);
}

/* Lock the page table of addr. One that is gone again is made again; a fault is tried again. */
static struct ptdesc *__maybe_unused pte_alloc_map_lock(struct mm_struct *mm, unsigned long addr)
{
	struct ptdesc *pt;

	do {
		pte_alloc(mm, addr);
		pt = pte_offset_map_lock(mm, addr);
	} while (!pt);
	return pt;
}

#else /* all tables are there, and stay */

#define pte_offset_map_nolock(mm, addr)	((mm)->pmd[pmd_index(addr)])
#define pte_unmap(pt)			do { } while (0)
#define pte_alloc(mm, addr)		do { } while (0)
#define pte_alloc_map_lock(mm, addr)	pte_offset_map_lock(mm, addr)

#endif

/* Clear the entry of addr and let tlb give up what it held. The table is locked. */
static void __maybe_unused zap_pte(struct mmu_gather *tlb, struct ptdesc *pt, unsigned long addr)
{
	unsigned long entry;
	struct folio *folio;

	ATOMIC {
		entry = pt_get(&pt->ptes, pte_offset(addr));
		folio = pt_folio(&pt->ptes, pte_offset(addr));
		pt_clear(&pt->ptes, pte_offset(addr));
	}
	if (entry & _PAGE_PRESENT)
		tlb_remove_tlb_entry(tlb, addr);
	if (entry & _PAGE_PRESENT && !(entry & _PAGE_SPECIAL)) {
		folio_remove_rmap(folio);
		tlb_remove_page(tlb, folio);
	}
}

/*
 * Take the pages of [start, end) out of the page tables, and leave them to tlb. An entry
 * that is empty may be one whose flush is to come (MM_TLB_BATCH). To leave the look for that
 * out, define ZAP_NO_PENDING, to do it too early, ZAP_EARLY_PENDING.
 */
static void __maybe_unused unmap_page_range(struct mmu_gather *tlb, struct mm_struct *mm,
					    unsigned long start, unsigned long end)
{
	unsigned long addr;

	mmu_notifier_invalidate_range_start(mm, start, end);
	for (addr = start; addr < end; addr += PAGE_SIZE) {
		struct ptdesc *pt;

#if MM_TLB_BATCH && defined(ZAP_EARLY_PENDING)
		flush_tlb_batched_pending(mm);
#endif
		pt = pte_offset_map_lock(mm, addr);
		if (!pt)
			continue;
#if MM_TLB_BATCH && !defined(ZAP_EARLY_PENDING) && !defined(ZAP_NO_PENDING)
		flush_tlb_batched_pending(mm);
#endif
		if (pt_get(&pt->ptes, pte_offset(addr)))
			zap_pte(tlb, pt, addr);
		pte_unmap_unlock(pt);
	}
	mmu_notifier_invalidate_range_end(mm, start, end);
}

/* The same, and CPUs know of it. */
static void __maybe_unused zap_page_range(struct mm_struct *mm, unsigned long start,
					  unsigned long end)
{
	struct mmu_gather tlb;

	tlb_gather_mmu(&tlb, mm);
	unmap_page_range(&tlb, mm, start, end);
	tlb_finish_mmu(&tlb);
}

/* Let an entry name a page of a device: it is not counted. For drivers, and INIT. */
static void __maybe_unused vmf_insert_pfn(struct vm_area_struct *vma, unsigned long addr,
					  struct folio *page)
{
	struct ptdesc *pt = pte_alloc_map_lock(vma->vm_mm, addr);

	if (!pt_get(&pt->ptes, pte_offset(addr)))
		pt_set_folio(&pt->ptes, pte_offset(addr),
			     _PAGE_PRESENT | _PAGE_RW | _PAGE_SPECIAL, page);
	pte_unmap_unlock(pt);
}

#if MM_FREE_PGTABLES
/*
 * Free the page tables that [start, end) has a part in and that nothing between
 * floor and ceiling needs but what was unmapped. Nobody can be in them who holds
 * mmap_lock or an rmap lock; who has his interrupts off is waited for. (No lock
 * is taken in the kernel.) Define FREE_PGTABLES_NO_SYNC not to wait.
 */
static void __maybe_unused free_pgtables(struct mm_struct *mm, unsigned long start,
					 unsigned long end, unsigned long floor,
					 unsigned long ceiling)
{
	for (unsigned long addr = start & PMD_MASK; addr < end; addr += PMD_SIZE) {
		struct ptdesc *pt;

		if (addr < floor || addr + PMD_SIZE > ceiling)
			continue;
		spin_lock(&mm->pmd_ptl);
		pt = READ_ONCE(mm->pmd[pmd_index(addr)]);
		WRITE_ONCE(mm->pmd[pmd_index(addr)], NULL);
		spin_unlock(&mm->pmd_ptl);
		if (!pt)
			continue;
#ifndef FREE_PGTABLES_NO_SYNC
		tlb_remove_table_sync_one();
#endif
		kfree(pt);
	}
}
#endif

/*
 * Give dst what the entry of src says, an entry under migration included. Both
 * tables are locked. The destination must be empty; fork, for which this was
 * written, need not look. With MM_COW both may only read from now on.
 */
static void __maybe_unused copy_one_pte(struct ptdesc *dst, unsigned long dst_addr,
					struct ptdesc *src, unsigned long src_addr)
{
	unsigned long entry;
	struct folio *folio;

	ATOMIC {
		entry = pt_get(&src->ptes, pte_offset(src_addr));
		folio = pt_folio(&src->ptes, pte_offset(src_addr));
	}
	if (!entry)
		return;
#if MM_COW
	if (entry & _PAGE_RW) {
		entry &= ~_PAGE_RW;
		pt_set_folio(&src->ptes, pte_offset(src_addr), entry, folio);
	}
#endif
	if (entry & _PAGE_PRESENT) {
		folio_get(folio);
		folio_add_rmap(folio);
	}
	VM_BUG_ON(pt_get(&dst->ptes, pte_offset(dst_addr)));
	pt_set_folio(&dst->ptes, pte_offset(dst_addr), entry, folio);
}

/* Map a page where nothing is mapped. For INIT, and for faults that found it. */
static void __maybe_unused mm_map_folio(struct mm_struct *mm, unsigned long addr,
					struct folio *folio, unsigned long entry)
{
	struct ptdesc *pt = pte_alloc_map_lock(mm, addr);

	if (entry & _PAGE_PRESENT) {
		folio_get(folio);
		folio_add_rmap(folio);
	}
	pt_set_folio(&pt->ptes, pte_offset(addr), entry, folio);
	pte_unmap_unlock(pt);
}

/* A page of a file, or of an anon_vma, that the caller holds a reference on. */
static struct folio *__maybe_unused folio_alloc(struct address_space *mapping,
						struct anon_vma *anon_vma, pgoff_t index)
{
	struct folio *folio = kzalloc(sizeof(struct folio), GFP_KERNEL);

	WRITE_ONCE(folio->_refcount, 1);	/* who met the page before may try for a reference */
	folio->mapping = mapping;
	folio->anon_vma = anon_vma;
	folio->index = index;
	return folio;
}

#endif /* _MM_MEMORY_H */
