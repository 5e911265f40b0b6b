// SPDX-License-Identifier: MIT
/*
 * fresh_page: may a page that is handed out again be looked at by who met it before?
 *
 * Result: holds
 * Result: PLAIN: violated data-race
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 2

#include <linux/mm.h>
#include <mm/gup_fast.h>
#include <mmcheck.h>

MM_POOL(folio, 2);

static struct mm_struct mm;
static struct folio *mine;

INIT
{
	struct folio *page;

	mm_init(&mm);
	mm_map(&mm, 0x1000, PAGE_SIZE, VM_ANON);
	anon_vma_prepare(vma_lookup(&mm, 0x1000));
	page = folio_alloc(NULL, vma_lookup(&mm, 0x1000)->anon_vma, 1);
	mm_map_folio(&mm, 0x1000, page, _PAGE_PRESENT | _PAGE_RW);
	folio_put(page);
}

THREAD(reuse, &mm)
{
	zap_page_range(&mm, 0x1000, 0x2000);
	mine = folio_alloc(NULL, NULL, 7);
#ifdef PLAIN
	mine->_refcount = 1;
#endif
}

THREAD(look, NULL)
{
	struct folio *folio = gup_fast_folio(&mm, 0x1000);

	if (folio) {
		assert(READ_ONCE(folio->index) == 1);
		folio_put(folio);
	}
}
