// SPDX-License-Identifier: MIT
/*
 * uffd_move_swap: does an entry that is the same twice name the same page?
 *
 * CVE-2025-38242. Broken in 6.8 by adef440691ba, which brought UFFDIO_MOVE, fixed in 6.16 by
 * 0ea148a79919 ("mm: userfaultfd: fix race of userfaultfd_move and swap cache"), Kairui
 * Song. To move a page that is written out it reads the swap entry, looks its page up in the
 * swap cache, and locks it. With the page tables locked it sees that the entry is still the
 * same, and takes that as proof that the page is still the one (BREAK). But the swap slot may
 * have been free in between and have held another page, which is moved then (ABA). Or
 * there was no page in the cache, and the real one came in and was written out again
 * (TWICE): it is left behind with the index that it had.
 *
 * The fix (the default) looks, with the page locked, whether it is still that of the entry,
 * and where there was none, whether there is one now. ONE_CHECK is the first half alone.
 *
 * It teaches: an entry that names a slot names what is in the slot now. To compare it
 * proves nothing about what was found by it before.
 *
 * Kernel: 6.8
 * Result: ABA BREAK: violated assert
 * Result: TWICE BREAK: violated assert
 * Result: TWICE ONE_CHECK: violated assert
 * Result: ABA: holds
 * Result: TWICE: holds
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mm/swap_state.h>
#include <mmcheck.h>

MM_POOL(folio, 4);
MM_POOL(ptdesc, 2);

#define SRC	0x0000UL
#define DST	0x1000UL
#define OTHER	0x2000UL

static struct mm_struct mm;

/* SRC is written out, and not in the cache; OTHER is in memory. */
INIT
{
	struct vm_area_struct *vma;
	struct folio *folio;

	mm_init(&mm);
	mm_map(&mm, SRC, 3 * PAGE_SIZE, VM_ANON);
	vma = vma_lookup(&mm, SRC);
	anon_vma_prepare(vma);
	folio = folio_alloc(NULL, vma->anon_vma, linear_page_index(vma, OTHER));
	mm_map_folio(&mm, OTHER, folio, _PAGE_PRESENT | _PAGE_RW);
	folio_put(folio);
	mm_map_folio(&mm, SRC, NULL, _PAGE_SWAP);
	swap_map = 1;
}

/* Faults and madvise(MADV_PAGEOUT), of one page and of the other. */
THREAD(swap, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, SRC);
	do_swap_page(vma, SRC);
#ifdef ABA
	pageout_folio(vma, OTHER);
	do_swap_page(vma, OTHER);
#endif
	pageout_folio(vma, SRC);
	mmap_read_unlock(mm);
}

/* Move the entry, and with it what the page says of where it belongs, if there is one. */
static int move_swap_pte(struct vm_area_struct *vma, struct folio *src_folio)
{
	struct ptdesc *pt = pte_offset_map_lock(vma->vm_mm, SRC);	/* the table of both */
	int error = -EAGAIN;

	if (pt_get(&pt->ptes, pte_offset(SRC)) != _PAGE_SWAP || pt_get(&pt->ptes, pte_offset(DST)))
		goto out;
	if (src_folio) {
		if (src_folio->anon_vma)	/* it is the page of SRC */
			assert(src_folio->index == SRC >> PAGE_SHIFT);
		src_folio->anon_vma = vma->anon_vma;
		src_folio->index = linear_page_index(vma, DST);
	}
#if !defined(BREAK) && !defined(ONE_CHECK)
	else if (READ_ONCE(swap_cache)) {
		goto out;
	}
#endif
	pt_clear(&pt->ptes, pte_offset(SRC));
	pt_set_folio(&pt->ptes, pte_offset(DST), _PAGE_SWAP, NULL);
	error = 0;
out:
	pte_unmap_unlock(pt);
	return error;
}

/* For what is written out. */
static int move_pages_pte(struct vm_area_struct *vma)
{
	struct ptdesc *pt = pte_offset_map_lock(vma->vm_mm, SRC);
	unsigned long orig = pt_get(&pt->ptes, pte_offset(SRC));
	struct folio *folio;
	int error = -EAGAIN;

	pte_unmap_unlock(pt);
	if (orig != _PAGE_SWAP)
		return -EBUSY;		/* a page in memory is another function's */

	folio = swap_cache_get_folio();
	if (!folio)
		return move_swap_pte(vma, NULL);
	folio_lock(folio);
#ifdef BREAK
	error = move_swap_pte(vma, folio);
#else
	if (READ_ONCE(swap_cache) == folio)
		error = move_swap_pte(vma, folio);
#endif
	folio_unlock(folio);
	folio_put(folio);
	return error;
}

/* UFFDIO_MOVE within one VMA. */
THREAD(uffd_move, &mm)
{
	struct mm_struct *mm = current->mm;

	mmap_read_lock(mm);
	move_pages_pte(vma_lookup(mm, DST));
	mmap_read_unlock(mm);
}

static unsigned long entry_at(unsigned long addr)
{
	return pt_get(&mm.pmd[pmd_index(addr)]->ptes, pte_offset(addr));
}

/* A page in the cache belongs where the entry is that names the slot. */
FINAL
{
	struct folio *folio = swap_cache;

	if (!folio || !folio->anon_vma)
		return;
	if (entry_at(SRC) == _PAGE_SWAP)
		assert(folio->index == SRC >> PAGE_SHIFT);
	if (entry_at(DST) == _PAGE_SWAP)
		assert(folio->index == DST >> PAGE_SHIFT);
}
