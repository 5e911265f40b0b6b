/* SPDX-License-Identifier: MIT */
/*
 * This file reclaims a page of a file. The caller holds the folio lock, so that
 * no fault maps the page meanwhile.
 */
#ifndef _MM_VMSCAN_H
#define _MM_VMSCAN_H

#include <mm/migrate.h>

/*
 * Take folio out of all page tables. A mapping that moves meanwhile may be
 * missed: a place that looks empty is passed without its lock. With MM_TLB_BATCH the
 * CPUs are told later, of many pages at once: try_to_unmap_flush(). Define
 * UNMAP_NO_PENDING not to say so.
 */
static void __maybe_unused try_to_unmap(struct folio *folio)
{
	struct address_space *mapping = folio->mapping;
	pgoff_t index = folio->index;
	struct vm_area_struct *vma;

	i_mmap_lock_read(mapping);
	vma_interval_tree_foreach(vma, &mapping->i_mmap, index, index) {
		unsigned long addr = vma_address(vma, index);
		struct ptdesc *pt;

		mmu_notifier_invalidate_range_start(vma->vm_mm, addr, addr + PAGE_SIZE);
		pt = page_vma_mapped_walk(vma->vm_mm, addr, folio, _PAGE_PRESENT, false);
		if (pt) {
			pt_clear(&pt->ptes, pte_offset(addr));
#if MM_TLB_BATCH
#ifndef UNMAP_NO_PENDING
			set_tlb_ubc_flush_pending(vma->vm_mm);
#endif
#else
			flush_tlb_page(vma->vm_mm, addr);
#endif
			folio_remove_rmap(folio);
			folio_put(folio);
			pte_unmap_unlock(pt);
		}
		mmu_notifier_invalidate_range_end(vma->vm_mm, addr, addr + PAGE_SIZE);
	}
	i_mmap_unlock_read(mapping);
}

#if MM_TLB_BATCH

/* Tell the CPUs of what was unmapped in mm, before the pages are freed. */
static void __maybe_unused try_to_unmap_flush(struct mm_struct *mm)
{
	flush_tlb_mm(mm);
}

#endif

/*
 * Drop the last reference if it is the file's: then nobody can get another one.
 * Define RECLAIM_NO_FREEZE to drop it whoever has one.
 */
static bool __maybe_unused __remove_mapping(struct folio *folio)
{
	bool last;

	ATOMIC {
#ifdef RECLAIM_NO_FREEZE
		last = true;
#else
		last = folio->_refcount == 1;
#endif
		if (last)
			folio->_refcount = 0;
	}
	if (last)
		kfree(folio);
	return last;
}

/* Reclaim folio, or give up if it is still mapped, or somebody has a reference. */
static bool __maybe_unused shrink_folio(struct folio *folio)
{
	try_to_unmap(folio);
	if (READ_ONCE(folio->_mapcount))	/* spares work: each mapping has a reference, too */
		return false;
	return __remove_mapping(folio);
}

#endif /* _MM_VMSCAN_H */
