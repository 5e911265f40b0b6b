/* SPDX-License-Identifier: MIT */
/*
 * This file takes page tables away while processes run: mm/khugepaged.c, for
 * files (MM_KHUGEPAGED). One huge page comes in the place of all the pages of a
 * page table. The pages are locked and unmapped, so that no fault maps them
 * again, and then all tables that are empty by that are unhooked and freed.
 *
 * Up to 6.5 all who may be in a table are kept away: mmap_lock and i_mmap_rwsem
 * are held for writing, and VMAs with an anon_vma are left alone. That is how
 * 6.2 does it, and what the stable kernels before it got. From 6.6 on they are
 * not: the lock of the table is taken as well as that of the entry that names
 * it, and RCU frees the table when nobody is in it any more.
 *
 * The page cache keeps the pages that it has: the huge page that the kernel puts
 * there is held by the same lock. Of the faults that map it nothing is modelled.
 * Nor is the lock of the VMA that 6.4 and 6.5 try to get.
 *
 * Define KHUGEPAGED_NO_RMAP_LOCK, KHUGEPAGED_NO_RECHECK, KHUGEPAGED_NO_SYNC (up
 * to 6.5) or KHUGEPAGED_NO_RCU (from 6.6 on) to leave out what this rests on.
 */
#ifndef _MM_KHUGEPAGED_H
#define _MM_KHUGEPAGED_H

#include <linux/irqflags.h>
#include <linux/rcupdate.h>
#include <mm/filemap.h>
#include <mm/memory.h>
#include <mm/vmscan.h>

#if !MM_KHUGEPAGED
#error khugepaged needs MM_KHUGEPAGED: others must expect that a page table is gone
#endif

#if PTE_FREE_DEFER

/* Free a table that nobody finds any more: after all walks that found it. */
static void __maybe_unused pte_free_defer(struct ptdesc *table)
{
#ifdef KHUGEPAGED_NO_RCU
	kfree(table);
#else
	kfree_rcu(table, pt_rcu_head);
#endif
}

/*
 * Unhook the page table of addr, which is empty, and free it, unless vma has got
 * an anon_vma meanwhile: pages that the folio locks do not keep out.
 */
static void __maybe_unused collapse_and_free_pmd(struct vm_area_struct *vma, unsigned long addr)
{
	struct mm_struct *mm = vma->vm_mm;
	struct ptdesc *table;
	bool skip = false;

	spin_lock(&mm->pmd_ptl);
	table = mm->pmd[pmd_index(addr)];
	if (!table) {
		spin_unlock(&mm->pmd_ptl);
		return;
	}
	spin_lock_nested(&table->ptl, SINGLE_DEPTH_NESTING);
#ifndef KHUGEPAGED_NO_RECHECK
	skip = data_race(vma->anon_vma);	/* set under another lock, before a page comes */
#endif
	if (!skip) {
		WRITE_ONCE(mm->pmd[pmd_index(addr)], NULL);
		flush_tlb_range(mm, addr, addr + PMD_SIZE);	/* no CPU of ours knows an empty table */
	}
	spin_unlock(&table->ptl);
	spin_unlock(&mm->pmd_ptl);
	if (!skip)
		pte_free_defer(table);
}

#else /* !PTE_FREE_DEFER */

/* Unhook the page table of addr, which is empty, and free it: nobody is in it. */
static void __maybe_unused collapse_and_free_pmd(struct vm_area_struct *vma, unsigned long addr)
{
	struct mm_struct *mm = vma->vm_mm;
	struct ptdesc *table;

	spin_lock(&mm->pmd_ptl);
	table = mm->pmd[pmd_index(addr)];
	WRITE_ONCE(mm->pmd[pmd_index(addr)], NULL);
	flush_tlb_range(mm, addr, addr + PMD_SIZE);	/* as above */
	spin_unlock(&mm->pmd_ptl);
#ifndef KHUGEPAGED_NO_SYNC
	tlb_remove_table_sync_one();
#endif
	if (table)
		kfree(table);
}

#endif /* !PTE_FREE_DEFER */

/* Does vma cover all of the page table of addr? */
static inline bool vma_covers_table(struct vm_area_struct *vma, unsigned long addr)
{
	return !pte_offset(addr) && vma->vm_start <= addr && vma->vm_end >= addr + PMD_SIZE;
}

/* Take the empty table of addr from vma, if its mm has a user, and mmap_lock is to be had. */
static void __maybe_unused retract_page_table(struct vm_area_struct *vma, unsigned long addr)
{
	struct mm_struct *mm = vma->vm_mm;

#if !PTE_FREE_DEFER
	if (!mmap_write_trylock(mm))
		return;
#endif
	if (atomic_read(&mm->mm_users)) {
		/* No subscriber of ours knows an empty table. */
		mmu_notifier_invalidate_range_start(mm, addr, addr + PMD_SIZE);
#if !PTE_FREE_DEFER && !defined(KHUGEPAGED_NO_RECHECK)
		if (!vma->anon_vma)
#endif
			collapse_and_free_pmd(vma, addr);
		mmu_notifier_invalidate_range_end(mm, addr, addr + PMD_SIZE);
	}
#if !PTE_FREE_DEFER
	mmap_write_unlock(mm);
#endif
}

/* Take the table that maps index and the pages behind it from all VMAs without an anon_vma. */
static void __maybe_unused retract_page_tables(struct address_space *mapping, pgoff_t index)
{
	struct vm_area_struct *vma;

#if PTE_FREE_DEFER
	i_mmap_lock_read(mapping);
#else
	i_mmap_lock_write(mapping);
#endif
	vma_interval_tree_foreach(vma, &mapping->i_mmap, index, index) {
		unsigned long addr = vma_address(vma, index);

		if (data_race(vma->anon_vma))	/* a guess: tested again */
			continue;
		if (vma_covers_table(vma, addr))
			retract_page_table(vma, addr);
	}
#if PTE_FREE_DEFER
	i_mmap_unlock_read(mapping);
#else
	i_mmap_unlock_write(mapping);
#endif
}

#if PTE_FREE_DEFER

/*
 * Take the table of addr from the one process that asked for it. It is empty, as
 * long as the caller holds the lock of the pages that belong there.
 */
static void __maybe_unused collapse_pte_mapped_thp(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma && vma->vm_file && vma_covers_table(vma, addr))
		collapse_and_free_pmd(vma, addr);
	mmap_read_unlock(mm);
}

#else

/* As above: the rmap lock keeps those out who come by way of the file. */
static void __maybe_unused collapse_pte_mapped_thp(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma && vma->vm_file && !vma->anon_vma && vma_covers_table(vma, addr)) {
#ifndef KHUGEPAGED_NO_RMAP_LOCK
		i_mmap_lock_write(vma->vm_file->f_mapping);
#endif
		collapse_and_free_pmd(vma, addr);
#ifndef KHUGEPAGED_NO_RMAP_LOCK
		i_mmap_unlock_write(vma->vm_file->f_mapping);
#endif
	}
	mmap_write_unlock(mm);
}

#endif

/* The pages that one huge page replaces, NULL for a hole. They are locked. */
struct collapse_control {
	struct folio *pages[PTRS_PER_PTE];
};

/*
 * Lock page index of the file, the n-th, and unmap it. False: it is somebody
 * else's just now. Besides the page cache nobody else may have a reference: a
 * mapping that the walk missed has one.
 */
static bool __maybe_unused collapse_lock_page(struct collapse_control *cc, int n,
					      struct address_space *mapping, pgoff_t index)
{
	struct folio *folio = filemap_get_folio(mapping, index);

	cc->pages[n] = NULL;
	if (!folio)
		return true;
	if (!folio_trylock(folio)) {
		folio_put(folio);
		return false;
	}
	cc->pages[n] = folio;
	if (folio->mapping != mapping)	/* truncated; for what follows a hole would do */
		return false;
	if (READ_ONCE(folio->_mapcount))
		try_to_unmap(folio);
	return READ_ONCE(folio->_refcount) == 2;
}

/* Put one huge page in the place of those from index on, as many as a table has entries. */
static void __maybe_unused collapse_file(struct address_space *mapping, pgoff_t index)
{
	struct collapse_control cc;
	bool good = true;
	int n;

	for (n = 0; n < (int)PTRS_PER_PTE && good; n++)
		good = collapse_lock_page(&cc, n, mapping, index + n);
	if (good)
		retract_page_tables(mapping, index);
	while (n-- > 0) {
		if (!cc.pages[n])
			continue;
		folio_unlock(cc.pages[n]);
		folio_put(cc.pages[n]);
	}
}

#endif /* _MM_KHUGEPAGED_H */
