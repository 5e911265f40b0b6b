/* SPDX-License-Identifier: MIT */
/*
 * This file moves a page to another place in memory: mm/migrate.c, with its
 * walks of the reverse mapping (mm/rmap.c). The caller holds the folio lock, so
 * that no fault maps the page meanwhile, and a reference.
 *
 * try_to_migrate() may miss a mapping: then _mapcount does not come down to
 * zero, and the page stays. remove_migration_ptes() must find every entry that
 * was left behind, since what it misses nobody ever repairs.
 */
#ifndef _MM_MIGRATE_H
#define _MM_MIGRATE_H

#include <mm/memory.h>

/*
 * The entry of addr in mm if it names folio and has one of the flags, with the
 * table locked; NULL, and nothing locked, if not. Without sync, a place
 * that looks empty is passed without taking the lock.
 */
static struct ptdesc *__maybe_unused page_vma_mapped_walk(struct mm_struct *mm, unsigned long addr,
							  struct folio *folio,
							  unsigned long flags, bool sync)
{
	struct ptdesc *pt;

	if (!sync) {
		pt = READ_ONCE(mm->pmd[pmd_index(addr)]);
		if (!pt || !pt_get(&pt->ptes, pte_offset(addr)))
			return NULL;
	}
	pt = pte_offset_map_lock(mm, addr);
	if (!pt)
		return NULL;
	if (pt_entry_of(&pt->ptes, pte_offset(addr), folio) & flags)
		return pt;
	pte_unmap_unlock(pt);
	return NULL;
}

/* Put migration entries in place of all mappings of folio. */
static void __maybe_unused try_to_migrate(struct folio *folio)
{
	struct address_space *mapping = folio->mapping;
	struct anon_vma *anon_vma = NULL;
	pgoff_t index = folio->index;
	struct vm_area_struct *vma;

	if (folio->anon_vma) {
		anon_vma = folio_lock_anon_vma_read(folio, NULL);
		if (!anon_vma)
			return;
	} else {
		i_mmap_lock_read(mapping);
	}
	for (vma = rmap_first(anon_vma, mapping, index); vma;
	     vma = rmap_next(vma, anon_vma, mapping, index)) {
		unsigned long addr = vma_address(vma, index);
		struct ptdesc *pt;

		mmu_notifier_invalidate_range_start(vma->vm_mm, addr, addr + PAGE_SIZE);
		pt = page_vma_mapped_walk(vma->vm_mm, addr, folio, _PAGE_PRESENT, true);
		if (pt) {
			pt_set_folio(&pt->ptes, pte_offset(addr), _PAGE_MIGRATION, folio);
			flush_tlb_page(vma->vm_mm, addr);
			folio_remove_rmap(folio);
			folio_put(folio);
			pte_unmap_unlock(pt);
		}
		mmu_notifier_invalidate_range_end(vma->vm_mm, addr, addr + PAGE_SIZE);
	}
	rmap_unlock_read(anon_vma, mapping);
}

/* Let all migration entries of src be mappings of dst. Define MIGRATE_NO_SYNC to peek first. */
static void __maybe_unused remove_migration_ptes(struct folio *src, struct folio *dst)
{
	struct address_space *mapping = src->mapping;
	struct anon_vma *anon_vma = src->anon_vma;
	pgoff_t index = src->index;
	struct vm_area_struct *vma;

	rmap_lock_read(anon_vma, mapping);
	rmap_walk_must_see(anon_vma, mapping);
	for (vma = rmap_first(anon_vma, mapping, index); vma;
	     vma = rmap_next(vma, anon_vma, mapping, index)) {
		unsigned long addr = vma_address(vma, index);
		struct ptdesc *pt;

#ifdef MIGRATE_NO_SYNC
		pt = page_vma_mapped_walk(vma->vm_mm, addr, src, _PAGE_MIGRATION, false);
#else
		pt = page_vma_mapped_walk(vma->vm_mm, addr, src, _PAGE_MIGRATION, true);
#endif
		if (!pt)
			continue;
		folio_get(dst);
		folio_add_rmap(dst);
		pt_set_folio(&pt->ptes, pte_offset(addr), _PAGE_PRESENT | _PAGE_RW, dst);
		pte_unmap_unlock(pt);
	}
	rmap_must_have_seen(src, _PAGE_MIGRATION);
	rmap_unlock_read(anon_vma, mapping);
}

/*
 * Let dst take the place of src, which is locked. No mapping keeps the anon_vma of
 * a page while it is on the way: that takes a reference, where it is not there any
 * more the page is not mapped. Define MIGRATE_NO_ANON_VMA_REF to do without.
 */
static void __maybe_unused unmap_and_move(struct folio *src, struct folio *dst)
{
	struct anon_vma *anon_vma = NULL;

#ifndef MIGRATE_NO_ANON_VMA_REF
	if (src->anon_vma) {
		anon_vma = folio_get_anon_vma(src);
		if (!anon_vma)
			return;
	}
#endif
	try_to_migrate(src);
	remove_migration_ptes(src, dst);
	if (anon_vma)
		put_anon_vma(anon_vma);
}

#endif /* _MM_MIGRATE_H */
