// SPDX-License-Identifier: MIT
/*
 * pte_unhook: may a page come into a page table that is being taken away?
 *
 * From 6.6 on khugepaged holds neither mmap_lock nor the lock of the VMA when it takes an
 * empty page table from a private mapping of a file. The folio lock keeps pages of the
 * file out, not a page that UFFDIO_COPY brings: that gives the VMA an anon_vma first,
 * and then locks the table. So khugepaged looks for the anon_vma with the table locked,
 * and unhooks it under the same lock. Whoever finds the table and gets its lock too late
 * sees that it is not the one any more, and has another one made (KEEP). The lock of
 * mm->pmd[] is not that of anon_vma_prepare(), and orders nothing of this.
 *
 * NO_RECHECK does not look for the anon_vma.
 *
 * Kernel: 6.12
 * Result: KEEP: holds
 * Result: NO_RECHECK: violated pgtable-freed
 */

#define MM_RMAP 1
#define MM_KHUGEPAGED 1
#define MM_TASK_PAGES 2
#define PTRS_PER_PTE 1
#ifdef NO_RECHECK
#define KHUGEPAGED_NO_RECHECK
#endif

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(ptdesc, 3);

#define ADDR	0x1000UL
#define INDEX	1UL

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, ADDR, PAGE_SIZE, VM_READ | VM_WRITE, INDEX);
}

/* The file has no page there, and khugepaged the lock of the huge one. */
THREAD(khugepaged, NULL)
{
	retract_page_tables(&mapping, INDEX);
}

THREAD(uffd_copy, &mm)
{
	struct vm_area_struct *vma;
	struct folio *folio;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, ADDR);
	anon_vma_prepare(vma);
	folio = folio_alloc(NULL, vma->anon_vma, INDEX);
	mm_map_folio(current->mm, ADDR, folio, _PAGE_PRESENT | _PAGE_RW);
	folio_put(folio);
	mmap_read_unlock(current->mm);
}
