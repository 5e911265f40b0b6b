// SPDX-License-Identifier: MIT
/*
 * uffd_move_rmap: what keeps a page in its anon_vma while that is walked?
 *
 * UFFDIO_MOVE gives a page another anon_vma, with the folio locked. Who has locked the folio
 * and then the anon_vma is in the right one. Reclaim, which asks whether a page was
 * referenced, did without the folio lock up to 6.18, and so UFFDIO_MOVE took the lock of the
 * old anon_vma for writing, and the walk looks again which one it is when it has the lock
 * (not so: ANON_VMA_NO_RECHECK). From 6.19 on all who walk lock the folio, and UFFDIO_MOVE
 * has no other lock any more. One half alone does not do: a walk without the folio lock
 * (UNLOCKED), or a move without the lock of the anon_vma in an older kernel, leaves the walk
 * with the lock of an anon_vma that has nothing to do with the page.
 *
 * Source: mm/userfaultfd.c and mm/rmap.c of 6.18.2 and of 6.19.
 *
 * Kernel: 6.18
 * Result: holds
 * Result: ANON_VMA_NO_RECHECK: violated assert
 * Result: UFFD_MOVE_ANON_VMA_LOCK=0: violated assert
 * Result: --kernel=7.1: holds
 * Result: UNLOCKED --kernel=7.1: violated assert
 * Result: UNLOCKED NO_WARN --kernel=7.1: violated assert
 * Result: UNLOCKED NO_WARN UFFD_MOVE_ANON_VMA_LOCK=1 --kernel=7.1: holds
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 4
#ifdef NO_WARN
#define RMAP_WALK_LOCKED_FOLIO 0	/* nobody complains */
#endif

#include <linux/mm.h>
#include <mm/userfaultfd_move.h>
#include <mmcheck.h>

MM_POOL(ptdesc, 3);
MM_POOL(vm_area_struct, 3);

#define SRC	0x1000UL
#define DST	0x3000UL

static struct mm_struct mm;
static struct folio *page;

INIT
{
	struct vm_area_struct *vma;

	mm_init(&mm);
	mm_map(&mm, SRC, PAGE_SIZE, VM_ANON);
	mm_map(&mm, DST, PAGE_SIZE, VM_ANON | VM_LOCKED);
	vma = vma_lookup(&mm, DST);
	anon_vma_prepare(vma);
	vma = vma_lookup(&mm, SRC);
	anon_vma_prepare(vma);
	page = folio_alloc(NULL, vma->anon_vma, vma->vm_pgoff);
	mm_map_folio(&mm, SRC, page, _PAGE_PRESENT | _PAGE_RW);
}

THREAD(move, &mm)
{
	mmap_read_lock(current->mm);
	move_pages_pte(current->mm, vma_lookup(current->mm, DST), DST, SRC);
	mmap_read_unlock(current->mm);
}

/* As folio_referenced(), for a page that reclaim has a reference to. */
THREAD(reclaim, NULL)
{
	struct anon_vma *anon_vma;
	bool locked = false;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0) && !defined(UNLOCKED)
	locked = folio_trylock(page);
	if (!locked)
		return;
#endif
	anon_vma = folio_lock_anon_vma_read(page, NULL);
	if (anon_vma) {
		assert(READ_ONCE(page->anon_vma) == anon_vma);
		anon_vma_unlock_read(anon_vma);
	}
	if (locked)
		folio_unlock(page);
}
