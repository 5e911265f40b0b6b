/* SPDX-License-Identifier: MIT */
/*
 * This file brings pages in: the part of mm/gup.c and mm/memory.c that
 * mm_populate() needs. Define GUP_MAY_UNLOCK to let a fault drop mmap_lock and
 * ask for a retry, as it does when it has to wait for a page: the caller then
 * finds *locked == 0 and holds nothing any more.
 */
#ifndef _MM_GUP_H
#define _MM_GUP_H

#include <mmcheck.h>
#include <linux/oom.h>
#include <linux/userfaultfd_k.h>
#include <mm/internal.h>
#include <mm/vm_ops.h>

#if MM_RMAP

#include <mm/filemap.h>

/*
 * Let the entry of address name folio, whose reference goes with it, unless
 * somebody was faster. Where the page table is gone there is another fault.
 */
static void __maybe_unused finish_fault(struct vm_area_struct *vma, unsigned long address,
					struct folio *folio)
{
	struct ptdesc *pt = pte_alloc_map_lock(vma->vm_mm, address);
	unsigned long entry = _PAGE_PRESENT;
	bool none = false;

	if (vma->vm_flags & VM_WRITE && (vma_is_anonymous(vma) || vma->vm_flags & VM_SHARED))
		entry |= _PAGE_RW;
	if (pt) {
		none = !pt_get(&pt->ptes, pte_offset(address));
		if (none) {
			folio_add_rmap(folio);
			pt_set_folio(&pt->ptes, pte_offset(address), entry, folio);
		}
		pte_unmap_unlock(pt);
	}
	if (!none)
		folio_put(folio);
}

/*
 * Map a new page of an anonymous VMA. The first one needs an anon_vma, and for
 * that the lock of the VMA alone will not do: the fault is tried again with
 * mmap_lock. (Kernels from 6.10 on try for mmap_lock first.)
 */
static int __maybe_unused do_anonymous_page(struct vm_area_struct *vma, unsigned long address,
					    unsigned int flags)
{
#if CONFIG_PER_VMA_LOCK
	if (flags & FAULT_FLAG_VMA_LOCK && !data_race(vma->anon_vma)) {
		vma_end_read(vma);
		return VM_FAULT_RETRY;
	}
#endif
	(void)flags;
	anon_vma_prepare(vma);
	finish_fault(vma, address,
		     folio_alloc(NULL, vma->anon_vma, linear_page_index(vma, address)));
	return 0;
}

/* Map a page of a file; it stays locked until it is mapped. */
static int __maybe_unused do_read_fault(struct vm_area_struct *vma, unsigned long address,
					unsigned int flags)
{
	struct folio *folio = NULL;
	int fault = filemap_fault(vma, address, flags, &folio);

	if (fault)
		return fault;
#ifdef FAULT_EARLY_UNLOCK
	folio_unlock(folio);
	finish_fault(vma, address, folio);
#else
	finish_fault(vma, address, folio);
	folio_unlock(folio);	/* the page cache keeps it as long as it is locked */
#endif
	return 0;
}

/* Serve a fault where nothing is mapped. A page that is being moved is left alone. */
static int __maybe_unused do_pte_missing(struct vm_area_struct *vma, unsigned long address,
					 unsigned int flags)
{
	if (vma_is_anonymous(vma))
		return do_anonymous_page(vma, address, flags);
	return do_read_fault(vma, address, flags);
}

#else

/* Map one page of an anonymous VMA, unless somebody was faster, or the process dies. */
static int __maybe_unused do_anonymous_page(struct vm_area_struct *vma, unsigned long address)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long old, entry = _PAGE_PRESENT;
	int fault = 0;

	if (vma->vm_flags & VM_WRITE)
		entry |= _PAGE_RW;
	spin_lock(&mm->page_table_lock);
	old = pt_get(&mm->pgd, address);
	if (!old) {
		if (check_stable_address_space(mm))
			pt_set(&mm->pgd, address, entry);
		else
			fault = VM_FAULT_SIGBUS;
	}
	if (old & _PAGE_GUARD)
		fault = VM_FAULT_SIGSEGV;
	spin_unlock(&mm->page_table_lock);
	return fault;
}

#if MM_SWAP
/*
 * The page was written out, as orig says. It is read back without the page
 * table lock, and mapped if the entry is still the same then.
 */
static int __maybe_unused do_swap_page(struct vm_area_struct *vma, unsigned long address,
				       unsigned long orig)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long entry = _PAGE_PRESENT;

	if (vma->vm_flags & VM_WRITE)
		entry |= _PAGE_RW;
	spin_lock(&mm->page_table_lock);
	if (pt_get(&mm->pgd, address) == orig)
		pt_set(&mm->pgd, address, entry);
	spin_unlock(&mm->page_table_lock);
	return 0;
}
#endif

/* Let the driver serve a fault. */
static int __maybe_unused do_driver_fault(struct vm_area_struct *vma, unsigned long address,
					  unsigned int flags)
{
	struct vm_fault vmf = {
		.vma = vma, .flags = flags, .gfp_mask = GFP_KERNEL,
		.address = address & PAGE_MASK, .real_address = address,
	};
	vm_fault_t fault;

	vmf.pgoff = linear_page_index(vma, vmf.address);
	fault = vma->vm_ops->fault(&vmf);
	if (fault & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY | VM_FAULT_COMPLETED))
		return fault & ~VM_FAULT_NOPAGE;
	return do_anonymous_page(vma, address);	/* map it */
}

/* Serve a fault on an anonymous VMA, by what the entry says, or on one of a driver. */
static int __maybe_unused handle_pte_fault(struct vm_area_struct *vma, unsigned long address,
					   unsigned int flags)
{
	if (vma_has_ops(vma) && vma->vm_ops->fault)
		return do_driver_fault(vma, address, flags);
#if MM_USERFAULTFD
	if (userfaultfd_missing(vma) && !pt_get(&vma->vm_mm->pgd, address))
		return handle_userfault(vma, address, flags);
#endif
#if MM_SWAP
	unsigned long orig = pt_get(&vma->vm_mm->pgd, address);

	if (orig & _PAGE_SWAP)
		return do_swap_page(vma, address, orig);
#endif
	return do_anonymous_page(vma, address);
}

#endif

/*
 * A driver serves faults on its VMAs itself: vm_ops->fault. It may release the lock that
 * keeps vma stable where flags have FAULT_FLAG_ALLOW_RETRY, and then has to say so. Without
 * vm_ops, a spec defines MM_VM_FAULT as the name of such a function, with other arguments,
 * before it includes anything: it is called for every fault.
 */
#ifdef MM_VM_FAULT
static int MM_VM_FAULT(struct vm_area_struct *vma, unsigned long address, unsigned int flags);
#define __do_fault(vma, address, flags)	MM_VM_FAULT(vma, address, flags)
#elif MM_RMAP
#define __do_fault(vma, address, flags)	do_pte_missing(vma, address, flags)
#else
#define __do_fault(vma, address, flags)	handle_pte_fault(vma, address, flags)
#endif

/* Returns -EBUSY with *locked == 0 if mmap_lock was dropped on the way. */
static int __maybe_unused faultin_page(struct vm_area_struct *vma, unsigned long address,
				       int *locked)
{
	int fault;

#ifdef GUP_MAY_UNLOCK
	if (locked && nondet(0, 1)) {
		mmap_read_unlock(vma->vm_mm);
		*locked = 0;
		return -EBUSY;
	}
#endif
	fault = __do_fault(vma, address, locked ? FAULT_FLAG_ALLOW_RETRY : 0);
	if (fault & (VM_FAULT_RETRY | VM_FAULT_COMPLETED)) {
		*locked = 0;
		return -EBUSY;
	}
	return fault ? -EFAULT : 0;
}

/*
 * Bring in the pages [start, end) of one VMA. The caller holds mmap_lock, for
 * reading at least. Returns the number of pages brought in, or an error where the
 * first of them cannot be.
 */
static long __maybe_unused populate_vma_page_range(struct vm_area_struct *vma,
						   unsigned long start, unsigned long end,
						   int *locked)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long addr;
	long pages = 0;

	VM_BUG_ON_VMA(start < vma->vm_start, vma);
	VM_BUG_ON_VMA(end > vma->vm_end, vma);
	mmap_assert_locked(mm);

	for (addr = start; addr < end; addr += PAGE_SIZE) {
		int error = faultin_page(vma, addr, locked);

		CONTRACT(lockdep_is_held(&mm->mmap_lock) == (!locked || *locked),
			 "faultin_page() sets *locked to 0 if it drops mmap_lock, else not");
		if (error)
			return pages || error == -EBUSY ? pages : error;
		pages++;
	}
	return pages;
}

/*
 * Bring in the pages of an address range of the current mm, VMA by VMA. It
 * takes mmap_lock itself and carries nothing but addresses over a drop: vma is
 * looked up again whenever the lock was lost.
 */
static int __maybe_unused __mm_populate(unsigned long start, unsigned long len)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma = NULL;
	unsigned long end = start + len;
	unsigned long nstart = start;
	int locked = 0;

	while (nstart < end) {
		unsigned long nend;
		long pages;

		if (!locked) {
			locked = 1;
			mmap_read_lock(mm);
			vma = find_vma_intersection(mm, nstart, end);
		} else if (nstart >= vma->vm_end) {
			vma = find_vma_intersection(mm, vma->vm_end, end);
		}
		if (!vma)
			break;

		nend = min(end, vma->vm_end);
		nstart = max(nstart, vma->vm_start);
		pages = populate_vma_page_range(vma, nstart, nend, &locked);
		nstart = pages < 0 ? nend : nstart + PAGE_SIZE * pages; /* errors are ignored */
	}
	if (locked)
		mmap_read_unlock(mm);
	return 0;
}

static void __maybe_unused mm_populate(unsigned long addr, unsigned long len)
{
	(void)__mm_populate(addr, len);
}

#if MM_RMAP

/*
 * The page that is mapped at address with a reference, or NULL. The lock of the page
 * table keeps the entry, and the entry keeps the page until there is a reference;
 * define FOLLOW_PAGE_LATE_GET to take it when the lock is given up.
 */
static struct folio *__maybe_unused follow_page_pte(struct vm_area_struct *vma,
						    unsigned long address)
{
	struct ptdesc *pt = pte_offset_map_lock(vma->vm_mm, address);
	struct folio *folio = NULL;

	if (!pt)
		return NULL;
	if (pt_get(&pt->ptes, pte_offset(address)) & _PAGE_PRESENT) {
		folio = pt_folio(&pt->ptes, pte_offset(address));
#ifndef FOLLOW_PAGE_LATE_GET
		folio_get(folio);
#endif
	}
	pte_unmap_unlock(pt);
#ifdef FOLLOW_PAGE_LATE_GET
	if (folio)
		folio_get(folio);
#endif
	return folio;
}

/*
 * The page of address with a reference, brought in where it is missing, or NULL.
 * mmap_lock is held for reading if *locked says so, and is not in the end if it had
 * to be taken or was released on the way: then the VMA is looked up again here,
 * and no VMA is worth anything that the caller has found before.
 */
static struct folio *__maybe_unused __get_user_pages_locked(struct mm_struct *mm,
							     unsigned long address, int *locked)
{
	struct folio *folio = NULL;
	bool must_unlock = false;

	for (;;) {
		struct vm_area_struct *vma;
		int ret;

		if (!*locked) {
			mmap_read_lock(mm);
			*locked = 1;
			must_unlock = true;
		}
		vma = vma_lookup(mm, address);
		if (!vma)
			break;
		folio = follow_page_pte(vma, address);
		if (folio)
			break;
		ret = faultin_page(vma, address, locked);
		if (ret && ret != -EBUSY)
			break;
	}
	if (must_unlock && *locked) {
		mmap_read_unlock(mm);
		*locked = 0;
	}
	return folio;
}

#endif /* MM_RMAP */

#endif /* _MM_GUP_H */
