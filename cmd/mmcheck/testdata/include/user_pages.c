// SPDX-License-Identifier: MIT
/*
 * user_pages: who gets pages of a program, with what locks, and who has to give them back?
 *
 * Result: holds
 * Result: --kernel=5.12: holds
 * Result: --kernel=6.15: holds
 * Result: KEPT: violated leak
 * Result: TWICE: violated use-after-free
 * Result: MIXED: violated assert
 * Result: UNPINNED: violated assert
 * Result: NAKED: violated lock-misuse
 * Result: AGAIN: violated deadlock
 */

#define MM_TASK_PAGES 8
#define GUP_MAY_UNLOCK

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(page, 3);
MM_POOL(vm_area_struct, 3);

#define ADDR	0x1000UL	/* two pages, the first one is there */

static struct mm_struct mm;

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
#define NO_VMAS	, NULL
#else
#define NO_VMAS
#endif

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, 2 * PAGE_SIZE, VM_ANON);
	mm_map(&mm, 0x4000, PAGE_SIZE, VM_READ);
	mm_map(&mm, 0x5000, PAGE_SIZE, VM_ANON | VM_PFNMAP);
	pt_set(&mm.pgd, ADDR, _PAGE_PRESENT | _PAGE_RW);
}

THREAD(t, &mm)
{
	struct page *pages[3];
	int locked = 1;
	long nr;

#ifdef KEPT
	get_user_pages_fast(ADDR, 1, 0, pages);
	pages[0] = NULL;
#elif defined(TWICE)
	nr = get_user_pages_fast(ADDR, 1, 0, pages);
	put_page(pages[0]);
	put_page(pages[0]);
#elif defined(MIXED)
	nr = pin_user_pages_fast(ADDR, 1, 0, pages);
	put_page(pages[0]);
#elif defined(UNPINNED)
	nr = get_user_pages_fast(ADDR, 1, 0, pages);
	unpin_user_page(pages[0]);
#elif defined(NAKED)
	nr = get_user_pages(ADDR, 1, 0, pages NO_VMAS);
#elif defined(AGAIN)
	mmap_read_lock(&mm);
	nr = get_user_pages_fast(ADDR + PAGE_SIZE, 1, 0, pages);
	mmap_read_unlock(&mm);
#else
	assert(get_user_pages_fast_only(ADDR, 2, FOLL_WRITE, pages) == 1);
	get_page(pages[0]);
	assert(page_ref_count(pages[0]) == 2);
	put_page(pages[0]);
	page_ref_add(pages[0], 2);
	assert(!page_ref_sub_and_test(pages[0], 2) && page_ref_sub_and_test(pages[0], 1));
	__folio_put(pages[0]);
	mmap_read_lock(&mm);
	assert(get_user_pages(0x4000, 1, FOLL_WRITE, pages NO_VMAS) == -EFAULT);
	assert(get_user_pages(0x5000, 1, 0, pages NO_VMAS) == -EFAULT);
	assert(pin_user_pages(0x4000, 2, FOLL_WRITE | FOLL_FORCE, pages NO_VMAS) == 1);
	unpin_user_page(pages[0]);
	assert(get_user_pages_remote(&mm, ADDR + PAGE_SIZE, 1, FOLL_NOFAULT, pages NO_VMAS, NULL) == -EFAULT);
	nr = pin_user_pages_remote(&mm, ADDR, 3, FOLL_WRITE, pages NO_VMAS, &locked);
	assert(nr == 2);
	if (locked)
		mmap_read_unlock(&mm);
	unpin_user_pages(pages, nr);
	assert(pin_user_pages_unlocked(ADDR, 2, pages, FOLL_WRITE) == 2);
	unpin_user_pages_dirty_lock(pages, 2, true);
	assert(get_user_pages_unlocked(0x3000, 1, pages, 0) == -EFAULT);
	assert(pin_user_pages_fast(ADDR, 2, 0, pages) == 2);
	unpin_user_pages(pages, 2);
#endif
	(void)locked, (void)nr;
}

#ifdef AGAIN
THREAD(writer, &mm)
{
	mmap_write_lock(&mm);
	mmap_write_unlock(&mm);
}
#endif
