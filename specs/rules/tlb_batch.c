// SPDX-License-Identifier: MIT
/*
 * tlb_batch: may reclaim put off telling the CPUs that it has unmapped a page?
 *
 * Yes, to tell them of many pages at once, as long as it does so before it frees
 * the first one, and whoever works on the same mm meanwhile knows: the mm says that
 * there is a flush to come, and who finds an entry empty under the lock of the table
 * does that flush first (KEEP).
 *
 * FREE_FIRST frees the page and tells the CPUs after that. NO_PENDING is a
 * madvise(MADV_DONTNEED) that does not ask whether a flush is to come: it finds the
 * entry empty, returns, and the program still reads what it has thrown away.
 * EARLY_PENDING asks before it has the lock of the table, and reclaim comes in
 * between. UNSAID is a reclaim that does not say it.
 *
 * It teaches: work that is put off must be seen by all who rely on its being done.
 *
 * Kernel: 6.12
 * Result: KEEP: holds
 * Result: KEEP --kernel=5.12: holds
 * Result: FREE_FIRST: violated tlb-stale
 * Result: NO_PENDING: violated assert
 * Result: EARLY_PENDING: violated assert
 * Result: UNSAID: violated assert
 */

#define MM_RMAP 1
#define MM_TLB 1
#define MM_TASK_PAGES 2
#define PTRS_PER_PTE 2

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(folio, 1);
MM_POOL(ptdesc, 1);

#define ADDR	0x1000UL

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static struct folio *page;
static atomic_t tlb_flush_batched;	/* a member of the mm */

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, ADDR, PAGE_SIZE, VM_READ | VM_SHARED, 0);
	page = folio_alloc(&mapping, NULL, 0);	/* the reference is the file's */
	mm_map_folio(&mm, ADDR, page, _PAGE_PRESENT);
}

/* Somebody else's flush that is to come: do it now. The table is locked. */
static void __maybe_unused flush_tlb_batched_pending(struct mm_struct *mm)
{
	if (!atomic_read(&tlb_flush_batched))
		return;
	flush_tlb_range(mm, 0, TASK_SIZE);
	atomic_set(&tlb_flush_batched, 0);
}

/* As try_to_unmap() with TTU_BATCH_FLUSH, for the one VMA that there is. */
static void unmap_no_flush(struct folio *folio)
{
	struct ptdesc *pt;

	i_mmap_lock_read(&mapping);
	pt = page_vma_mapped_walk(&mm, ADDR, folio, _PAGE_PRESENT, true);
	if (pt) {
		pt_clear(&pt->ptes, pte_offset(ADDR));
#ifndef UNSAID
		atomic_set(&tlb_flush_batched, 1);
#endif
		folio_remove_rmap(folio);
		folio_put(folio);
		pte_unmap_unlock(pt);
	}
	i_mmap_unlock_read(&mapping);
}

static void try_to_unmap_flush(void)
{
	flush_tlb_range(&mm, 0, TASK_SIZE);
}

/* As shrink_folio_list(). */
THREAD(reclaim, NULL)
{
	folio_lock(page);
	unmap_no_flush(page);
#ifndef FREE_FIRST
	try_to_unmap_flush();
#endif
	folio_unlock(page);
	if (!READ_ONCE(page->_mapcount))
		__remove_mapping(page);
#ifdef FREE_FIRST
	try_to_unmap_flush();
#endif
}

/* As zap_pte_range(). */
static void zap(struct mm_struct *mm)
{
	struct mmu_gather tlb;
	struct ptdesc *pt;

	tlb_gather_mmu(&tlb, mm);
#ifdef EARLY_PENDING
	flush_tlb_batched_pending(mm);
#endif
	pt = pte_offset_map_lock(mm, ADDR);
#if !defined(NO_PENDING) && !defined(EARLY_PENDING)
	flush_tlb_batched_pending(mm);
#endif
	if (pt_get(&pt->ptes, pte_offset(ADDR)))
		zap_pte(&tlb, pt, ADDR);
	pte_unmap_unlock(pt);
	tlb_finish_mmu(&tlb);
}

THREAD(dontneed, &mm)
{
	struct mm_struct *mm = current->mm;

	user_read(mm, ADDR);
	mmap_read_lock(mm);
	zap(mm);
	mmap_read_unlock(mm);
	assert(!user_read(mm, ADDR));
}
