// SPDX-License-Identifier: MIT
/*
 * tlb_flush: when must CPUs forget what they know of a page table?
 *
 * Before a page is given up that was mapped: user mode goes on with what its CPU
 * remembers, whatever the page table says by now (PUT_FIRST; GATHER, as
 * mmu_gather does it, holds). And before the operation is over, where an entry
 * comes to permit less, or another page (NO_FLUSH, PROTECT). Until then a
 * translation may outlive its entry (LATE), and where an entry comes to permit
 * more, no flush is needed at all, for the CPU looks again before it faults
 * (ALLOW).
 *
 * Two that zap one range: the second finds the entry cleared already, and
 * returns while the first has not flushed yet. Its caller reads the old page
 * (TWO ALONE). Therefore mm->tlb_flush_pending: of two gathers that overlap
 * each flushes all (TWO).
 *
 * Result: PUT_FIRST: violated tlb-stale
 * Result: GATHER: holds
 * Result: NO_FLUSH: violated tlb-stale
 * Result: PROTECT: violated tlb-stale
 * Result: PROTECT FLUSH: holds
 * Result: LATE: holds
 * Result: ALLOW: holds
 * Result: TWO ALONE: violated assert
 * Result: TWO: holds
 */

#define MM_RMAP 1
#define MM_TLB 1
#define MM_TASK_PAGES 2
#define PTRS_PER_PTE 2

#include <linux/mm.h>
#include <mm/memory.h>
#include <mmcheck.h>

#define ADDR 0x1000UL

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static struct folio *page;

#ifdef ALLOW
#define ENTRY _PAGE_PRESENT
#else
#define ENTRY (_PAGE_PRESENT | _PAGE_RW)
#endif

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, ADDR, PAGE_SIZE, VM_READ | VM_SHARED, 0);
	page = folio_alloc(&mapping, NULL, 0);
	mm_map_folio(&mm, ADDR, page, ENTRY);
	folio_put(page); /* the entry alone keeps it */
}

#ifdef TWO

#ifdef ALONE
/* As if no other gather could be under way. */
static void finish(struct mmu_gather *tlb)
{
	tlb_flush_mmu(tlb);
	atomic_dec(&tlb->mm->tlb_flush_pending);
}
#else
#define finish tlb_finish_mmu
#endif

THREADS(dontneed, 2, &mm)
{
	struct mm_struct *mm = current->mm;
	struct mmu_gather tlb;
	struct ptdesc *pt;

	user_read(mm, ADDR);
	mmap_read_lock(mm);
	tlb_gather_mmu(&tlb, mm);
	pt = pte_offset_map_lock(mm, ADDR);
	if (pt_get(&pt->ptes, pte_offset(ADDR)))
		zap_pte(&tlb, pt, ADDR);
	pte_unmap_unlock(pt);
	finish(&tlb);
	mmap_read_unlock(mm);
	assert(!user_read(mm, ADDR));
}

#else

THREAD(user, &mm)
{
	user_read(current->mm, ADDR);
	user_write(current->mm, ADDR);
}

#endif

/* Take the entry out of the page table, and say which page it was. */
static struct folio *__maybe_unused clear(struct mm_struct *mm)
{
	struct ptdesc *pt = pte_offset_map_lock(mm, ADDR);
	struct folio *folio = pt_folio(&pt->ptes, pte_offset(ADDR));

	pt_clear(&pt->ptes, pte_offset(ADDR));
	folio_remove_rmap(folio);
	pte_unmap_unlock(pt);
	return folio;
}

/* Let the entry permit what it may from now on. */
static void __maybe_unused change(struct mm_struct *mm, unsigned long entry)
{
	struct ptdesc *pt = pte_offset_map_lock(mm, ADDR);

	pt_set(&pt->ptes, pte_offset(ADDR), entry);
	pte_unmap_unlock(pt);
}

#ifndef TWO

THREAD(op, &mm)
{
	struct mm_struct *mm = current->mm;
	struct folio *folio __maybe_unused;

	mmap_write_lock(mm);
#if defined(PUT_FIRST)
	folio = clear(mm);
	folio_put(folio);
	flush_tlb_page(mm, ADDR);
#elif defined(GATHER)
	zap_page_range(mm, ADDR, ADDR + PAGE_SIZE);
#elif defined(NO_FLUSH)
	clear(mm);
#elif defined(PROTECT)
	change(mm, _PAGE_PRESENT);
#ifdef FLUSH
	flush_tlb_page(mm, ADDR);
#endif
#elif defined(LATE)
	folio = clear(mm);
	cond_resched();
	flush_tlb_page(mm, ADDR);
	folio_put(folio);
#elif defined(ALLOW)
	change(mm, _PAGE_PRESENT | _PAGE_RW);
#endif
	mmap_write_unlock(mm);
}

#endif
