// SPDX-License-Identifier: MIT
/*
 * fork_wp_copy: may a page be copied on write while fork protects it?
 *
 * The other half of fork_vma_lock.c, and what the first version of that fix tells of
 * (2b4f3b4987b5, "fork: lock VMAs of the parent process when forking"); broken in 6.4,
 * fixed in 6.5-rc1 and 6.4.3 by fb49c455323f. Programs of several threads that fork
 * lost what they had just written.
 *
 * fork lets parent and child share each page and takes the right to write away. What
 * CPUs remember of the parent's page table is flushed once, in the end, before
 * mmap_lock is given up. A second thread of the parent writes to such a page, faults
 * with the lock of the VMA alone, and gets a copy (do_wp_page()). A third one still
 * writes to the old page, as its CPU remembers: after it was copied. The parent goes
 * on with the copy (BREAK). While fork has the VMA locked, the fault waits for
 * mmap_lock, and nothing is copied before all CPUs have forgotten.
 *
 * It teaches: a flush may come late if nobody can draw conclusions from the entry
 * meanwhile. mmap_lock had seen to that until faults came without it. One flush for
 * each page, under the lock of the page table (EARLY), would do as well.
 *
 * Kernel: 6.4
 * Result: holds
 * Result: BREAK: violated assert
 * Result: EARLY: holds
 * Result: --kernel=6.15: holds
 * Result: BREAK --kernel=6.6: violated assert
 * Result: BREAK --kernel=6.15: violated assert
 * Result: BREAK --kernel=6.1: holds
 */

#define MM_RMAP 1
#define MM_TLB 1
#define MM_COW 1
#define MM_TASK_PAGES 2
#if defined(BREAK) || defined(EARLY)
#define FORK_NO_VMA_LOCK
#endif
#ifdef EARLY
#define FORK_EARLY_FLUSH
#endif
#define LOCK_VMA_ANON_VMA 1	/* what 6.4 did too early is another question */

#include <linux/mm.h>
#include <mm/mmap_lock.h>
#include <mmcheck.h>

MM_POOL(ptdesc, 4);

#define ADDR	0x1000UL
#define INDEX	(ADDR / PAGE_SIZE)

static struct mm_struct mm, child;
static struct folio *page;
static bool wrote;			/* what the user wrote, ... */
static bool in_page, in_copy;		/* ... and where it can be read */

INIT
{
	struct anon_vma *anon_vma;

	mm_init(&mm);
	mm_init(&child);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
	anon_vma_prepare(vma_lookup(&mm, ADDR));
	anon_vma = vma_lookup(&mm, ADDR)->anon_vma;
	page = folio_alloc(NULL, anon_vma, INDEX);
	mm_map_folio(&mm, ADDR, page, _PAGE_PRESENT | _PAGE_RW);
}

THREAD(fork, &mm)
{
	dup_mmap(&child, current->mm);
}

/* A thread of the parent, on another CPU: the first access says where to write. */
THREAD(user, &mm)
{
	user_read(current->mm, ADDR);
	ATOMIC {
		struct folio *folio = user_write(current->mm, ADDR);

		wrote = folio;
		in_page = folio == page;
		in_copy = folio && folio != page;
	}
}

/* What is written to the old page from here on is not in the copy. */
static void __wp_page_copy_user(void)
{
	WRITE_ONCE(in_copy, READ_ONCE(in_page));
}

/* Copy the old page and let the entry name the copy, if it still names the old one. */
static void wp_page_copy(struct vm_area_struct *vma, unsigned long address, struct folio *old)
{
	struct mm_struct *mm = vma->vm_mm;
	struct folio *new = folio_alloc(NULL, vma->anon_vma, linear_page_index(vma, address));
	struct ptdesc *pt;

	__wp_page_copy_user();
	pt = pte_offset_map_lock(mm, address);
	if (pt_entry_of(&pt->ptes, pte_offset(address), old) == _PAGE_PRESENT) {
		ATOMIC {	/* ptep_clear_flush() */
			pt_clear(&pt->ptes, pte_offset(address));
			flush_tlb_page(mm, address);
		}
		folio_add_rmap(new);
		folio_get(new);
		pt_set_folio(&pt->ptes, pte_offset(address), _PAGE_PRESENT | _PAGE_RW, new);
		folio_remove_rmap(old);
		folio_put(old);
	}
	pte_unmap_unlock(pt);
	folio_put(new);
}

/* A write to a page that may be read only: the right comes back, or a copy is made. */
static void do_wp_page(struct vm_area_struct *vma, unsigned long address)
{
	struct ptdesc *pt = pte_offset_map_lock(vma->vm_mm, address);
	unsigned long entry = pt_get(&pt->ptes, pte_offset(address));
	struct folio *folio;

	if (entry & _PAGE_RW) {
		pte_unmap_unlock(pt);
		return;
	}
	folio = pt_folio(&pt->ptes, pte_offset(address));
	if (READ_ONCE(folio->_mapcount) == 1) {
		pt_set_folio(&pt->ptes, pte_offset(address), entry | _PAGE_RW, folio);
		pte_unmap_unlock(pt);
		return;
	}
	folio_get(folio);
	pte_unmap_unlock(pt);
	wp_page_copy(vma, address, folio);
	folio_put(folio);
}

/* Another thread of the parent writes, too, and its CPU remembers nothing. */
THREAD(fault, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

#if CONFIG_PER_VMA_LOCK
	vma = lock_vma_under_rcu(mm, ADDR);
	if (vma) {
		do_wp_page(vma, ADDR);
		vma_end_read(vma);
		return;
	}
#endif
	mmap_read_lock(mm);
	vma = find_vma(mm, ADDR);
	do_wp_page(vma, ADDR);
	mmap_read_unlock(mm);
}

/* The parent reads what it wrote. */
FINAL
{
	struct folio *folio = pt_folio(&mm.pmd[pmd_index(ADDR)]->ptes, pte_offset(ADDR));

	if (wrote)
		assert(folio == page ? in_page : in_copy);
}
