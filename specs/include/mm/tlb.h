/* SPDX-License-Identifier: MIT */
/*
 * This file handles what CPUs remember of page tables: accesses of user mode,
 * flushes, and mm/mmu_gather.c, which keeps the pages that are taken out of a
 * page table until no CPU can reach them any more. Without MM_TLB no CPU
 * remembers anything, a flush is nothing, and pages are given up at once.
 */
#ifndef _MM_TLB_H
#define _MM_TLB_H

#include <mm/folio.h>

#if MM_TLB

struct folio *__mmcheck_user_access(struct mm_struct *mm, unsigned long addr, int write);
void __mmcheck_tlb_flush(struct mm_struct *mm, unsigned long start, unsigned long end);
int __mmcheck_tlb_has(struct mm_struct *mm, unsigned long addr);

/*
 * A thread of mm reads or writes in user mode: the page that it gets at, or NULL
 * where it takes a page fault. No lock, no VMA: the CPU knows neither.
 */
static inline struct folio *user_read(struct mm_struct *mm, unsigned long addr)
{
	return __mmcheck_user_access(mm, addr, 0);
}

static inline struct folio *user_write(struct mm_struct *mm, unsigned long addr)
{
	return __mmcheck_user_access(mm, addr, 1);
}

/* On all CPUs at once. */
static inline void flush_tlb_range(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	__mmcheck_tlb_flush(mm, start, end);
}

/* How many pages are gathered before they are given up. */
#ifndef MAX_GATHER_BATCH
#define MAX_GATHER_BATCH	2
#endif

struct mmu_gather {
	struct mm_struct *mm;
	unsigned long start, end;	/* what was taken out since the last flush */
	unsigned int nr;
	struct folio *pages[MAX_GATHER_BATCH];
};

static inline void __tlb_reset_range(struct mmu_gather *tlb)
{
	tlb->start = TASK_SIZE;
	tlb->end = 0;
	tlb->nr = 0;
}

static void __maybe_unused tlb_gather_mmu(struct mmu_gather *tlb, struct mm_struct *mm)
{
	tlb->mm = mm;
	__tlb_reset_range(tlb);
	atomic_inc(&mm->tlb_flush_pending);
}

/* Flush, then give up. */
static void __maybe_unused tlb_flush_mmu(struct mmu_gather *tlb)
{
	if (tlb->start < tlb->end)
		flush_tlb_range(tlb->mm, tlb->start, tlb->end);
	for (unsigned int i = 0; i < tlb->nr; i++)
		folio_put(tlb->pages[i]);
	__tlb_reset_range(tlb);
}

static inline void tlb_remove_tlb_entry(struct mmu_gather *tlb, unsigned long addr)
{
	tlb->start = min(tlb->start, addr);
	tlb->end = max(tlb->end, addr + PAGE_SIZE);
}

/* The kernel leaves a full batch to its caller, which has spinlocks to drop first. */
static void __maybe_unused tlb_remove_page(struct mmu_gather *tlb, struct folio *folio)
{
	tlb->pages[tlb->nr++] = folio;
	if (tlb->nr == MAX_GATHER_BATCH)
		tlb_flush_mmu(tlb);
}

/*
 * Whoever finds an entry cleared by another gather that is not over relies on a
 * flush that has not happened yet. So of two that overlap each flushes all.
 */
static void __maybe_unused tlb_finish_mmu(struct mmu_gather *tlb)
{
	if (atomic_read(&tlb->mm->tlb_flush_pending) > 1) {
		tlb->start = 0;
		tlb->end = TASK_SIZE;
	}
	tlb_flush_mmu(tlb);
	atomic_dec(&tlb->mm->tlb_flush_pending);
}

#else /* !MM_TLB */

struct mmu_gather {
	unsigned int nr;
};

static inline void flush_tlb_range(struct mm_struct *mm __maybe_unused,
				   unsigned long start __maybe_unused, unsigned long end __maybe_unused)
{
}

static inline void tlb_gather_mmu(struct mmu_gather *tlb __maybe_unused, struct mm_struct *mm __maybe_unused)
{
}

static inline void tlb_remove_tlb_entry(struct mmu_gather *tlb __maybe_unused, unsigned long addr __maybe_unused)
{
}

static inline void tlb_remove_page(struct mmu_gather *tlb __maybe_unused, struct folio *folio)
{
	folio_put(folio);
}

static inline void tlb_finish_mmu(struct mmu_gather *tlb __maybe_unused)
{
}

#endif /* MM_TLB */

static inline void flush_tlb_page(struct mm_struct *mm, unsigned long addr)
{
	flush_tlb_range(mm, addr, addr + PAGE_SIZE);
}

static inline void flush_tlb_mm(struct mm_struct *mm)
{
	flush_tlb_range(mm, 0, TASK_SIZE);
}

#if MM_TLB_BATCH

/* An entry was cleared, and try_to_unmap_flush() will tell the CPUs. The table is locked. */
static inline void set_tlb_ubc_flush_pending(struct mm_struct *mm)
{
	atomic_set(&mm->tlb_flush_batched, 1);
}

/*
 * Whoever finds an entry empty may rely on a flush that is still to come: do it now. The
 * table is locked, so that there comes none behind this test. (The kernel counts, so that
 * one that was put off meanwhile is not forgotten.)
 */
static inline void flush_tlb_batched_pending(struct mm_struct *mm)
{
	if (!atomic_read(&mm->tlb_flush_batched))
		return;
	flush_tlb_mm(mm);
	atomic_set(&mm->tlb_flush_batched, 0);
}

#endif

#endif /* _MM_TLB_H */
