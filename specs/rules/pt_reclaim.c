// SPDX-License-Identifier: MIT
/*
 * pt_reclaim: may a page table be used when its lock was given up in between?
 *
 * From 6.14 on MADV_DONTNEED takes away a page table that is empty by it, and holds
 * mmap_lock or the lock of the VMA for reading, as a fault does that maps a page there at
 * the same time. Up to then only those who held mmap_lock and the rmap locks for writing
 * did, and khugepaged, for files: in an anonymous VMA the table that a fault had found was
 * there until the fault gave its lock on the VMA up.
 *
 * NO_RECHECK locks the table that the pmd named before, and maps the page there: in a
 * table that is not hooked any more nobody ever finds it. KEEP_TABLE gives the lock of the
 * table up, and takes it again without a new look-up: the table may be freed. PART
 * throws away one page of two, which leaves the table.
 *
 * Source: mm/pt_reclaim.c and mm/memory.c of 6.18.2; in 6.14 as well, not in 6.12.
 *
 * Kernel: 6.18
 * Result: holds
 * Result: NO_RECHECK: violated pgtable-freed
 * Result: KEEP_TABLE: violated use-after-free
 * Result: PART: holds
 * Result: PART NO_RECHECK: holds
 * Result: --kernel=6.12: holds
 * Result: NO_RECHECK --kernel=6.12: holds
 * Result: KEEP_TABLE --kernel=6.12: holds
 * Result: --kernel=7.1: holds
 */

#define MM_RMAP 1
#define MM_KHUGEPAGED 1
#define PTRS_PER_PTE 2
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mm/pt_reclaim.h>
#include <mmcheck.h>

MM_POOL(ptdesc, 5);

#define ADDR	0x2000UL	/* where a page table begins */

static struct mm_struct mm;
static struct folio *page;

INIT
{
	struct vm_area_struct *vma;

	mm_init(&mm);
	mm_map(&mm, ADDR, 2 * PAGE_SIZE, VM_ANON);
	vma = vma_lookup(&mm, ADDR);
	anon_vma_prepare(vma);
	page = folio_alloc(NULL, vma->anon_vma, vma->vm_pgoff + 1);
}

static void set_pte(struct ptdesc *pt)
{
	folio_get(page);
	folio_add_rmap(page);
	pt_set_folio(&pt->ptes, pte_offset(ADDR + PAGE_SIZE), _PAGE_PRESENT | _PAGE_RW, page);
}

/* Map the page where nothing is mapped. */
THREAD(fault, &mm)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(current->mm, ADDR);
	struct ptdesc *pt;

	pte_alloc(current->mm, ADDR);
#if defined(NO_RECHECK)
	pte_walk_begin();
	pt = READ_ONCE(current->mm->pmd[pmd_index(ADDR)]);
	if (pt) {
		spin_lock(&pt->ptl);
		set_pte(pt);
		pte_unmap_unlock(pt);
	} else {
		pte_walk_end();
	}
#elif defined(KEEP_TABLE)
	pt = pte_alloc_map_lock(current->mm, ADDR);
	pte_unmap_unlock(pt);
	spin_lock(&pt->ptl);
	set_pte(pt);
	spin_unlock(&pt->ptl);
#else
	pt = pte_alloc_map_lock(current->mm, ADDR);
	set_pte(pt);
	pte_unmap_unlock(pt);
#endif
	vma_end_read(vma);
}

/* MADV_DONTNEED. */
THREAD(dontneed, &mm)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(current->mm, ADDR);

#ifdef PART
	zap_page_range_reclaim(current->mm, ADDR, ADDR + PAGE_SIZE);
#else
	zap_page_range_reclaim(current->mm, ADDR, ADDR + 2 * PAGE_SIZE);
#endif
	vma_end_read(vma);
}
