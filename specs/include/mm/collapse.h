/* SPDX-License-Identifier: MIT */
/*
 * This file puts one huge page in the place of small ones, for anonymous memory
 * (MM_COLLAPSE): mm/khugepaged.c as khugepaged does it, which belongs to no
 * process and keeps the mm by mm_count alone. MADV_COLLAPSE does the same, see
 * <mm/madvise.h>; for files see <mm/khugepaged.h>.
 *
 * mmap_lock is dropped before the huge page is allocated, where a page that was
 * written out has to be waited for, and to get the lock for writing. Behind each
 * of these the VMA is looked up again. With the write lock, and that of the VMA,
 * nobody brings in a page while there is neither a small one nor the huge one.
 *
 * A huge page is as many entries as it has pages, HPAGE_PMD_NR; whoever takes a
 * part of it away has split it. Define
 *
 *	COLLAPSE_NO_REVALIDATE	to go on with the VMA from before the write lock
 *	COLLAPSE_NO_VMA_LOCK	to leave page faults that hold the lock of the VMA
 *				alone (6.4 and later)
 */
#ifndef _MM_COLLAPSE_H
#define _MM_COLLAPSE_H

#include <mm/gup.h>
#include <mm/internal.h>

#define HPAGE_PMD_NR	2
#define HPAGE_PMD_SIZE	(HPAGE_PMD_NR * PAGE_SIZE)

/* Is this a VMA that may have a huge page at addr? */
static inline bool hugepage_vma_check(struct vm_area_struct *vma, unsigned long addr)
{
	return vma_is_anonymous(vma) && vma->vm_start <= addr &&
	       vma->vm_end >= addr + HPAGE_PMD_SIZE;
}

/*
 * The VMA that may have a huge page at addr, or NULL. mmap_lock was taken just
 * now: the process may have exited before that.
 */
static struct vm_area_struct *__maybe_unused
hugepage_vma_revalidate(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	if (!atomic_read(&mm->mm_users))
		return NULL;
	vma = find_vma(mm, addr);
	return vma && hugepage_vma_check(vma, addr) ? vma : NULL;
}

/* May the entry be replaced? A page that is missing must not be one that somebody waits for. */
static inline bool collapse_pte_good(struct vm_area_struct *vma, unsigned long entry)
{
#if MM_USERFAULTFD
	if (!entry)
		return !userfaultfd_missing(vma);
#endif
	(void)vma;
	return !(entry & _PAGE_SWAP);
}

/*
 * Bring in what was written out. False: it had to be waited for, and mmap_lock
 * was released for that.
 */
static bool __maybe_unused __collapse_huge_page_swapin(struct vm_area_struct *vma,
						       unsigned long start)
{
#if MM_SWAP
	struct mm_struct *mm = vma->vm_mm;
	unsigned long addr;

	for (addr = start; addr < start + HPAGE_PMD_SIZE; addr += PAGE_SIZE) {
		unsigned long orig = pt_get(&mm->pgd, addr);

		if (!(orig & _PAGE_SWAP))
			continue;
		if (nondet(0, 1)) {
			mmap_read_unlock(mm);
			return false;
		}
		do_swap_page(vma, addr, orig);
	}
#endif
	(void)vma;
	(void)start;
	return true;
}

/* Take the small pages away and map the huge one. mmap_lock is held for writing. */
static bool __maybe_unused collapse_pmd(struct vm_area_struct *vma, unsigned long start)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long old[HPAGE_PMD_NR];
	unsigned long huge = _PAGE_PRESENT;
	bool good = true, some = false;
	int i;

	mmap_assert_write_locked(mm);
	mmu_notifier_invalidate_range_start(mm, start, start + HPAGE_PMD_SIZE);
	spin_lock(&mm->page_table_lock);
	for (i = 0; i < HPAGE_PMD_NR; i++) {
		old[i] = pt_get(&mm->pgd, start + i * PAGE_SIZE);
		pt_clear(&mm->pgd, start + i * PAGE_SIZE);
	}
	spin_unlock(&mm->page_table_lock);
	mmu_notifier_invalidate_range_end(mm, start, start + HPAGE_PMD_SIZE);

	for (i = 0; i < HPAGE_PMD_NR; i++) {
		good = good && collapse_pte_good(vma, old[i]);
		some = some || old[i] & _PAGE_PRESENT;
	}
	good = good && some;
	if (vma->vm_flags & VM_WRITE)
		huge |= _PAGE_RW;

	spin_lock(&mm->page_table_lock);
	for (i = 0; i < HPAGE_PMD_NR; i++) {
		BUG_ON(pt_get(&mm->pgd, start + i * PAGE_SIZE));
		pt_set(&mm->pgd, start + i * PAGE_SIZE, good ? huge : old[i]);
	}
	spin_unlock(&mm->page_table_lock);
	return good;
}

/*
 * Put a huge page at addr. Called with mmap_lock held for reading, for the VMA
 * that the caller has seen there; without it on return. Says whether it worked.
 */
static bool __maybe_unused collapse_huge_page(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool good = false;

	mmap_read_unlock(mm);	/* allocate the page: that may take its time */
	mmap_read_lock(mm);
	vma = hugepage_vma_revalidate(mm, addr);
	if (!vma) {
		mmap_read_unlock(mm);
		return false;
	}
	if (!__collapse_huge_page_swapin(vma, addr))
		return false;
	mmap_read_unlock(mm);
	mmap_write_lock(mm);
#ifndef COLLAPSE_NO_REVALIDATE
	vma = hugepage_vma_revalidate(mm, addr);
#endif
	if (vma) {
#ifndef COLLAPSE_NO_VMA_LOCK
		vma_start_write(vma);
#endif
		good = collapse_pmd(vma, addr);
	}
	mmap_write_unlock(mm);
	return good;
}

/* Is it worth the effort: is one page there at least? A guess. vma is stable. */
static bool __maybe_unused hpage_collapse_scan_pmd(struct vm_area_struct *vma, unsigned long start)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long addr;
	bool good = true, some = false;

	spin_lock(&mm->page_table_lock);
	for (addr = start; addr < start + HPAGE_PMD_SIZE; addr += PAGE_SIZE) {
		unsigned long entry = pt_get(&mm->pgd, addr);

		good = good && (entry & _PAGE_SWAP || collapse_pte_good(vma, entry));
		some = some || entry & _PAGE_PRESENT;
	}
	spin_unlock(&mm->page_table_lock);
	return good && some;
}

/* What khugepaged does at addr. It does not wait for those who write VMAs. */
static void __maybe_unused khugepaged_scan_mm_slot(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	if (!mmap_read_trylock(mm))
		return;
	vma = hugepage_vma_revalidate(mm, addr);
	if (vma && hpage_collapse_scan_pmd(vma, addr))
		collapse_huge_page(mm, addr);
	else
		mmap_read_unlock(mm);
}

#endif /* _MM_COLLAPSE_H */
