// SPDX-License-Identifier: MIT
/*
 * tlb: what do CPUs remember of page tables, what does each flush make them forget, and
 * when does a gather give its pages up?
 *
 * Result: holds
 * Result: WRONG=folio_put(pages[0]): violated page-freed-mapped
 * Result: WRONG=pt_clear(&table->ptes,0);folio_remove_rmap(pages[0]);folio_put(pages[0]): violated tlb-stale
 */

#define MM_RMAP 1
#define MM_TLB 1
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(folio, 3);

static struct mm_struct mm;
static struct folio *pages[3];

INIT
{
	mm_init(&mm);
	for (int i = 0; i < 3; i++) {
		pages[i] = folio_alloc(NULL, NULL, i);
		mm_map_folio(&mm, i * PAGE_SIZE, pages[i], _PAGE_PRESENT | (i ? _PAGE_RW : 0));
		folio_put(pages[i]);
	}
}

THREAD(cpu, &mm)
{
	struct mm_struct *it = current->mm;
	struct ptdesc *table __maybe_unused = mm.pmd[0];
	struct mmu_gather tlb;
	int page = 1;

	assert(user_read(it, (page - 1) * PAGE_SIZE) == pages[0]);
	assert(!user_write(it, 0) && user_write(it, page * PAGE_SIZE) == pages[1]);
	assert(!user_read(it, 3 * PAGE_SIZE) && !user_write(it, 3 * PAGE_SIZE));
	assert(user_read(it, 2 * PAGE_SIZE) == pages[page + 1]);
	/* The write to what may only be read was a fault. */
	assert(!__mmcheck_tlb_has(it, 0) && user_read(it, 0));
	assert(__mmcheck_tlb_has(it, 0) && __mmcheck_tlb_has(it, 2 * PAGE_SIZE));
#ifdef WRONG
	spin_lock(&table->ptl);
	WRONG;
	spin_unlock(&table->ptl);
#endif
	flush_tlb_page(it, page * PAGE_SIZE);
	assert(__mmcheck_tlb_has(it, 0) && !__mmcheck_tlb_has(it, PAGE_SIZE));
	flush_tlb_range(it, PAGE_SIZE, (page + 2) * PAGE_SIZE);
	assert(__mmcheck_tlb_has(it, 0) && !__mmcheck_tlb_has(it, 2 * PAGE_SIZE));
	flush_tlb_mm(it);
	assert(!__mmcheck_tlb_has(it, 0));

	/* All three at once: the batch is full with the second. */
	assert(user_read(it, 0) && user_read(it, PAGE_SIZE) && user_read(it, 2 * PAGE_SIZE));
	for (int i = 0; i < 3; i++)
		folio_get(pages[i]);
	tlb_gather_mmu(&tlb, it);
	assert(atomic_read(&mm.tlb_flush_pending) == 1);
	for (int i = 0; i < 3; i++) {
		struct ptdesc *pt = pte_offset_map_lock(it, i * PAGE_SIZE);

		zap_pte(&tlb, pt, i * PAGE_SIZE);
		pte_unmap_unlock(pt);
		assert(READ_ONCE(pages[i]->_refcount) == (i == 1 ? 1 : 2));
	}
	assert(READ_ONCE(pages[0]->_refcount) == 1 && __mmcheck_tlb_has(it, 2 * PAGE_SIZE));
	assert(!__mmcheck_tlb_has(it, 0) && !__mmcheck_tlb_has(it, PAGE_SIZE));
	tlb_finish_mmu(&tlb);
	assert(!__mmcheck_tlb_has(it, 2 * PAGE_SIZE) && !atomic_read(&mm.tlb_flush_pending));
	for (int i = 0; i < 3; i++) {
		assert(READ_ONCE(pages[i]->_refcount) == 1 && !folio_mapped(pages[i]));
		folio_put(pages[i]);
		pages[i] = NULL;
	}
}
