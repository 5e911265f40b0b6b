/* SPDX-License-Identifier: MIT */
/*
 * This file moves a page from one mapping of a process to another by its folio, as
 * UFFDIO_MOVE does from 6.8 on: mm/userfaultfd.c, with MM_RMAP. The caller holds
 * mmap_lock, or the locks of both VMAs, for reading; <mm/userfaultfd.h> has that, and no
 * folios.
 *
 * The page leaves the anon_vma of the one VMA for that of the other. A walk of the reverse
 * mapping that begins with the old one must not be under way: the folio lock keeps those
 * out who hold it, too. For others it takes the lock of the old anon_vma up to 6.18.
 */
#ifndef _MM_USERFAULTFD_MOVE_H
#define _MM_USERFAULTFD_MOVE_H

#include <linux/mm.h>

/* The folio belongs to vma from now on. */
static inline void folio_move_anon_rmap(struct folio *folio, struct vm_area_struct *vma)
{
	VM_BUG_ON_FOLIO(!folio_test_locked(folio), folio);
	WRITE_ONCE(folio->anon_vma, vma->anon_vma);
}

/* Lock the tables of two addresses, in their order. */
static inline void double_pt_lock(struct ptdesc *dst, struct ptdesc *src)
{
	if (dst == src) {
		spin_lock(&dst->ptl);
	} else if (dst < src) {
		spin_lock(&dst->ptl);
		spin_lock_nested(&src->ptl, SINGLE_DEPTH_NESTING);
	} else {
		spin_lock(&src->ptl);
		spin_lock_nested(&dst->ptl, SINGLE_DEPTH_NESTING);
	}
}

static inline void double_pt_unlock(struct ptdesc *dst, struct ptdesc *src)
{
	spin_unlock(&dst->ptl);
	if (dst != src)
		spin_unlock(&src->ptl);
}

/* The page at src, locked and with a reference, or NULL. */
static struct folio *__maybe_unused move_lock_folio(struct mm_struct *mm, unsigned long src)
{
	struct ptdesc *pt = pte_offset_map_lock(mm, src);
	struct folio *folio = NULL;
	bool locked = false;

	if (!pt)
		return NULL;
	if (pt_get(&pt->ptes, pte_offset(src)) & _PAGE_PRESENT)
		folio = pt_folio(&pt->ptes, pte_offset(src));
	if (folio) {
		locked = folio_trylock(folio);
		folio_get(folio);
	}
	pte_unmap_unlock(pt);
	if (folio && !locked)
		folio_lock(folio);
	return folio;
}

/* With the folio, and its anon_vma if need be, locked: let dst be what src is. */
static int __maybe_unused move_present_pte(struct mm_struct *mm, struct vm_area_struct *dst_vma,
					   unsigned long dst, unsigned long src,
					   struct folio *folio)
{
	struct ptdesc *dst_pt = pte_offset_map_nolock(mm, dst);
	struct ptdesc *src_pt = pte_offset_map_nolock(mm, src);
	unsigned long entry;
	int error = 0;

	double_pt_lock(dst_pt, src_pt);
	entry = pt_get(&src_pt->ptes, pte_offset(src));
	if (pt_get(&dst_pt->ptes, pte_offset(dst)) || !(entry & _PAGE_PRESENT) ||
	    pt_folio(&src_pt->ptes, pte_offset(src)) != folio) {
		error = -EAGAIN;
	} else if (READ_ONCE(folio->_mapcount) != 1) {
		error = -EBUSY;
	} else {
		pt_clear(&src_pt->ptes, pte_offset(src));
		folio_move_anon_rmap(folio, dst_vma);
		WRITE_ONCE(folio->index, linear_page_index(dst_vma, dst));
		pt_set_folio(&dst_pt->ptes, pte_offset(dst), entry, folio);
		flush_tlb_page(mm, src);
	}
	double_pt_unlock(dst_pt, src_pt);
	return error;
}

/* Move the page at src to dst, where there is none. */
static int __maybe_unused move_pages_pte(struct mm_struct *mm, struct vm_area_struct *dst_vma,
					 unsigned long dst, unsigned long src)
{
	struct folio *folio = move_lock_folio(mm, src);
	struct anon_vma *src_anon_vma __maybe_unused = NULL;
	int error = -EAGAIN;

	if (!folio)
		return -ENOENT;
#if UFFD_MOVE_ANON_VMA_LOCK
	src_anon_vma = folio_get_anon_vma(folio);
	if (!src_anon_vma)
		goto out;
	anon_vma_lock_write(src_anon_vma);
#endif
	error = move_present_pte(mm, dst_vma, dst, src, folio);
#if UFFD_MOVE_ANON_VMA_LOCK
	anon_vma_unlock_write(src_anon_vma);
	put_anon_vma(src_anon_vma);
out:
#endif
	folio_unlock(folio);
	folio_put(folio);
	return error;
}

#endif /* _MM_USERFAULTFD_MOVE_H */
