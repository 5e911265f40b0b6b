// SPDX-License-Identifier: MIT
/*
 * thp_transient_none: may an entry be empty for a moment while it is changed?
 *
 * ced108037c2a ("thp: fix MADV_DONTNEED vs. numa balancing race", 4.11), and
 * 58ceeb6bec86 for MADV_FREE; Kirill Shutemov, no CVE. NUMA balancing marks the entry
 * of a huge page, so that the next access faults. It cleared the entry and set the
 * new value, with the lock of the table and mmap_lock held for reading.
 * MADV_DONTNEED holds mmap_lock for reading, too, and looks without the lock of the
 * table whether there is anything to do: in between there seems to be nothing
 * (BREAK). It returns, and the page is still there. The fix (the default) takes the
 * present bit away and sets the new value after that: the entry is never empty.
 *
 * It teaches: who holds a lock for writing may leave things half done, but only for
 * those who take that lock. Where others look without it, every value that is
 * stored has to be true. A MADV_DONTNEED that looks with the lock held would do as
 * well (LOCKED), or a change that keeps it out by mmap_lock, as mprotect() does
 * (WRITE).
 *
 * 4.10 is older than the eras of the model, which has nothing to say of this bug that
 * changed between it and 5.10.
 *
 * Kernel: 4.10
 * Result: BREAK: violated assert
 * Result: BREAK --kernel=6.12: violated assert
 * Result: BREAK LOCKED: holds
 * Result: BREAK WRITE: holds
 * Result: holds
 * Result: --kernel=6.12: holds
 */

#define MM_TASK_PAGES 2

#include <linux/mm.h>
#include <mmcheck.h>

#define ADDR		0x1000UL	/* its entry stands for that of a huge page */
#define _PAGE_PROTNONE	0x10UL		/* a hint for NUMA balancing */
#define _PAGE_INVALID	0x20UL		/* not present, and not none */

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
	pt_set(&mm.pgd, ADDR, _PAGE_PRESENT | _PAGE_RW);
}

/* As change_huge_pmd() with prot_numa. */
static void change_huge_pmd(struct vm_area_struct *vma, unsigned long addr)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long entry;

	spin_lock(&mm->page_table_lock);
	entry = pt_get(&mm->pgd, addr);
	if (entry & _PAGE_PRESENT) {
#ifdef BREAK
		pt_clear(&mm->pgd, addr);		/* pmdp_huge_get_and_clear_notify() */
#else
		pt_set(&mm->pgd, addr, _PAGE_INVALID);	/* pmdp_invalidate() */
#endif
		pt_set(&mm->pgd, addr, entry | _PAGE_PROTNONE);
	}
	spin_unlock(&mm->page_table_lock);
}

/* As task_numa_work(). */
THREAD(numa, &mm)
{
	struct mm_struct *mm = current->mm;

#ifdef WRITE
	mmap_write_lock(mm);
	change_huge_pmd(vma_lookup(mm, ADDR), ADDR);
	mmap_write_unlock(mm);
#else
	mmap_read_lock(mm);
	change_huge_pmd(vma_lookup(mm, ADDR), ADDR);
	mmap_read_unlock(mm);
#endif
}

/* What is none is passed over without the lock. */
static void zap_pmd_range(struct vm_area_struct *vma, unsigned long addr)
{
	struct mm_struct *mm = vma->vm_mm;

#ifndef LOCKED
	if (!pt_get(&mm->pgd, addr))
		return;
#endif
	spin_lock(&mm->page_table_lock);
	pt_clear(&mm->pgd, addr);
	spin_unlock(&mm->page_table_lock);
}

/* As madvise(MADV_DONTNEED). No fault comes that would bring the page back. */
THREAD(dontneed, &mm)
{
	struct mm_struct *mm = current->mm;

	mmap_read_lock(mm);
	zap_pmd_range(vma_lookup(mm, ADDR), ADDR);
	mmap_read_unlock(mm);
}

FINAL
{
	assert(!pt_get(&mm.pgd, ADDR));
}
