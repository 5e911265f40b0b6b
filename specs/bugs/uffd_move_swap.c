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
#include <mmcheck.h>

MM_POOL(folio, 4);
MM_POOL(ptdesc, 2);

#define SRC	0x0000UL
#define DST	0x1000UL
#define OTHER	0x2000UL

static struct mm_struct mm;
static struct folio *swap_cache;	/* of the one slot of the swap device */
static int swap_map;			/* how many entries name that slot */
static struct anon_vma *anon_vma;

/* SRC is written out, not in the cache; OTHER is in memory. */
INIT
{
	struct vm_area_struct *vma;
	struct folio *folio;

	mm_init(&mm);
	mm_map(&mm, SRC, 3 * PAGE_SIZE, VM_ANON);
	vma = vma_lookup(&mm, SRC);
	anon_vma_prepare(vma);
	anon_vma = vma->anon_vma;
	folio = folio_alloc(NULL, anon_vma, linear_page_index(vma, OTHER));
	mm_map_folio(&mm, OTHER, folio, _PAGE_PRESENT | _PAGE_RW);
	folio_put(folio);
	mm_map_folio(&mm, SRC, NULL, _PAGE_SWAP);
	swap_map = 1;
}

/* The page of the slot with a reference, or NULL. */
static struct folio *swap_cache_get_folio(void)
{
	struct folio *folio;

	ATOMIC {
		folio = swap_cache;
		if (folio)
			folio->_refcount++;
	}
	return folio;
}

/* The page is in memory, and no entry names the slot: free it. The page is locked. */
static void folio_free_swap(struct folio *folio)
{
	bool cached;

	ATOMIC {
		cached = swap_cache == folio && !swap_map;
		if (cached)
			swap_cache = NULL;
	}
	if (cached)
		folio_put(folio);
}

/* A fault on a page that is written out. */
static void do_swap_page(unsigned long addr)
{
	struct folio *folio = swap_cache_get_folio();
	struct ptdesc *pt;

	if (!folio) {	/* read it; it belongs nowhere until it is mapped */
		folio = folio_alloc(NULL, NULL, 0);
		folio_lock(folio);
		ATOMIC {
			folio->_refcount++;
			swap_cache = folio;
		}
	} else {
		folio_lock(folio);
		if (READ_ONCE(swap_cache) != folio)
			goto out;
	}
	pt = pte_offset_map_lock(&mm, addr);
	if (pt_get(&pt->ptes, pte_offset(addr)) == _PAGE_SWAP) {
		folio_get(folio);
		folio_add_rmap(folio);
		if (!folio->anon_vma) {		/* folio_add_new_anon_rmap() */
			folio->anon_vma = anon_vma;
			folio->index = addr >> PAGE_SHIFT;
		}
		ATOMIC {
			swap_map--;
		}
		folio_free_swap(folio);
		pt_set_folio(&pt->ptes, pte_offset(addr), _PAGE_PRESENT | _PAGE_RW, folio);
	}
	pte_unmap_unlock(pt);
out:
	folio_unlock(folio);
	folio_put(folio);
}

/* Reclaim writes the page of addr out, and leaves it in the cache for now. */
static void swap_out(unsigned long addr)
{
	struct ptdesc *pt = pte_offset_map_lock(&mm, addr);
	struct folio *folio = NULL;
	bool added;

	if (pt_get(&pt->ptes, pte_offset(addr)) & _PAGE_PRESENT) {
		folio = pt_folio(&pt->ptes, pte_offset(addr));
		folio_get(folio);
	}
	pte_unmap_unlock(pt);
	if (!folio)
		return;

	folio_lock(folio);
	ATOMIC {	/* add_to_swap(), if the slot is free */
		added = !swap_cache && !swap_map;
		if (added) {
			swap_cache = folio;
			folio->_refcount++;
		}
	}
	if (added) {
		pt = pte_offset_map_lock(&mm, addr);
		if (pt_entry_of(&pt->ptes, pte_offset(addr), folio) & _PAGE_PRESENT) {
			ATOMIC {
				swap_map++;
			}
			pt_set_folio(&pt->ptes, pte_offset(addr), _PAGE_SWAP, NULL);
			folio_remove_rmap(folio);
			folio_put(folio);
		}
		pte_unmap_unlock(pt);
		folio_free_swap(folio);
	}
	folio_unlock(folio);
	folio_put(folio);
}

THREAD(swap, NULL)
{
	do_swap_page(SRC);
#ifdef ABA
	swap_out(OTHER);
	do_swap_page(OTHER);
#endif
	swap_out(SRC);
}

/* Both entries, and nothing else, as they were. */
static int move_swap_pte(struct vm_area_struct *dst_vma, struct folio *src_folio)
{
	struct ptdesc *pt = pte_offset_map_lock(&mm, SRC);	/* SRC and DST are in one table */
	int error = -EAGAIN;

	if (pt_get(&pt->ptes, pte_offset(SRC)) != _PAGE_SWAP || pt_get(&pt->ptes, pte_offset(DST)))
		goto out;
	if (src_folio) {
		if (src_folio->anon_vma)	/* it is the page of SRC */
			assert(src_folio->index == SRC >> PAGE_SHIFT);
		src_folio->anon_vma = anon_vma;
		src_folio->index = linear_page_index(dst_vma, DST);
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

static int move_pages_pte(struct vm_area_struct *dst_vma)
{
	struct ptdesc *pt = pte_offset_map_lock(&mm, SRC);
	unsigned long orig = pt_get(&pt->ptes, pte_offset(SRC));
	struct folio *folio;
	int error;

	pte_unmap_unlock(pt);
	if (orig != _PAGE_SWAP)
		return -EBUSY;		/* a page in memory is another function's */

	folio = swap_cache_get_folio();
	if (folio) {
		folio_lock(folio);
#ifndef BREAK
		if (READ_ONCE(swap_cache) != folio) {
			error = -EAGAIN;
			goto out;
		}
#endif
	}
	error = move_swap_pte(dst_vma, folio);
#ifndef BREAK
out:
#endif
	if (folio) {
		folio_unlock(folio);
		folio_put(folio);
	}
	return error;
}

THREAD(uffd_move, &mm)
{
	struct mm_struct *mm = current->mm;

	mmap_read_lock(mm);
	move_pages_pte(vma_lookup(mm, DST));
	mmap_read_unlock(mm);
}

/* A page in the cache belongs where the entry is that names it. */
FINAL
{
	struct folio *folio = swap_cache;

	if (folio && folio->anon_vma) {
		if (pt_get(&mm.pmd[pmd_index(SRC)]->ptes, pte_offset(SRC)) == _PAGE_SWAP)
			assert(folio->index == SRC >> PAGE_SHIFT);
		if (pt_get(&mm.pmd[pmd_index(DST)]->ptes, pte_offset(DST)) == _PAGE_SWAP)
			assert(folio->index == DST >> PAGE_SHIFT);
	}
}
