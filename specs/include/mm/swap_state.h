/* SPDX-License-Identifier: MIT */
/*
 * This file is a swap device with one slot: mm/swap_state.c, and what mm/swapfile.c,
 * mm/memory.c and mm/vmscan.c do with it, for anonymous pages that one entry maps
 * (MM_RMAP). _PAGE_SWAP in an entry names the slot, and swap_map counts those who name it.
 *
 * The page that is in the slot, or is about to be, is in the swap cache, which has a
 * reference: it is put there, taken away, and judged to be still the one, with the folio
 * locked. To find it takes no lock. When no entry names the slot any more it is free, and may
 * be another page's. What is read back belongs nowhere until it is mapped.
 */
#ifndef _MM_SWAP_STATE_H
#define _MM_SWAP_STATE_H

#include <mm/memory.h>

static struct folio *swap_cache;
static int swap_map;

/* The page of the slot with a reference, or NULL. */
static struct folio *__maybe_unused swap_cache_get_folio(void)
{
	struct folio *folio;

	ATOMIC {
		folio = swap_cache;
		if (folio)
			folio->_refcount++;
	}
	return folio;
}

/* Give a locked page the slot, if it is free. */
static bool __maybe_unused add_to_swap(struct folio *folio)
{
	bool added;

	ATOMIC {
		added = !swap_cache && !swap_map;
		if (added) {
			folio->_refcount++;
			swap_cache = folio;
		}
	}
	return added;
}

/* Take a locked page out of the cache, if no entry names the slot. */
static void __maybe_unused folio_free_swap(struct folio *folio)
{
	bool freed;

	ATOMIC {
		freed = swap_cache == folio && !swap_map;
		if (freed)
			swap_cache = NULL;
	}
	if (freed)
		folio_put(folio);
}

/* Read the page of the slot: it is in the cache, locked, and nobody's. */
static struct folio *__maybe_unused swapin_readahead(void)
{
	struct folio *folio = folio_alloc(NULL, NULL, 0);

	folio_lock(folio);
	ATOMIC {
		folio->_refcount++;
		swap_cache = folio;
	}
	return folio;
}

/* A fault on a page that was written out. */
static void __maybe_unused do_swap_page(struct vm_area_struct *vma, unsigned long address)
{
	struct folio *folio = swap_cache_get_folio();
	struct ptdesc *pt;

	if (!folio) {
		folio = swapin_readahead();
	} else {
		folio_lock(folio);
		if (READ_ONCE(swap_cache) != folio)	/* not any more: try again */
			goto out;
	}
	pt = pte_offset_map_lock(vma->vm_mm, address);
	if (pt_get(&pt->ptes, pte_offset(address)) == _PAGE_SWAP) {
		folio_get(folio);
		folio_add_rmap(folio);
		if (!folio->anon_vma) {		/* folio_add_new_anon_rmap() */
			folio->anon_vma = vma->anon_vma;
			folio->index = linear_page_index(vma, address);
		}
		ATOMIC {
			swap_map--;
		}
		folio_free_swap(folio);
		pt_set_folio(&pt->ptes, pte_offset(address), _PAGE_PRESENT | _PAGE_RW, folio);
	}
	pte_unmap_unlock(pt);
out:
	folio_unlock(folio);
	folio_put(folio);
}

/*
 * Write the page of address out, as madvise(MADV_PAGEOUT) does with mmap_lock held for
 * reading: its entry names the slot then, and the page is in the cache.
 */
static void __maybe_unused pageout_folio(struct vm_area_struct *vma, unsigned long address)
{
	struct folio *folio = NULL;
	struct ptdesc *pt = pte_offset_map_lock(vma->vm_mm, address);

	if (pt_get(&pt->ptes, pte_offset(address)) & _PAGE_PRESENT) {
		folio = pt_folio(&pt->ptes, pte_offset(address));
		folio_get(folio);
	}
	pte_unmap_unlock(pt);
	if (!folio)
		return;

	folio_lock(folio);
	if (add_to_swap(folio)) {
		pt = pte_offset_map_lock(vma->vm_mm, address);	/* try_to_unmap() */
		if (pt_entry_of(&pt->ptes, pte_offset(address), folio) & _PAGE_PRESENT) {
			ATOMIC {
				swap_map++;
			}
			pt_set_folio(&pt->ptes, pte_offset(address), _PAGE_SWAP, NULL);
			folio_remove_rmap(folio);
			folio_put(folio);
		}
		pte_unmap_unlock(pt);
		folio_free_swap(folio);		/* where it was not mapped any more */
	}
	folio_unlock(folio);
	folio_put(folio);
}

#endif /* _MM_SWAP_STATE_H */
