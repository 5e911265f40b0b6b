// SPDX-License-Identifier: MIT
/*
 * dirty_cow: may a forced write forget that it is one, once a copy was made?
 *
 * CVE-2016-5195 "Dirty COW", found by Phil Oester. Broken in 2.6.22 by 0a27a14a6292, fixed
 * in 4.9-rc2 by 19be0eaffa3a ("mm: remove gup_flags FOLL_WRITE games from
 * __get_user_pages()"). /proc/self/mem writes to a private mapping that its owner may only
 * read: the fault makes a private copy, whose entry stays read-only, as the VMA says so. To
 * have that entry accepted in the next round of its loop, get_user_pages() went on as if
 * it were about to read (BREAK). If madvise(MADV_DONTNEED) throws the copy away in between,
 * both with mmap_lock held for reading, the next fault is that of a read. It maps the
 * page of the file, and that is what gets written.
 *
 * The fix (the default) goes on to ask for a write, notes FOLL_COW, and takes a read-only
 * entry only where it is dirty, as a copy is and a page of the file is not. NO_DIRTY
 * leaves that test out: enough against MADV_DONTNEED alone, and not if a third thread reads
 * (READER), which maps the page of the file.
 *
 * It teaches: what was true of an entry is not true any more when the lock of its table
 * was dropped. What is asked for must stay the same in all rounds of a loop that tries
 * again.
 *
 * 4.8 is older than the eras of the model, which has nothing to say of this bug that
 * changed between it and 5.10.
 *
 * Kernel: 4.8
 * Result: BREAK: violated assert
 * Result: BREAK ALONE: holds
 * Result: BREAK --kernel=6.12: violated assert
 * Result: holds
 * Result: READER: holds
 * Result: NO_DIRTY: holds
 * Result: NO_DIRTY READER: violated assert
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 2

#include <linux/mm.h>
#include <mm/filemap.h>
#include <mmcheck.h>

MM_POOL(folio, 4);
MM_POOL(ptdesc, 2);

#define ADDR	0x1000UL

#define _PAGE_DIRTY	0x80UL
#define FOLL_COW	0x4000
#define VM_FAULT_WRITE	0x8	/* a copy was made, or the page is the task's own */

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };

INIT
{
	struct folio *folio;

	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, ADDR, PAGE_SIZE, VM_READ, 0);
	folio = folio_alloc(&mapping, NULL, 0);
	filemap_add_folio(&mapping, folio);
	folio_put(folio);
}

/*
 * Let the entry of address, which was orig, name a new page that is the task's own: with
 * the contents of old, which goes, or of the file where nothing was mapped.
 */
static void map_copy(struct vm_area_struct *vma, unsigned long address, unsigned long orig,
		     struct folio *old)
{
	struct folio *new;
	struct ptdesc *pt;

	anon_vma_prepare(vma);
	new = folio_alloc(NULL, vma->anon_vma, linear_page_index(vma, address));
	pt = pte_offset_map_lock(vma->vm_mm, address);
	if (pt_get(&pt->ptes, pte_offset(address)) == orig &&
	    pt_folio(&pt->ptes, pte_offset(address)) == old) {
		folio_get(new);
		folio_add_rmap(new);
		pt_set_folio(&pt->ptes, pte_offset(address), _PAGE_PRESENT | _PAGE_DIRTY, new);
		if (old) {
			folio_remove_rmap(old);
			folio_put(old);
		}
	}
	pte_unmap_unlock(pt);
	folio_put(new);
}

/* A write to what is mapped: a page of the file is copied, the task's own stays. */
static int do_wp_page(struct vm_area_struct *vma, unsigned long address)
{
	struct ptdesc *pt = pte_offset_map_lock(vma->vm_mm, address);
	unsigned long orig = pt_get(&pt->ptes, pte_offset(address));
	struct folio *old;

	if (!(orig & _PAGE_PRESENT)) {	/* it has gone: the fault comes again */
		pte_unmap_unlock(pt);
		return 0;
	}
	old = pt_folio(&pt->ptes, pte_offset(address));
	folio_get(old);
	pte_unmap_unlock(pt);
	if (old->mapping)
		map_copy(vma, address, orig, old);
	folio_put(old);
	return VM_FAULT_WRITE;
}

static int fault_in(struct vm_area_struct *vma, unsigned long address, bool write)
{
	struct ptdesc *pt = pte_offset_map_lock(vma->vm_mm, address);
	bool none = !pt_get(&pt->ptes, pte_offset(address));

	pte_unmap_unlock(pt);
	if (!write)
		return none ? do_read_fault(vma, address, 0) : 0;
	if (!none)
		return do_wp_page(vma, address);
	map_copy(vma, address, 0, NULL);	/* do_cow_fault() */
	return 0;
}

/* May the page of this entry be written, though the entry is read-only? */
static bool can_follow_write_pte(unsigned long entry, int flags)
{
	if (entry & _PAGE_RW)
		return true;
#ifdef NO_DIRTY
	return flags & FOLL_FORCE && flags & FOLL_COW;
#else
	return flags & FOLL_FORCE && flags & FOLL_COW && entry & _PAGE_DIRTY;
#endif
}

/* The page at address with a reference, if it may be used as flags say. */
static struct folio *follow_page(struct vm_area_struct *vma, unsigned long address,
				 int flags)
{
	struct ptdesc *pt = pte_offset_map_lock(vma->vm_mm, address);
	unsigned long entry = pt_get(&pt->ptes, pte_offset(address));
	struct folio *folio = NULL;

	if (entry & _PAGE_PRESENT && (!(flags & FOLL_WRITE) || can_follow_write_pte(entry, flags))) {
		folio = pt_folio(&pt->ptes, pte_offset(address));
		folio_get(folio);
	}
	pte_unmap_unlock(pt);
	return folio;
}

/* As faultin_page(). */
static void fault_in_page(struct vm_area_struct *vma, unsigned long address, int *flags)
{
	int fault = fault_in(vma, address, *flags & FOLL_WRITE);

	/* There is a copy, and its entry stays read-only as the VMA is. */
	if (fault & VM_FAULT_WRITE && !(vma->vm_flags & VM_WRITE)) {
#ifdef BREAK
		*flags &= ~FOLL_WRITE;
#else
		*flags |= FOLL_COW;
#endif
	}
}

/* A write to /proc/self/mem. */
THREAD(mem_write, &mm)
{
	struct mm_struct *mm = current->mm;
	int flags = FOLL_WRITE | FOLL_FORCE;
	struct vm_area_struct *vma;
	struct folio *folio;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, ADDR);
	while (!(folio = follow_page(vma, ADDR, flags)))
		fault_in_page(vma, ADDR, &flags);
	assert(!folio->mapping);	/* it is written to: no page of the file may be */
	folio_put(folio);
	mmap_read_unlock(mm);
}

#ifndef ALONE

/* madvise(MADV_DONTNEED). */
THREAD(madvise, &mm)
{
	struct mm_struct *mm = current->mm;

	mmap_read_lock(mm);
	if (vma_lookup(mm, ADDR))
		zap_page_range(mm, ADDR, ADDR + PAGE_SIZE);
	mmap_read_unlock(mm);
}

#endif
#ifdef READER

THREAD(reader, &mm)
{
	struct mm_struct *mm = current->mm;

	mmap_read_lock(mm);
	fault_in(vma_lookup(mm, ADDR), ADDR, false);
	mmap_read_unlock(mm);
}

#endif
