/* SPDX-License-Identifier: MIT */
/*
 * This file takes a page away from a file: mm/truncate.c, and the unmapping of
 * mm/memory.c. The caller has made the file shorter, so that no fault brings
 * the page back.
 */
#ifndef _MM_TRUNCATE_H
#define _MM_TRUNCATE_H

#include <linux/pagemap.h>
#include <mm/filemap.h>
#include <mm/memory.h>

/* Zap page index in all VMAs that map it. With must_see, no mapping may be missed. */
static void __maybe_unused unmap_mapping_page(struct address_space *mapping, pgoff_t index,
					      struct folio *must_see)
{
	struct vm_area_struct *vma;

	i_mmap_lock_read(mapping);
	if (must_see)
		rmap_must_see(&mapping->i_mmap);
	vma_interval_tree_foreach(vma, &mapping->i_mmap, index, index) {
		unsigned long addr = vma_address(vma, index);

		zap_page_range(vma->vm_mm, addr, addr + PAGE_SIZE);
	}
	if (must_see)
		rmap_must_have_seen(must_see, _PAGE_PRESENT);
	i_mmap_unlock_read(mapping);
}

/*
 * Two walks: the first, without the folio lock, may miss a mapping that moves;
 * then the page is still mapped, and is unmapped again with the folio locked.
 */
static void __maybe_unused truncate_inode_page(struct address_space *mapping, struct folio *folio)
{
	pgoff_t index = folio->index;

	unmap_mapping_page(mapping, index, NULL);
	folio_lock(folio);
	if (READ_ONCE(folio->_mapcount))
		unmap_mapping_page(mapping, index, folio);
	filemap_remove_folio(folio);
	folio_unlock(folio);
	folio_put(folio);
}

#endif /* _MM_TRUNCATE_H */
