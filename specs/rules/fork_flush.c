// SPDX-License-Identifier: MIT
/*
 * fork_flush: until when may the parent write to pages that fork has protected?
 *
 * fork takes the right to write away from the entries of both, so that the first
 * write makes a copy. CPUs that run the parent remember that right until they are
 * told. fork tells them at the end, when it has dropped the lock of the child's mm,
 * and before it drops that of the parent's (KEEP). A write that comes before goes to
 * the page that both have: it counts as one from before the fork, for the child does
 * not run yet, and no other thread of the parent can be given a copy of the page
 * without mmap_lock or the lock of the VMA.
 *
 * NO_FLUSH tells nobody. LATE does so after the unlock, when it may be too late: what
 * the parent writes is not seen by its other threads, but by the child.
 *
 * It teaches: a right that was taken away is gone when the CPUs were told, not when
 * the entry says so. Until then a lock must keep those away who rely on it.
 *
 * Kernel: 6.12
 * Result: KEEP: holds
 * Result: KEEP --kernel=5.12: holds
 * Result: KEEP --kernel=6.15: holds
 * Result: NO_FLUSH: violated assert
 * Result: NO_FLUSH --property=tlb-stale: violated tlb-stale
 * Result: LATE: violated assert
 * Result: LATE --kernel=5.12: violated assert
 */

#define MM_RMAP 1
#define MM_TLB 1
#define MM_TASK_PAGES 2
#define PTRS_PER_PTE 2

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 2);
MM_POOL(ptdesc, 2);
MM_POOL(folio, 1);

#define ADDR	0x1000UL

static struct mm_struct mm, child;
static struct folio *page;
static bool forked;		/* the child runs, and threads of the parent get copies */

INIT
{
	struct vm_area_struct *vma;

	mm_init(&mm);
	mm_init(&child);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
	vma = vma_lookup(&mm, ADDR);
	anon_vma_prepare(vma);
	page = folio_alloc(NULL, vma->anon_vma, ADDR >> PAGE_SHIFT);
	mm_map_folio(&mm, ADDR, page, _PAGE_PRESENT | _PAGE_RW);
	folio_put(page);	/* the entry keeps it */
}

/* As copy_present_pte(): neither may write to the page any more. */
static void copy_and_protect(struct mm_struct *dst_mm, struct mm_struct *src_mm)
{
	struct ptdesc *dst = pte_offset_map_lock(dst_mm, ADDR);
	struct ptdesc *src = pte_offset_map_nolock(src_mm, ADDR);
	struct folio *folio;

	spin_lock_nested(&src->ptl, SINGLE_DEPTH_NESTING);
	folio = pt_folio(&src->ptes, pte_offset(ADDR));
	pt_set_folio(&src->ptes, pte_offset(ADDR), _PAGE_PRESENT, folio);
	folio_get(folio);
	folio_add_rmap(folio);
	pt_set_folio(&dst->ptes, pte_offset(ADDR), _PAGE_PRESENT, folio);
	spin_unlock(&src->ptl);
	pte_unmap_unlock(dst);
}

/* As dup_mmap(), for the one VMA that there is. */
THREAD(fork, &mm)
{
	struct mm_struct *oldmm = current->mm;
	struct vm_area_struct *mpnt, *tmp;

	mmap_write_lock(oldmm);
	mmap_write_lock_nested(&child, SINGLE_DEPTH_NESTING);
	mpnt = vma_lookup(oldmm, ADDR);
	vma_start_write(mpnt);
	tmp = vm_area_dup(mpnt);
	tmp->vm_mm = &child;
	anon_vma_fork(tmp, mpnt);
	vma_start_write(tmp);
	vma_mark_attached(tmp);
	mt_store(&child.mm_mt, ADDR, ADDR + PAGE_SIZE, tmp);
	child.map_count++;
	copy_and_protect(&child, oldmm);
	mmap_write_unlock(&child);
#ifdef KEEP
	flush_tlb_range(oldmm, 0, TASK_SIZE);
#endif
	mmap_write_unlock(oldmm);
	WRITE_ONCE(forked, true);
#ifdef LATE
	flush_tlb_range(oldmm, 0, TASK_SIZE);
#endif
}

/* Another thread of the parent writes twice. */
THREAD(user, &mm)
{
	bool late;

	user_write(current->mm, ADDR);
	late = READ_ONCE(forked);
	if (user_write(current->mm, ADDR))
		assert(!late);
}
