// SPDX-License-Identifier: MIT
/*
 * page_freed: may this page, or this page table, be freed now?
 *
 * Not while an entry names the page (PAGE), and not while the table has an entry
 * (TABLE). Clear the entry first, with KEEP.
 *
 * A page knows how many entries map it (COUNT KEEP). Whoever clears one without
 * counting down (COUNT) keeps the page from ever being seen as unmapped; to
 * put a reference that there is none to (PUT), or to take one then (GET), is
 * noticed at once.
 *
 * In a migration each mapping takes a reference to the new page, which so outlives that
 * of whoever brought it (MIGRATE).
 *
 * Result: PAGE: violated page-freed-mapped
 * Result: PAGE KEEP: holds
 * Result: TABLE: violated pgtable-freed
 * Result: TABLE KEEP: holds
 * Result: COUNT: violated refcount
 * Result: COUNT KEEP: holds
 * Result: PUT: violated assert
 * Result: GET: violated assert
 * Result: MIGRATE: holds
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

static struct mm_struct mm;
static struct address_space mapping;
static struct file file __maybe_unused = { .f_mapping = &mapping };

#if defined(COUNT)

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
	mapping.i_pages[0] = folio_alloc(&mapping, NULL, 0);
	mm_map_folio(&mm, ADDR, mapping.i_pages[0], _PAGE_PRESENT);
}

THREAD(unmap, &mm)
{
	struct ptdesc *pt = pte_offset_map_lock(&mm, ADDR);

	pt_clear(&pt->ptes, pte_offset(ADDR));
#ifdef KEEP
	folio_remove_rmap(mapping.i_pages[0]);
#endif
	pte_unmap_unlock(pt);
	folio_put(mapping.i_pages[0]);
}

#elif defined(MIGRATE)

static struct folio *page;

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, ADDR, PAGE_SIZE, VM_READ | VM_SHARED, 0);
	page = folio_alloc(&mapping, NULL, 0);
	mm_map_folio(&mm, ADDR, page, _PAGE_PRESENT);
}

THREAD(migrate, NULL)
{
	struct folio *new_page = folio_alloc(&mapping, NULL, 0);

	unmap_and_move(page, new_page);
	folio_put(page);
	folio_put(new_page);
}

#elif defined(PUT) || defined(GET)

THREAD(unmap, &mm)
{
	struct folio *folio = folio_alloc(&mapping, NULL, 0);

	ATOMIC {
		folio->_refcount--;
	}
#ifdef PUT
	folio_put(folio);
#else
	folio_get(folio);
#endif
}

#else

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

#endif
