// SPDX-License-Identifier: MIT
/*
 * tlb_batch: may reclaim put off telling the CPUs that it has unmapped a page?
 *
 * Yes, to tell them of many pages at once, as long as it does so before it frees
 * the first one, and whoever works on the same mm meanwhile knows: the mm says that
 * there is a flush to come, and who finds an entry empty under the lock of the table
 * does that flush first (KEEP).
 *
 * FREE_FIRST frees the page and tells the CPUs after that. NO_PENDING is a
 * madvise(MADV_DONTNEED) that does not ask whether a flush is to come: it finds the
 * entry empty, returns, and the program still reads what it has thrown away.
 * EARLY_PENDING asks before it has the lock of the table, and reclaim comes in
 * between. UNSAID is a reclaim that does not say it.
 *
 * It teaches: work that is put off must be seen by all who rely on its being done.
 *
 * Kernel: 6.12
 * Result: KEEP: holds
 * Result: KEEP --kernel=5.12: holds
 * Result: FREE_FIRST: violated tlb-stale
 * Result: NO_PENDING: violated assert
 * Result: EARLY_PENDING: violated assert
 * Result: UNSAID: violated assert
 */

#define MM_RMAP 1
#define MM_TLB 1
#define MM_TLB_BATCH 1
#if defined(NO_PENDING)
#define ZAP_NO_PENDING
#elif defined(EARLY_PENDING)
#define ZAP_EARLY_PENDING
#elif defined(UNSAID)
#define UNMAP_NO_PENDING
#endif
#define MM_TASK_PAGES 2
#define PTRS_PER_PTE 2

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(folio, 1);
MM_POOL(ptdesc, 1);

#define ADDR	0x1000UL

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static struct folio *page;

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, ADDR, PAGE_SIZE, VM_READ | VM_SHARED, 0);
	page = folio_alloc(&mapping, NULL, 0);	/* the reference is the file's */
	mm_map_folio(&mm, ADDR, page, _PAGE_PRESENT);
}

/* As shrink_folio_list(). */
THREAD(reclaim, NULL)
{
	folio_lock(page);
	try_to_unmap(page);
#ifndef FREE_FIRST
	try_to_unmap_flush(&mm);
#endif
	folio_unlock(page);
	if (!READ_ONCE(page->_mapcount))
		__remove_mapping(page);
#ifdef FREE_FIRST
	try_to_unmap_flush(&mm);
#endif
}

THREAD(dontneed, &mm)
{
	struct mm_struct *mm = current->mm;

	user_read(mm, ADDR);
	mmap_read_lock(mm);
	zap_page_range(mm, ADDR, ADDR + PAGE_SIZE);
	mmap_read_unlock(mm);
	assert(!user_read(mm, ADDR));
}
