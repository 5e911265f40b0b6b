/* SPDX-License-Identifier: MIT */
/*
 * This file throws away the pages of a range and, from 6.14 on, the page tables that are
 * empty by that: mm/pt_reclaim.c, with MM_KHUGEPAGED, since others must expect that a page
 * table is gone. (From 7.0 on it is in mm/memory.c, with other names.) The caller holds
 * mmap_lock or the lock of the VMA for reading, so that those who may be in the table are
 * many: the table goes by RCU, and whoever has locked it has to see that it is still hooked.
 *
 * What khugepaged does to page tables is in <mm/khugepaged.h>.
 */
#ifndef _MM_PT_RECLAIM_H
#define _MM_PT_RECLAIM_H

#include <linux/minmax.h>
#include <mm/khugepaged.h>

#if PT_RECLAIM

/* Unhook the table of addr, which the caller has locked and emptied, if that lock is free. */
static bool __maybe_unused try_get_and_clear_pmd(struct mm_struct *mm, unsigned long addr)
{
	if (!spin_trylock(&mm->pmd_ptl))
		return false;
	WRITE_ONCE(mm->pmd[pmd_index(addr)], NULL);
	spin_unlock(&mm->pmd_ptl);
	return true;
}

/* The same without the lock of the table, which need not be empty any more. */
static void __maybe_unused try_to_free_pte(struct mm_struct *mm, unsigned long addr)
{
	struct ptdesc *pt;
	bool empty = true;

	spin_lock(&mm->pmd_ptl);
	pt = mm->pmd[pmd_index(addr)];
	if (!pt) {
		spin_unlock(&mm->pmd_ptl);
		return;
	}
	spin_lock_nested(&pt->ptl, SINGLE_DEPTH_NESTING);
	for (int i = 0; i < (int)PTRS_PER_PTE; i++)
		if (pt_get(&pt->ptes, pte_offset(addr + i * PAGE_SIZE)))
			empty = false;
	if (empty)
		WRITE_ONCE(mm->pmd[pmd_index(addr)], NULL);
	spin_unlock(&pt->ptl);
	spin_unlock(&mm->pmd_ptl);
	if (empty)
		pte_free_defer(pt);
}

#endif

/* Throw away [start, end), which lies in one table, and the table if that was all of it. */
static void __maybe_unused zap_table(struct mmu_gather *tlb, struct mm_struct *mm,
				     unsigned long start, unsigned long end)
{
	struct ptdesc *pt = pte_offset_map_lock(mm, start);
	unsigned long addr;
	bool unhooked __maybe_unused = false;

	if (!pt)
		return;
	for (addr = start; addr < end; addr += PAGE_SIZE)
		if (pt_get(&pt->ptes, pte_offset(addr)))
			zap_pte(tlb, pt, addr);
#if PT_RECLAIM
	if (end - start == PMD_SIZE)
		unhooked = try_get_and_clear_pmd(mm, start);
#endif
	pte_unmap_unlock(pt);
#if PT_RECLAIM
	if (unhooked)
		pte_free_defer(pt);
	else if (end - start == PMD_SIZE)
		try_to_free_pte(mm, start);
#endif
}

/* MADV_DONTNEED for [start, end) of a VMA. */
static void __maybe_unused zap_page_range_reclaim(struct mm_struct *mm, unsigned long start,
						  unsigned long end)
{
	struct mmu_gather tlb;
	unsigned long addr, next;

	tlb_gather_mmu(&tlb, mm);
	mmu_notifier_invalidate_range_start(mm, start, end);
	for (addr = start; addr < end; addr = next) {
		next = min((addr & PMD_MASK) + PMD_SIZE, end);
		zap_table(&tlb, mm, addr, next);
	}
	mmu_notifier_invalidate_range_end(mm, start, end);
	tlb_finish_mmu(&tlb);
}

#endif /* _MM_PT_RECLAIM_H */
