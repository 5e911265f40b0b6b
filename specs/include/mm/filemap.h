/* SPDX-License-Identifier: MIT */
/*
 * This file is the page cache of a file, and the fault that looks there:
 * mm/filemap.c (MM_RMAP). The cache holds a reference on each of its pages. A
 * page is never read in: what is not in the cache is beyond the end of the file.
 *
 * A fault finds a page without a lock. It locks the folio, and looks whether it
 * still belongs to the file: truncate takes it away under the same lock. The
 * fault keeps the folio locked until its entry is set, so that truncate sees
 * either a page that is mapped or a fault that comes too late. (In the kernel
 * filemap_fault() returns with VM_FAULT_LOCKED, and do_read_fault() of
 * mm/memory.c unlocks after finish_fault(). The fault-around, which maps pages
 * next to it, is left out, and so is the private copy for a write.)
 *
 * Define FAULT_NO_RECHECK or FAULT_EARLY_UNLOCK to leave out what this rests on.
 */
#ifndef _MM_FILEMAP_H
#define _MM_FILEMAP_H

#include <linux/pagemap.h>
#include <mm/folio.h>
#include <mm/internal.h>

/* Put a page in the cache. For INIT. */
static void __maybe_unused filemap_add_folio(struct address_space *mapping, struct folio *folio)
{
	folio_get(folio);
	mapping->i_pages[folio->index] = folio;
}

/*
 * The page of index with a reference, or NULL. The kernel reads the slot, takes
 * a reference unless there is none left, and reads the slot again.
 */
static struct folio *__maybe_unused filemap_get_folio(struct address_space *mapping,
						      pgoff_t index)
{
	struct folio *folio;

	ATOMIC {
		folio = mapping->i_pages[index];
		if (folio)
			folio->_refcount++;
	}
	return folio;
}

/*
 * Take a locked page out of the cache: from here on it belongs to no file. In a
 * spec that never put it there, the cache's reference is not dropped either.
 */
static void __maybe_unused filemap_remove_folio(struct folio *folio)
{
	struct address_space *mapping = folio->mapping;
	bool cached;

	VM_BUG_ON(!folio_test_locked(folio));
	VM_BUG_ON(READ_ONCE(folio->_mapcount));
	ATOMIC {
		cached = mapping->i_pages[folio->index] == folio;
		if (cached)
			mapping->i_pages[folio->index] = NULL;
		folio->mapping = NULL;
	}
	if (cached)
		folio_put(folio);
}

/* Release the lock that keeps vma stable: that of the VMA, or mmap_lock. */
static inline void release_fault_lock(struct vm_area_struct *vma, unsigned int flags)
{
#if CONFIG_PER_VMA_LOCK
	if (flags & FAULT_FLAG_VMA_LOCK) {
		vma_end_read(vma);
		return;
	}
#endif
	(void)flags;
	mmap_read_unlock(vma->vm_mm);
}

/*
 * Lock folio. Where that has to wait and the fault may be tried again, nobody
 * waits with the lock of the caller: it is released, and the result is false.
 */
static bool __maybe_unused lock_folio_maybe_drop_mmap(struct vm_area_struct *vma,
						      unsigned int flags, struct folio *folio)
{
	if (folio_trylock(folio))
		return true;
	if (!(flags & FAULT_FLAG_ALLOW_RETRY)) {
		folio_lock(folio);
		return true;
	}
	release_fault_lock(vma, flags);
	folio_lock(folio);
	folio_unlock(folio);
	return false;
}

/* Find the page of a fault: with result 0 it is in *page, locked and with a reference. */
static int __maybe_unused filemap_fault(struct vm_area_struct *vma, unsigned long address,
					unsigned int flags, struct folio **page)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	pgoff_t index = linear_page_index(vma, address);

	for (;;) {
		struct folio *folio = filemap_get_folio(mapping, index);

		if (!folio)
			return VM_FAULT_SIGBUS;
		if (!lock_folio_maybe_drop_mmap(vma, flags, folio)) {
			folio_put(folio);
			return VM_FAULT_RETRY;
		}
#ifndef FAULT_NO_RECHECK
		if (unlikely(folio->mapping != mapping)) {
			folio_unlock(folio);
			folio_put(folio);
			continue;
		}
#endif
		*page = folio;
		return 0;
	}
}

#endif /* _MM_FILEMAP_H */
