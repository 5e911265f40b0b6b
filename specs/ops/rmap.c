// SPDX-License-Identifier: MIT
/*
 * rmap: may VMAs and pages change while the reverse mapping is walked?
 *
 * One thread each for the operations A and B. Page 1 of a file is mapped at
 * 0x1000, by a VMA of one page.
 *
 *	mremap		move the page to 0x5000, under another page table
 *	munmap		unmap it
 *	mmap		map another page of the file over it (MAP_FIXED)
 *	fork		copy the mappings to a child
 *	exit		the last user goes away
 *	gup		take a reference to the page, with mmap_lock
 *	gup_fast	take a reference to the page without a lock
 *	migrate		replace the page by another one
 *	truncate	take the page away from the file
 *	reclaim		unmap the page, and free it if that was all
 *	khugepaged	unmap the page, and take its page table away (as B)
 *	uffd_copy	give the process a page of its own there (only beside khugepaged)
 *
 * Two of migrate, truncate and reclaim exclude each other by the folio lock, and
 * are not tried. A truncate must leave no mapping behind, a migration no entry;
 * who reclaims may overlook a mapping, and gives up then. exit has nobody beside
 * it but these three and khugepaged. What migrates does not look for references: that a page
 * with one stays is not modelled.
 *
 * The walk must lock the page table even where nothing seems to be mapped: with
 * MIGRATE_NO_SYNC it misses the entry that mremap has in its hands.
 *
 * And who reclaims must see that nobody else has a reference, in one step with
 * giving up the last (RECLAIM_NO_FREEZE). gup takes its own while the entry has one,
 * under the lock of the page table (not so: FOLLOW_PAGE_LATE_GET).
 *
 * A page table that khugepaged takes away has one entry, and all beside it must
 * cope with a table that is gone. It is empty, since khugepaged holds the folio
 * lock; that keeps migrate and reclaim away, which are not tried, but neither a
 * truncate that looks without it, nor a page that comes from a userfaultfd: that
 * one is seen by the anon_vma, if that is tested under the lock of the table (not
 * so: KHUGEPAGED_NO_RECHECK; to nobody else it makes a difference). And whoever
 * is in the table keeps it: by being in a read section (not so: WALK_NO_RCU), and
 * it is freed after that (not so: KHUGEPAGED_NO_RCU). In 6.1, without RCU, only
 * gup_fast needs to be waited for (KHUGEPAGED_NO_SYNC).
 *
 * Before 6.0 an exit takes no lock, and a page table may go while it is at work
 * there. khugepaged asks whether the process has users left, under mmap_lock; but
 * only the one that it scans just now waits for that lock before it exits, not
 * every other that maps the file (EXIT_NO_KHUGEPAGED). By its source 5.12 has this
 * race; from 6.0 on exit holds mmap_lock and is kept away by that.
 *
 * With MM_FREE_PGTABLES=1 page tables go with the VMAs that needed them. A walk is
 * kept out because the VMA leaves its rmap tree first (not so: FREE_PGTABLES_EARLY),
 * gup_fast because it is waited for (not so: FREE_PGTABLES_NO_SYNC).
 *
 * With ANON the page is anonymous. Its anon_vma goes with the last VMA that is
 * linked there, and a page that is on the way to another place is not mapped, and
 * keeps nothing: migrate takes a reference (not so: MIGRATE_NO_ANON_VMA_REF).
 *
 * With MM_TLB=1, a third thread writes to the page in user mode: nobody frees it
 * while a CPU has a translation to it.
 *
 * Result: A=mremap B=migrate MIGRATE_NO_SYNC: violated rmap-miss
 * Result: A=gup_fast B=reclaim RECLAIM_NO_FREEZE: violated assert
 * Matrix: A=mremap,munmap,mmap,khugepaged B=mremap,munmap,mmap,khugepaged
 *         --kernel=5.12,6.1,6.6,6.12,7.1: holds
 * Matrix: A=mremap,munmap,mmap,fork,exit,gup_fast,gup
 *         B=migrate,truncate,reclaim --kernel=5.12,6.1,6.12,7.1: holds
 * Matrix: A=gup_fast,gup B=mremap,munmap,mmap,fork,khugepaged
 *         --kernel=5.12,6.1,6.12: holds
 * Matrix: A=fork,exit,truncate,uffd_copy B=khugepaged
 *         --kernel=5.12,6.1,6.6,6.12: holds
 * Matrix: A=mremap,munmap,mmap B=fork --kernel=5.12,6.1,6.6,6.12,7.1: holds
 * Matrix: A=mremap,munmap,mmap,fork,exit,gup_fast B=migrate,truncate,reclaim
 *         --kernel=6.6: holds
 * Matrix: A=gup_fast B=mremap,munmap,mmap,fork,gup_fast,khugepaged
 *         --kernel=6.6: holds
 * Matrix: A=gup_fast,gup B=mremap,munmap,mmap,fork --kernel=7.1: holds
 * Matrix: A=fork,exit,gup_fast,truncate,uffd_copy B=khugepaged --kernel=7.1:
 *         holds
 * Matrix: A=mremap,munmap B=truncate,migrate,reclaim MM_TLB=1: holds
 * Matrix: A=munmap B=munmap,migrate,reclaim,truncate,fork,mmap
 *         MM_FREE_PGTABLES=1 --kernel=5.12,6.1,6.12: holds
 * Matrix: A=mremap,mmap,fork,exit B=migrate MM_FREE_PGTABLES=1
 *         --kernel=5.12,6.1,6.12: holds
 * Matrix: A=gup_fast B=munmap,mmap MM_FREE_PGTABLES=1 --kernel=5.12,6.1,6.12:
 *         holds
 * Matrix: A=mremap,munmap,mmap,fork,exit B=migrate ANON
 *         --kernel=5.12,6.1,6.12,7.1: holds
 * Result: A=gup_fast B=gup_fast --kernel=5.12: holds
 * Result: A=gup_fast B=gup_fast --kernel=6.1: holds
 * Result: A=gup_fast B=gup_fast --kernel=6.12: holds
 * Result: A=gup_fast B=gup_fast --kernel=7.1: holds
 * Result: A=uffd_copy B=khugepaged KHUGEPAGED_NO_RECHECK --kernel=6.1: violated pgtable-freed
 * Result: A=uffd_copy B=khugepaged KHUGEPAGED_NO_RECHECK --kernel=6.6: violated pgtable-freed
 * Result: A=truncate B=khugepaged KHUGEPAGED_NO_RECHECK --kernel=6.6: holds
 * Result: A=truncate B=khugepaged KHUGEPAGED_NO_RCU --kernel=6.6: violated use-after-free
 * Result: A=truncate B=khugepaged WALK_NO_RCU --kernel=6.6: violated use-after-free
 * Result: A=gup_fast B=khugepaged KHUGEPAGED_NO_RCU --kernel=6.6: violated use-after-free
 * Result: A=gup_fast B=khugepaged WALK_NO_RCU --kernel=6.6: holds
 * Result: A=gup_fast B=khugepaged KHUGEPAGED_NO_SYNC --kernel=6.1: violated use-after-free
 * Result: A=truncate B=khugepaged KHUGEPAGED_NO_SYNC --kernel=6.1: holds
 * Result: A=exit B=khugepaged EXIT_NO_KHUGEPAGED --kernel=5.12: violated use-after-free
 * Result: A=exit B=khugepaged EXIT_NO_KHUGEPAGED --kernel=6.1: holds
 * Result: A=munmap B=migrate MM_FREE_PGTABLES=1 FREE_PGTABLES_EARLY: violated use-after-free
 * Result: A=gup_fast B=munmap MM_FREE_PGTABLES=1 FREE_PGTABLES_NO_SYNC: violated use-after-free
 * Result: A=mremap B=munmap MM_FREE_PGTABLES=1 --kernel=5.12: holds
 * Result: A=exit B=reclaim MM_FREE_PGTABLES=1 --kernel=5.12: holds
 * Result: A=mremap B=munmap MM_FREE_PGTABLES=1 --kernel=6.1: holds
 * Result: A=exit B=reclaim MM_FREE_PGTABLES=1 --kernel=6.1: holds
 * Result: A=mremap B=munmap MM_FREE_PGTABLES=1 --kernel=6.12: holds
 * Result: A=exit B=reclaim MM_FREE_PGTABLES=1 --kernel=6.12: holds
 * Result: A=munmap B=migrate ANON MIGRATE_NO_ANON_VMA_REF: violated use-after-free
 * Result: A=gup B=reclaim FOLLOW_PAGE_LATE_GET: violated assert
 * Result: A=gup B=munmap GUP_MAY_UNLOCK: holds
 * Result: A=gup B=gup --kernel=5.12: holds
 * Result: A=gup B=gup --kernel=6.1: holds
 * Result: A=gup B=gup --kernel=6.12: holds
 * Result: A=gup B=gup --kernel=7.1: holds
 */

#ifndef A
#define A	mremap
#endif
#ifndef B
#define B	migrate
#endif

#define CAT(a, b)	CAT_(a, b)
#define CAT_(a, b)	a##b
#define TAKES_khugepaged	1

#define MM_RMAP 1
#define MM_TASK_PAGES 8
#if CAT(TAKES_, B)
/* A VMA covers a page table if that has one entry. Who beside it needs another place? */
#define MM_KHUGEPAGED 1
#define PTRS_PER_PTE 1
#undef MM_TASK_PAGES
#define MM_TASK_PAGES 4
#endif

#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <mmcheck.h>

/* The header that gup_fast needs lets a struct folio be read when it is freed. */
#define FAST_gup_fast	1
#if CAT(FAST_, A)
#include <mm/gup_fast.h>
#endif

MM_POOL(vm_area_struct, 5);
#if MM_KHUGEPAGED
MM_POOL(ptdesc, 10);
#else
MM_POOL(ptdesc, 4);
#endif

#define SRC	0x1000UL
#if MM_KHUGEPAGED
#define DST	0x3000UL
#define FLAGS	(VM_READ | VM_WRITE)	/* private */
#else
#define DST	0x5000UL
#define FLAGS	(VM_READ | VM_SHARED)
#endif
#define INDEX	1

static struct mm_struct mm, child;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static struct folio *page, *new_page;

static void __maybe_unused op_mremap(void)
{
	do_mremap(SRC, PAGE_SIZE, DST);
}

static void __maybe_unused op_munmap(void)
{
	__vm_munmap(SRC, PAGE_SIZE, true);
}

static void __maybe_unused op_mmap(void)
{
	mm_map_file(&mm, &file, SRC, PAGE_SIZE, FLAGS, INDEX + 2);
}

static void __maybe_unused op_fork(void)
{
	dup_mmap(&child, &mm);
}

static void __maybe_unused op_migrate(void)
{
#if RMAP_WALK_LOCKED_FOLIO
	folio_lock(page);
#endif
	unmap_and_move(page, new_page);
#if RMAP_WALK_LOCKED_FOLIO
	folio_unlock(page);
#endif
}

#if CAT(FAST_, A)
/* A reference keeps the page. */
static void __maybe_unused op_gup_fast(void)
{
	struct folio *folio = gup_fast_folio(current->mm, SRC);

	if (folio) {
		assert(READ_ONCE(folio->_refcount) > 0);
		folio_put(folio);
	}
}
#endif

static void __maybe_unused op_gup(void)
{
	int locked = 0;
	struct folio *folio = __get_user_pages_locked(current->mm, SRC, &locked);

	if (folio) {
		assert(READ_ONCE(folio->_refcount) > 0);
		folio_put(folio);
	}
}

static void __maybe_unused op_reclaim(void)
{
	shrink_folio(page);
}

static void __maybe_unused op_exit(void)
{
	mmput(&mm);
}

#if MM_KHUGEPAGED
static void __maybe_unused op_khugepaged(void)
{
	collapse_file(&mapping, INDEX);
}

/* The page is in the page cache here, and truncate finds it there. */
static void __maybe_unused op_truncate(void)
{
	truncate_inode_page(&mapping, filemap_get_folio(&mapping, INDEX));
}

/* UFFDIO_COPY gives a private mapping a page of its own, and asks no folio lock. */
static void __maybe_unused op_uffd_copy(void)
{
	struct vm_area_struct *vma;
	struct folio *folio;
	struct ptdesc *pt;

	mmap_read_lock(&mm);
	vma = vma_lookup(&mm, SRC);
	anon_vma_prepare(vma);
	folio = folio_alloc(NULL, vma->anon_vma, INDEX);
	pt = pte_alloc_map_lock(&mm, SRC);
	if (!pt_get(&pt->ptes, pte_offset(SRC))) {
		folio_get(folio);
		folio_add_rmap(folio);
		pt_set_folio(&pt->ptes, pte_offset(SRC), _PAGE_PRESENT | _PAGE_RW, folio);
	}
	pte_unmap_unlock(pt);
	folio_put(folio);
	mmap_read_unlock(&mm);
}
#else
static void __maybe_unused op_truncate(void)
{
	truncate_inode_page(&mapping, page);
}
#endif

#define RUN(op)		RUN_(op)
#define RUN_(op)	op_##op()

INIT
{
	mm_init(&mm);
	mmgrab(&mm);	/* mm is not from the heap: it is never freed */
	mm_init(&child);
	init_rwsem(&mapping.i_mmap_rwsem);
#ifdef ANON
	mm_map(&mm, SRC, PAGE_SIZE, VM_ANON);
	anon_vma_prepare(vma_lookup(&mm, SRC));
	page = folio_alloc(NULL, vma_lookup(&mm, SRC)->anon_vma, INDEX);
#else
	mm_map_file(&mm, &file, SRC, PAGE_SIZE, FLAGS, INDEX);
	page = folio_alloc(&mapping, NULL, INDEX);
#endif
	mm_map_folio(&mm, SRC, page, _PAGE_PRESENT | _PAGE_RW);
#if MM_KHUGEPAGED
	filemap_add_folio(&mapping, page);
	folio_put(page);
#else
	new_page = folio_alloc(page->mapping, page->anon_vma, INDEX);
#endif
}

#if MM_TLB
/* The CPU of another thread of the process may remember what it finds. */
THREAD(user, &mm)
{
	user_write(current->mm, SRC);
}
#endif

THREAD(a, &mm)
{
	RUN(A);
}

THREAD(b, &mm)
{
	RUN(B);
}
