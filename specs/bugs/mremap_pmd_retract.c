// SPDX-License-Identifier: MIT
/*
 * mremap_pmd_retract: may a page table vanish between the look and the move?
 *
 * CVE-2024-50066, found by Jann Horn. Broken in 6.6 by 1d65b771bc08 ("mm/khugepaged:
 * retract_page_tables() without mmap or vma lock"), fixed in 6.12 by 6fa1066fc5d0
 * ("mm/mremap: fix move_normal_pmd/retract_page_tables race"). mremap() holds mmap_lock for
 * writing, sees a page table, takes the rmap locks, and moves the table as a whole. In
 * between MADV_COLLAPSE of another process that maps the same file has taken the table
 * away: what is moved is an empty entry, taken for one that names a table.
 *
 * The fix looks again when all locks are held, and has the entries moved one by one if
 * the table is gone: then there are none.
 *
 * It teaches: before 6.6 mmap_lock kept the table, and the look was good. Whoever takes
 * a lock less has to find all who relied on it, and they may not say so.
 *
 * Kernel: 6.6
 * Result: violated assert
 * Result: --kernel=6.1: holds
 * Result: --kernel=6.12: holds
 * Result: UNDO --kernel=6.12: violated assert
 */

#define MM_RMAP 1
#define MM_KHUGEPAGED 1
#define MM_FREE_PGTABLES 1
#define MM_MOVE_PMD 1
#define PTRS_PER_PTE 2
#define MM_TASK_PAGES 6
#ifdef UNDO
#define MREMAP_PMD_RECHECK 0
#endif

#include <linux/mm.h>
#include <mm/khugepaged.h>
#include <mm/mremap.h>
#include <mmcheck.h>

#define OLD	0x2000UL
#define NEW	0x4000UL	/* has no page table */
#define INDEX	0UL

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };

INIT
{
	struct folio *page;

	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, OLD, PMD_SIZE, VM_READ | VM_WRITE | VM_SHARED, INDEX);
	page = folio_alloc(&mapping, NULL, INDEX);
	filemap_add_folio(&mapping, page);
	mm_map_folio(&mm, OLD, page, _PAGE_PRESENT | _PAGE_RW);
	folio_put(page);
}

THREAD(mremap, &mm)
{
	do_mremap(OLD, PMD_SIZE, NEW);
}

/* At the wish of another process that maps the file. */
THREAD(madv_collapse, NULL)
{
	collapse_file(&mapping, INDEX);
}
