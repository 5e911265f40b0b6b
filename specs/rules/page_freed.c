// SPDX-License-Identifier: MIT
/*
 * page_freed: may this page, or this page table, be freed now?
 *
 * Not while an entry names the page (PAGE), and not while the table has an entry
 * (TABLE). Clear the entry first, with KEEP.
 *
 * Result: PAGE: violated page-freed-mapped
 * Result: PAGE KEEP: holds
 * Result: TABLE: violated pgtable-freed
 * Result: TABLE KEEP: holds
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

static struct mm_struct mm;
static struct address_space mapping;

THREAD(unmap, &mm)
{
	struct ptdesc *pt = pte_alloc_one();
	struct folio *folio = folio_alloc(&mapping, NULL, 0);

	pt_set_folio(&pt->ptes, ADDR, _PAGE_PRESENT, folio);
#ifdef KEEP
	pt_clear(&pt->ptes, ADDR);
#endif
#ifdef PAGE
	folio_put(folio);
	kfree(pt);
#else
	kfree(pt);
	folio_put(folio);
#endif
}
