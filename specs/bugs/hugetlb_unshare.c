// SPDX-License-Identifier: MIT
/*
 * hugetlb_unshare: when does a split take a VMA off a page table that it shares?
 *
 * CVE-2025-38084, found by Jann Horn. Broken by 39dde65c9940 and, after a repair, by
 * b30c14cd6102, fixed in 6.16 by 081056dc00a2 ("mm/hugetlb: unshare page tables during VMA
 * split, not before"). Two processes that map the same part of a file of hugetlbfs share
 * the page table, if each VMA covers all of it. Before a VMA is cut inside such a table,
 * it has to get off it. BREAK does so while the VMA may still be found, from
 * vm_ops->may_split: a fault with the lock of the VMA finds no table, sees a VMA that
 * covers all of it, and shares again. Then half a VMA uses a table that covers more, and
 * what it unmaps is unmapped in the other process.
 *
 * The fix (the default) does it in hugetlb_split(), where mmap_lock, the VMA and the tree
 * of the file are all locked for writing, just before the range changes.
 *
 * GUP is the companion (CVE-2025-38085, 1013af4f585f, "mm/hugetlb: fix huge_pmd_unshare() vs
 * GUP-fast race"): get_user_pages_fast() may be inside the table that the VMA gets off.
 * The table is the other process's alone from here on, which maps something else there.
 * SYNC waits for whoever has interrupts off.
 *
 * It teaches: what a lock is to prevent has to be undone under it. Between the undoing and
 * the lock others do it again.
 *
 * Kernel: 6.15
 * Result: BREAK: violated assert
 * Result: BREAK --kernel=6.12: violated assert
 * Result: holds
 * Result: --kernel=6.12: holds
 * Result: GUP: violated assert
 * Result: GUP SYNC: holds
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 6
#define PTRS_PER_PTE 2		/* three tables */
#define MM_VM_FAULT hugetlb_fault
#ifndef BREAK
#define MM_HUGETLB_SPLIT hugetlb_vma_split
#endif

#include <linux/mm.h>
#include <mm/gup_fast.h>
#include <mmcheck.h>

#ifdef GUP
MM_POOL(vm_area_struct, 4);
#else
MM_POOL(vm_area_struct, 3);
#endif
MM_POOL(ptdesc, 6);

#define ADDR	PMD_SIZE	/* all of the second table */

static struct mm_struct mm, other;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };

static bool table_shared(struct mm_struct *mm, unsigned long addr)
{
	return mm != &other &&
	       READ_ONCE(mm->pmd[pmd_index(addr)]) == READ_ONCE(other.pmd[pmd_index(addr)]);
}

/* Get off the table that addr is in, if it is shared. The file's tree is locked. */
static void huge_pmd_unshare(struct vm_area_struct *vma, unsigned long addr)
{
	struct mm_struct *mm = vma->vm_mm;

	i_mmap_assert_write_locked(vma->vm_file->f_mapping);
	spin_lock(&mm->pmd_ptl);
	if (table_shared(mm, addr))
		WRITE_ONCE(mm->pmd[pmd_index(addr)], NULL);
	spin_unlock(&mm->pmd_ptl);
#ifdef SYNC
	tlb_remove_table_sync_one();
#endif
}

#ifdef BREAK

static int hugetlb_vm_op_split(struct vm_area_struct *vma, unsigned long addr)
{
	if (addr & ~PMD_MASK) {
		i_mmap_lock_write(vma->vm_file->f_mapping);
		huge_pmd_unshare(vma, addr);
		i_mmap_unlock_write(vma->vm_file->f_mapping);
	}
	return 0;
}

static const struct vm_operations_struct hugetlb_vm_ops = {
	.may_split = hugetlb_vm_op_split,
};

#else

/* All that leads to the VMA is locked for writing. */
static void hugetlb_vma_split(struct vm_area_struct *vma, unsigned long addr)
{
	if (addr & ~PMD_MASK)
		huge_pmd_unshare(vma, addr);
}

#endif

/* Both map the file, and share the table. */
INIT
{
	struct folio *folio __maybe_unused;
	struct ptdesc *unused;

	mm_init(&mm);
	mm_init(&other);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, ADDR, PMD_SIZE, VM_READ | VM_WRITE | VM_SHARED, 0);
	mm_map_file(&other, &file, ADDR, PMD_SIZE, VM_READ | VM_WRITE | VM_SHARED, 0);
	unused = mm.pmd[pmd_index(ADDR)];
	mm.pmd[pmd_index(ADDR)] = other.pmd[pmd_index(ADDR)];
	kfree(unused);
#ifdef BREAK
	vma_lookup(&mm, ADDR)->vm_ops = &hugetlb_vm_ops;
#endif
#ifdef GUP
	folio = folio_alloc(&mapping, NULL, 0);
	mm_map_folio(&other, ADDR, folio, _PAGE_PRESENT | _PAGE_RW);
	folio_put(folio);
#endif
}

/* A table for addr: that of another process whose VMA covers all of it, or a new one. */
static void huge_pmd_share(struct vm_area_struct *vma, unsigned long addr)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long start = addr & PMD_MASK;
	struct ptdesc *table = NULL, *new = NULL;
	struct vm_area_struct *svma;

	i_mmap_lock_read(vma->vm_file->f_mapping);
	if (vma->vm_start <= start && vma->vm_end >= start + PMD_SIZE)
		vma_interval_tree_foreach(svma, &vma->vm_file->f_mapping->i_mmap, 0, 0) {
			if (svma == vma || svma->vm_start > start ||
			    svma->vm_end < start + PMD_SIZE)
				continue;
			table = READ_ONCE(svma->vm_mm->pmd[pmd_index(addr)]);
			if (table)
				break;
		}
	if (!table)
		table = new = pte_alloc_one();
	spin_lock(&mm->pmd_ptl);
	if (!mm->pmd[pmd_index(addr)]) {
		WRITE_ONCE(mm->pmd[pmd_index(addr)], table);
		new = NULL;
	}
	spin_unlock(&mm->pmd_ptl);
	i_mmap_unlock_read(vma->vm_file->f_mapping);
	if (new)
		kfree(new);
}

static int hugetlb_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags)
{
	if (vma_is_anonymous(vma))
		return do_anonymous_page(vma, address, flags);
	if (!READ_ONCE(vma->vm_mm->pmd[pmd_index(address)]))
		huge_pmd_share(vma, address);
	return 0;
}

/* The first that munmap() of the second page does. */
THREAD(munmap, &mm)
{
	struct mm_struct *mm = current->mm;

	mmap_write_lock(mm);
	split_vma(mm, vma_lookup(mm, ADDR), ADDR + PAGE_SIZE, 0);
	assert(!table_shared(mm, ADDR));
	mmap_write_unlock(mm);
}

#ifndef GUP

THREAD(fault, &mm)
{
	do_user_addr_fault(ADDR);
}

#else

THREAD(gup, &mm)
{
	struct folio *folio = gup_fast_folio(current->mm, ADDR);

	if (folio) {
		assert(folio->mapping == &mapping);	/* what mm has mapped there */
		folio_put(folio);
	}
}

/* The other process, if the table is its own now, has another use for it. */
THREAD(reuse, &other)
{
	bool shared;

	i_mmap_lock_write(&mapping);
	shared = table_shared(&mm, ADDR);
	i_mmap_unlock_write(&mapping);
	if (shared)
		return;
	sys_munmap(ADDR, PMD_SIZE);
	mm_map(&other, ADDR, PMD_SIZE, VM_ANON);
	do_user_addr_fault(ADDR);
}

#endif
