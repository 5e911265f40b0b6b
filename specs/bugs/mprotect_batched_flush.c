// SPDX-License-Identifier: MIT
/*
 * mprotect_batched_flush: may mprotect() rely on an entry being empty?
 *
 * 3ea277194daa ("mm, mprotect: flush TLB if potentially racing with a parallel reclaim
 * leaving stale TLB entries", 4.13), Mel Gorman, reported by Nadav Amit; no CVE. Reclaim
 * clears an entry under the lock of the page table, and tells the CPUs later, of many
 * pages at once. mprotect(PROT_READ) finds the entry empty, has nothing to change and
 * nothing to flush, and returns. A CPU that remembers the entry still writes to the
 * page (BREAK). The fix (the default) looks, with the table locked, whether a flush is to
 * come, and does it.
 *
 * A relative of June 2025, seen by Ryan Roberts in madvise(MADV_FREE): a walk that drops
 * the lock of the table half way and takes it again has to look again (RETAKE; with
 * AGAIN it does).
 *
 * It teaches: an empty entry says nothing of what CPUs remember. Who puts a flush off
 * has to leave a note, and it must be read under the lock under which it was left.
 *
 * 4.12 is older than the eras of the model, which has nothing to say of this bug that
 * changed between it and 5.10.
 *
 * Kernel: 4.12
 * Result: BREAK: violated assert
 * Result: BREAK --kernel=6.12: violated assert
 * Result: RETAKE: violated assert
 * Result: RETAKE AGAIN: holds
 * Result: holds
 * Result: --kernel=6.12: holds
 */

#define MM_RMAP 1
#define MM_TLB 1
#define MM_TLB_BATCH 1
#define MM_TASK_PAGES 2
#define PTRS_PER_PTE 2

#include <linux/mm.h>
#include <linux/mman.h>
#include <mm/vmscan.h>
#include <mmcheck.h>

MM_POOL(folio, 1);
MM_POOL(ptdesc, 1);

#define ADDR	0x1000UL
#define INDEX	0UL

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static struct folio *page;
static int protected;		/* 1 and what mprotect() has changed, when it has returned */

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, ADDR, PAGE_SIZE, VM_READ | VM_WRITE | VM_SHARED, INDEX);
	page = folio_alloc(&mapping, NULL, INDEX);	/* the reference is the file's */
	mm_map_folio(&mm, ADDR, page, _PAGE_PRESENT | _PAGE_RW);
}

/* As shrink_folio_list(). */
THREAD(reclaim, NULL)
{
	folio_lock(page);
	try_to_unmap(page);
	try_to_unmap_flush(&mm);
	folio_unlock(page);
	if (!READ_ONCE(page->_mapcount))
		__remove_mapping(page);
}

/* Take the right to write away from what is mapped at addr: how many entries have changed. */
static int change_pte_range(struct mm_struct *mm, unsigned long addr)
{
	struct ptdesc *pt = pte_offset_map_lock(mm, addr);
	int pages = 0;

#ifndef BREAK
	flush_tlb_batched_pending(mm);
#endif
#ifdef RETAKE
	pte_unmap_unlock(pt);
	pt = pte_offset_map_lock(mm, addr);
#ifdef AGAIN
	flush_tlb_batched_pending(mm);
#endif
#endif
	if (pt_get(&pt->ptes, pte_offset(addr)) & _PAGE_PRESENT) {
		pt_set_folio(&pt->ptes, pte_offset(addr), _PAGE_PRESENT,
			     pt_folio(&pt->ptes, pte_offset(addr)));
		pages++;
	}
	pte_unmap_unlock(pt);
	return pages;
}

/* mprotect(PROT_READ). */
THREAD(mprotect, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	int pages;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, ADDR);
	vma_start_write(vma);
	vm_flags_reset(vma, VM_READ | VM_SHARED);
	pages = change_pte_range(mm, ADDR);
	if (pages)
		flush_tlb_page(mm, ADDR);
	mmap_write_unlock(mm);
	WRITE_ONCE(protected, 1 + pages);
}

/* Another thread of the program, on another CPU. */
THREAD(user, &mm)
{
	user_write(current->mm, ADDR);
	if (READ_ONCE(protected))
		assert(!user_write(current->mm, ADDR));
}
