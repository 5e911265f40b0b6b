// SPDX-License-Identifier: MIT
/*
 * mremap_late_flush: when must mremap() flush what CPUs know of the old place?
 *
 * CVE-2018-18281, found by Jann Horn. Broken in 3.2 by 7b6efc2bc4f1 ("mremap:
 * avoid sending one IPI per page"), fixed in 4.19 by eb66ae030829 ("mremap:
 * properly flush TLB before releasing the page"). mremap() moved the entries of
 * a range and flushed once, when all was done. The lock of the new page table
 * was dropped before that. From then on ftruncate() finds the page at its new
 * place, flushes that, and frees the page, while another thread of the process
 * still reaches it at the old place (LATE).
 *
 * It teaches: mmap_lock does not keep pages, truncation never takes it. An
 * entry keeps its page for as long as the page-table lock is held, so the flush
 * belongs under the locks that the entry moves under (FIXED). While they are
 * held, a stale translation is no harm.
 *
 * The two kinds of walks that the reverse mapping serves are tried: TRUNCATE
 * gives the page up, MIGRATE gives its contents another one.
 *
 * 4.18 is older than the eras of the model. It is run as 5.12, but for munmap(), which
 * does not downgrade before 4.20; what is moved by whole tables is not moved here.
 *
 * Kernel: 4.18
 * Result: LATE TRUNCATE: violated tlb-stale
 * Result: LATE MIGRATE: violated tlb-stale
 * Result: LATE TRUNCATE --kernel=6.12: violated tlb-stale
 * Result: FIXED TRUNCATE: holds
 * Result: FIXED MIGRATE: holds
 * Result: FIXED TRUNCATE --kernel=4.19: holds
 * Result: FIXED TRUNCATE --kernel=6.12: holds
 */

#define MM_RMAP 1
#define MM_TLB 1
#define MM_TASK_PAGES 4
#define PTRS_PER_PTE 2

#ifdef LATE
#define MREMAP_LATE_FLUSH
#endif

#include <linux/mm.h>
#include <mm/migrate.h>
#include <mm/mremap.h>
#include <mm/truncate.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 2);

#define OLD	0x1000UL
#define NEW	0x2000UL	/* under another page table */
#define INDEX	0

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static struct folio *page;

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, OLD, PAGE_SIZE, VM_READ | VM_SHARED, INDEX);
	page = folio_alloc(&mapping, NULL, INDEX);
	mm_map_folio(&mm, OLD, page, _PAGE_PRESENT | _PAGE_RW);
}

THREAD(mremap, &mm)
{
	do_mremap(OLD, PAGE_SIZE, NEW);
}

/* Another thread of the process. */
THREAD(user, &mm)
{
	user_write(current->mm, OLD);
	user_write(current->mm, OLD);
}

#ifdef MIGRATE

/* With _mapcount at zero nobody is taken to reach the page any more. */
THREAD(migrate, NULL)
{
	try_to_migrate(page);
	if (!READ_ONCE(page->_mapcount)) {
		struct folio *new_page = folio_alloc(&mapping, NULL, INDEX);

		remove_migration_ptes(page, new_page);
		folio_put(page);
	}
}

#else

THREAD(ftruncate, NULL)
{
	truncate_inode_page(&mapping, page);
}

#endif
