// SPDX-License-Identifier: MIT
/*
 * mremap_pmd_rmap_lock: may a page table move as a whole while a walk is in it?
 *
 * CVE-2022-41222. Broken by 2c91bd4a4e2e ("mm: speed up mremap by 20x on large regions",
 * 5.0) and c49dd3401802 (5.11), fixed in 5.14 by 97113eb39fa7 ("mm/mremap: hold the rmap lock in
 * write mode when moving page table entries."). Where all of a page table moves, mremap()
 * moves the one entry that names the table, under the lock of that entry. A walk of the
 * reverse mapping that is inside the table has the lock of the table instead. It clears
 * the entry of its page, which belongs to another address by now, and flushes the address
 * that it came by. A thread that has used the new address keeps the page after it
 * was freed.
 *
 * The fix takes the rmap locks for writing around each such move.
 *
 * It teaches: the lock of a page table keeps its entries, and not where the table is.
 * Whoever moves the table needs what keeps walks out of it altogether.
 *
 * Kernel: 5.12
 * Result: violated tlb-stale
 * Result: --kernel=5.14: holds
 * Result: --kernel=6.12: holds
 * Result: UNDO --kernel=6.12: violated tlb-stale
 */

#define MM_RMAP 1
#define MM_TLB 1
#define MM_FREE_PGTABLES 1
#define MM_MOVE_PMD 1
#define PTRS_PER_PTE 2
#define MM_TASK_PAGES 6
#ifdef UNDO
#define MREMAP_PMD_RMAP_LOCK 0
#endif

#include <linux/mm.h>
#include <mm/mremap.h>
#include <mm/vmscan.h>
#include <mmcheck.h>

#define OLD	0x2000UL
#define NEW	0x4000UL	/* has no page table */
#define INDEX	0UL

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static struct folio *page;

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, OLD, PMD_SIZE, VM_READ | VM_WRITE | VM_SHARED, INDEX);
	page = folio_alloc(&mapping, NULL, INDEX);	/* the reference is the file's */
	mm_map_folio(&mm, OLD, page, _PAGE_PRESENT | _PAGE_RW);
}

THREAD(mremap, &mm)
{
	do_mremap(OLD, PMD_SIZE, NEW);
}

/* As shrink_folio_list(). */
THREAD(reclaim, NULL)
{
	folio_lock(page);
	try_to_unmap(page);
	folio_unlock(page);
	if (!READ_ONCE(page->_mapcount))
		__remove_mapping(page);
}

/* Another thread of the process. */
THREAD(user, &mm)
{
	user_write(current->mm, NEW);
}
