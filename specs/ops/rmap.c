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
 *	gup_fast	take a reference to the page without a lock
 *	migrate		replace the page by another one
 *	truncate	take the page away from the file
 *	reclaim		unmap the page, and free it if that was all
 *
 * Two of migrate, truncate and reclaim exclude each other by the folio lock, and
 * are not tried. A truncate must leave no mapping behind, a migration no entry;
 * who reclaims may overlook a mapping, and gives up then. exit has nobody beside
 * it but these three. What migrates does not look for references: that a page
 * with one stays is not modelled.
 *
 * The walk must lock the page table even where nothing seems to be mapped: with
 * MIGRATE_NO_SYNC it misses the entry that mremap has in its hands.
 *
 * And who reclaims must see that nobody else has a reference, in one step with
 * giving up the last (RECLAIM_NO_FREEZE).
 *
 * With MM_TLB=1, a third thread writes to the page in user mode: nobody frees it
 * while a CPU has a translation to it.
 *
 * Result: A=mremap B=migrate MIGRATE_NO_SYNC: violated rmap-miss
 * Result: A=gup_fast B=reclaim RECLAIM_NO_FREEZE: violated assert
 * Result: A=mremap B=mremap --kernel=5.12: holds
 * Result: A=mremap B=munmap --kernel=5.12: holds
 * Result: A=mremap B=mmap --kernel=5.12: holds
 * Result: A=mremap B=fork --kernel=5.12: holds
 * Result: A=munmap B=munmap --kernel=5.12: holds
 * Result: A=munmap B=mmap --kernel=5.12: holds
 * Result: A=munmap B=fork --kernel=5.12: holds
 * Result: A=mmap B=mmap --kernel=5.12: holds
 * Result: A=mmap B=fork --kernel=5.12: holds
 * Result: A=mremap B=migrate --kernel=5.12: holds
 * Result: A=mremap B=truncate --kernel=5.12: holds
 * Result: A=mremap B=reclaim --kernel=5.12: holds
 * Result: A=munmap B=migrate --kernel=5.12: holds
 * Result: A=munmap B=truncate --kernel=5.12: holds
 * Result: A=munmap B=reclaim --kernel=5.12: holds
 * Result: A=mmap B=migrate --kernel=5.12: holds
 * Result: A=mmap B=truncate --kernel=5.12: holds
 * Result: A=mmap B=reclaim --kernel=5.12: holds
 * Result: A=fork B=migrate --kernel=5.12: holds
 * Result: A=fork B=truncate --kernel=5.12: holds
 * Result: A=fork B=reclaim --kernel=5.12: holds
 * Result: A=exit B=migrate --kernel=5.12: holds
 * Result: A=exit B=truncate --kernel=5.12: holds
 * Result: A=exit B=reclaim --kernel=5.12: holds
 * Result: A=gup_fast B=gup_fast --kernel=5.12: holds
 * Result: A=gup_fast B=mremap --kernel=5.12: holds
 * Result: A=gup_fast B=munmap --kernel=5.12: holds
 * Result: A=gup_fast B=mmap --kernel=5.12: holds
 * Result: A=gup_fast B=fork --kernel=5.12: holds
 * Result: A=gup_fast B=migrate --kernel=5.12: holds
 * Result: A=gup_fast B=truncate --kernel=5.12: holds
 * Result: A=gup_fast B=reclaim --kernel=5.12: holds
 * Result: A=mremap B=mremap --kernel=6.1: holds
 * Result: A=mremap B=munmap --kernel=6.1: holds
 * Result: A=mremap B=mmap --kernel=6.1: holds
 * Result: A=mremap B=fork --kernel=6.1: holds
 * Result: A=munmap B=munmap --kernel=6.1: holds
 * Result: A=munmap B=mmap --kernel=6.1: holds
 * Result: A=munmap B=fork --kernel=6.1: holds
 * Result: A=mmap B=mmap --kernel=6.1: holds
 * Result: A=mmap B=fork --kernel=6.1: holds
 * Result: A=mremap B=migrate --kernel=6.1: holds
 * Result: A=mremap B=truncate --kernel=6.1: holds
 * Result: A=mremap B=reclaim --kernel=6.1: holds
 * Result: A=munmap B=migrate --kernel=6.1: holds
 * Result: A=munmap B=truncate --kernel=6.1: holds
 * Result: A=munmap B=reclaim --kernel=6.1: holds
 * Result: A=mmap B=migrate --kernel=6.1: holds
 * Result: A=mmap B=truncate --kernel=6.1: holds
 * Result: A=mmap B=reclaim --kernel=6.1: holds
 * Result: A=fork B=migrate --kernel=6.1: holds
 * Result: A=fork B=truncate --kernel=6.1: holds
 * Result: A=fork B=reclaim --kernel=6.1: holds
 * Result: A=exit B=migrate --kernel=6.1: holds
 * Result: A=exit B=truncate --kernel=6.1: holds
 * Result: A=exit B=reclaim --kernel=6.1: holds
 * Result: A=gup_fast B=gup_fast --kernel=6.1: holds
 * Result: A=gup_fast B=mremap --kernel=6.1: holds
 * Result: A=gup_fast B=munmap --kernel=6.1: holds
 * Result: A=gup_fast B=mmap --kernel=6.1: holds
 * Result: A=gup_fast B=fork --kernel=6.1: holds
 * Result: A=gup_fast B=migrate --kernel=6.1: holds
 * Result: A=gup_fast B=truncate --kernel=6.1: holds
 * Result: A=gup_fast B=reclaim --kernel=6.1: holds
 * Result: A=mremap B=mremap --kernel=6.6: holds
 * Result: A=mremap B=munmap --kernel=6.6: holds
 * Result: A=mremap B=mmap --kernel=6.6: holds
 * Result: A=mremap B=fork --kernel=6.6: holds
 * Result: A=munmap B=munmap --kernel=6.6: holds
 * Result: A=munmap B=mmap --kernel=6.6: holds
 * Result: A=munmap B=fork --kernel=6.6: holds
 * Result: A=mmap B=mmap --kernel=6.6: holds
 * Result: A=mmap B=fork --kernel=6.6: holds
 * Result: A=mremap B=migrate --kernel=6.6: holds
 * Result: A=mremap B=truncate --kernel=6.6: holds
 * Result: A=mremap B=reclaim --kernel=6.6: holds
 * Result: A=munmap B=migrate --kernel=6.6: holds
 * Result: A=munmap B=truncate --kernel=6.6: holds
 * Result: A=munmap B=reclaim --kernel=6.6: holds
 * Result: A=mmap B=migrate --kernel=6.6: holds
 * Result: A=mmap B=truncate --kernel=6.6: holds
 * Result: A=mmap B=reclaim --kernel=6.6: holds
 * Result: A=fork B=migrate --kernel=6.6: holds
 * Result: A=fork B=truncate --kernel=6.6: holds
 * Result: A=fork B=reclaim --kernel=6.6: holds
 * Result: A=exit B=migrate --kernel=6.6: holds
 * Result: A=exit B=truncate --kernel=6.6: holds
 * Result: A=exit B=reclaim --kernel=6.6: holds
 * Result: A=gup_fast B=gup_fast --kernel=6.6: holds
 * Result: A=gup_fast B=mremap --kernel=6.6: holds
 * Result: A=gup_fast B=munmap --kernel=6.6: holds
 * Result: A=gup_fast B=mmap --kernel=6.6: holds
 * Result: A=gup_fast B=fork --kernel=6.6: holds
 * Result: A=gup_fast B=migrate --kernel=6.6: holds
 * Result: A=gup_fast B=truncate --kernel=6.6: holds
 * Result: A=gup_fast B=reclaim --kernel=6.6: holds
 * Result: A=mremap B=mremap --kernel=6.12: holds
 * Result: A=mremap B=munmap --kernel=6.12: holds
 * Result: A=mremap B=mmap --kernel=6.12: holds
 * Result: A=mremap B=fork --kernel=6.12: holds
 * Result: A=munmap B=munmap --kernel=6.12: holds
 * Result: A=munmap B=mmap --kernel=6.12: holds
 * Result: A=munmap B=fork --kernel=6.12: holds
 * Result: A=mmap B=mmap --kernel=6.12: holds
 * Result: A=mmap B=fork --kernel=6.12: holds
 * Result: A=mremap B=migrate --kernel=6.12: holds
 * Result: A=mremap B=truncate --kernel=6.12: holds
 * Result: A=mremap B=reclaim --kernel=6.12: holds
 * Result: A=munmap B=migrate --kernel=6.12: holds
 * Result: A=munmap B=truncate --kernel=6.12: holds
 * Result: A=munmap B=reclaim --kernel=6.12: holds
 * Result: A=mmap B=migrate --kernel=6.12: holds
 * Result: A=mmap B=truncate --kernel=6.12: holds
 * Result: A=mmap B=reclaim --kernel=6.12: holds
 * Result: A=fork B=migrate --kernel=6.12: holds
 * Result: A=fork B=truncate --kernel=6.12: holds
 * Result: A=fork B=reclaim --kernel=6.12: holds
 * Result: A=exit B=migrate --kernel=6.12: holds
 * Result: A=exit B=truncate --kernel=6.12: holds
 * Result: A=exit B=reclaim --kernel=6.12: holds
 * Result: A=gup_fast B=gup_fast --kernel=6.12: holds
 * Result: A=gup_fast B=mremap --kernel=6.12: holds
 * Result: A=gup_fast B=munmap --kernel=6.12: holds
 * Result: A=gup_fast B=mmap --kernel=6.12: holds
 * Result: A=gup_fast B=fork --kernel=6.12: holds
 * Result: A=gup_fast B=migrate --kernel=6.12: holds
 * Result: A=gup_fast B=truncate --kernel=6.12: holds
 * Result: A=gup_fast B=reclaim --kernel=6.12: holds
 * Result: A=mremap B=mremap --kernel=6.15: holds
 * Result: A=mremap B=munmap --kernel=6.15: holds
 * Result: A=mremap B=mmap --kernel=6.15: holds
 * Result: A=mremap B=fork --kernel=6.15: holds
 * Result: A=munmap B=munmap --kernel=6.15: holds
 * Result: A=munmap B=mmap --kernel=6.15: holds
 * Result: A=munmap B=fork --kernel=6.15: holds
 * Result: A=mmap B=mmap --kernel=6.15: holds
 * Result: A=mmap B=fork --kernel=6.15: holds
 * Result: A=mremap B=migrate --kernel=6.15: holds
 * Result: A=mremap B=truncate --kernel=6.15: holds
 * Result: A=mremap B=reclaim --kernel=6.15: holds
 * Result: A=munmap B=migrate --kernel=6.15: holds
 * Result: A=munmap B=truncate --kernel=6.15: holds
 * Result: A=munmap B=reclaim --kernel=6.15: holds
 * Result: A=mmap B=migrate --kernel=6.15: holds
 * Result: A=mmap B=truncate --kernel=6.15: holds
 * Result: A=mmap B=reclaim --kernel=6.15: holds
 * Result: A=fork B=migrate --kernel=6.15: holds
 * Result: A=fork B=truncate --kernel=6.15: holds
 * Result: A=fork B=reclaim --kernel=6.15: holds
 * Result: A=exit B=migrate --kernel=6.15: holds
 * Result: A=exit B=truncate --kernel=6.15: holds
 * Result: A=exit B=reclaim --kernel=6.15: holds
 * Result: A=gup_fast B=gup_fast --kernel=6.15: holds
 * Result: A=gup_fast B=mremap --kernel=6.15: holds
 * Result: A=gup_fast B=munmap --kernel=6.15: holds
 * Result: A=gup_fast B=mmap --kernel=6.15: holds
 * Result: A=gup_fast B=fork --kernel=6.15: holds
 * Result: A=gup_fast B=migrate --kernel=6.15: holds
 * Result: A=gup_fast B=truncate --kernel=6.15: holds
 * Result: A=gup_fast B=reclaim --kernel=6.15: holds
 * Result: MM_TLB=1 A=mremap B=truncate: holds
 * Result: MM_TLB=1 A=mremap B=migrate: holds
 * Result: MM_TLB=1 A=mremap B=reclaim: holds
 * Result: MM_TLB=1 A=munmap B=truncate: holds
 * Result: MM_TLB=1 A=munmap B=migrate: holds
 * Result: MM_TLB=1 A=munmap B=reclaim: holds
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 8

#ifndef A
#define A	mremap
#endif
#ifndef B
#define B	migrate
#endif

#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <mmcheck.h>

/* The header that gup_fast needs lets a struct folio be read when it is freed. */
#define FAST_gup_fast	1
#define CAT(a, b)	CAT_(a, b)
#define CAT_(a, b)	a##b
#if CAT(FAST_, A)
#include <mm/gup_fast.h>
#endif

MM_POOL(vm_area_struct, 5);
MM_POOL(ptdesc, 4);

#define SRC	0x1000UL
#define DST	0x5000UL
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
	mm_map_file(&mm, &file, SRC, PAGE_SIZE, VM_READ | VM_SHARED, INDEX + 2);
}

static void __maybe_unused op_fork(void)
{
	dup_mmap(&child, &mm);
}

static void __maybe_unused op_migrate(void)
{
	try_to_migrate(page);
	remove_migration_ptes(page, new_page);
}

#if CAT(FAST_, A)
/* A reference keeps the page. */
static void __maybe_unused op_gup_fast(void)
{
	struct folio *folio = get_user_pages_fast_only(current->mm, SRC);

	if (folio) {
		assert(READ_ONCE(folio->_refcount) > 0);
		folio_put(folio);
	}
}
#endif

static void __maybe_unused op_reclaim(void)
{
	shrink_folio(page);
}

static void __maybe_unused op_exit(void)
{
	mmput(&mm);
}

static void __maybe_unused op_truncate(void)
{
	truncate_inode_page(&mapping, page);
}

#define RUN(op)		RUN_(op)
#define RUN_(op)	op_##op()

INIT
{
	mm_init(&mm);
	mmgrab(&mm);	/* mm is not from the heap: it is never freed */
	mm_init(&child);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, SRC, PAGE_SIZE, VM_READ | VM_SHARED, INDEX);
	page = folio_alloc(&mapping, NULL, INDEX);
	new_page = folio_alloc(&mapping, NULL, INDEX);
	mm_map_folio(&mm, SRC, page, _PAGE_PRESENT | _PAGE_RW);
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
