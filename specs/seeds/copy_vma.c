// SPDX-License-Identifier: MIT
/*
 * copy_vma: may page-table entries move while the reverse mapping is walked?
 *
 * The question behind Kirill Shutemov's review of "mm: Extend copy_vma()", May
 * 2019: "a story on why logic around need_rmap_locks is safe". This file tells
 * it for what the kernel has, mremap() within one process; process_vm_mmap.c
 * goes on with two. A page is under migration. One thread restores its entries
 * with remove_migration_ptes(), which must find them all: the page is freed
 * afterwards, and an entry that is left makes its process wait for ever. The
 * other moves the entry from SRC to DST with mremap(). Each of the following is
 * the same for a file mapping and for anonymous memory (ANON).
 *
 * Nothing is mapped near DST: the new VMA has the vm_pgoff of the old one and
 * enters the tree after it. The walk comes to SRC first, and the entry moves
 * with both page-table locks held, so the walk finds it at SRC, or later at DST.
 * No rmap lock is needed (NO_RMAP_LOCKS), and copy_vma() asks for none.
 *
 * The VMA below DST is grown (MERGE_BELOW): its vm_pgoff is lower, the walk
 * comes to DST first. Without the rmap locks, it finds nothing at DST, then the
 * entry moves, then it finds nothing at SRC: rmap-miss, and page-freed-mapped
 * when that is muted. copy_vma() sees new_vma->vm_pgoff <= vma->vm_pgoff and
 * asks for the locks: holds.
 *
 * The VMA above DST is grown down (MERGE_ABOVE): now the vm_pgoff of both are
 * equal. Growing takes a VMA out of the tree and puts it back behind all of the
 * same key, so it stands after SRC again, and the locks are not needed. The
 * kernel takes them all the same, since the comparison of vm_pgoff cannot tell.
 *
 * The argument needs a walk that takes the page-table lock even where nothing
 * seems to be mapped. One that peeks first (MIGRATE_NO_SYNC) comes between the
 * clearing of SRC and the setting of DST and misses the entry, however the VMAs
 * are ordered, unless the mover holds the rmap locks.
 *
 * The bug was real before it was a question: it was found in 2011 by Andrea
 * Arcangeli, who put the VMAs in order ("mremap: enforce rmap src/dst vma ordering
 * in case of vma_merge succeeding in copy_vma"). need_rmap_locks is of September
 * 2012, by Michel Lespinasse ("mm: avoid taking rmap locks in move_ptes()"). No CVE.
 * Kernels of then are older than the eras of the model: checked is the rule as later
 * ones have it.
 *
 * Result: holds, 3872 states
 * Result: --kernel=6.12: holds, 3556 states
 * Result: ANON: holds
 * Result: MERGE_BELOW: holds, 3490 states
 * Result: MERGE_BELOW --kernel=6.12: holds, 9358 states
 * Result: MERGE_BELOW ANON: holds
 * Result: MERGE_ABOVE: holds
 * Result: MERGE_ABOVE ANON: holds
 * Result: MERGE_BELOW --kernel=5.12: holds
 * Result: NO_RMAP_LOCKS: holds
 * Result: NO_RMAP_LOCKS ANON: holds
 * Result: NO_RMAP_LOCKS MERGE_BELOW: violated rmap-miss
 * Result: NO_RMAP_LOCKS MERGE_BELOW ANON: violated rmap-miss
 * Result: NO_RMAP_LOCKS MERGE_BELOW --kernel=5.12: violated rmap-miss
 * Result: NO_RMAP_LOCKS MERGE_BELOW --ignore=rmap-miss: violated page-freed-mapped
 * Result: NO_RMAP_LOCKS MERGE_ABOVE: holds
 * Result: NO_RMAP_LOCKS MERGE_ABOVE ANON: holds
 * Result: MIGRATE_NO_SYNC: violated rmap-miss
 * Result: MIGRATE_NO_SYNC ANON: violated rmap-miss
 * Result: MIGRATE_NO_SYNC --ignore=rmap-miss: violated page-freed-mapped
 * Result: MIGRATE_NO_SYNC MERGE_BELOW: holds
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 8

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);

#define SRC	0x1000UL
#define DST	0x5000UL	/* under another page table */
#define INDEX	1

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static struct folio *page, *new_page;

/* Map [addr, addr + len) so that SRC is page INDEX. */
static void map(unsigned long addr, unsigned long len)
{
#ifdef ANON
	mm_map(&mm, addr, len, VM_ANON);
	anon_vma_prepare(vma_lookup(&mm, addr));
#else
	mm_map_file(&mm, &file, addr, len, VM_READ | VM_SHARED, addr / PAGE_SIZE);
#endif
}

/* Move the page beside SRC next to DST, so that the rest can follow it. */
static void __maybe_unused move_first(unsigned long addr, unsigned long new_addr)
{
	mmap_write_lock(&mm);
	move_vma(vma_lookup(&mm, addr), addr, PAGE_SIZE, new_addr);
	mmap_write_unlock(&mm);
}

INIT
{
	struct anon_vma *anon_vma = NULL;

	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
#if defined(MERGE_BELOW)
	map(SRC - PAGE_SIZE, 2 * PAGE_SIZE);
	move_first(SRC - PAGE_SIZE, DST - PAGE_SIZE);
#elif defined(MERGE_ABOVE)
	map(SRC, 2 * PAGE_SIZE);
	move_first(SRC + PAGE_SIZE, DST + PAGE_SIZE);
#else
	map(SRC, PAGE_SIZE);
#endif
#ifdef ANON
	anon_vma = vma_lookup(&mm, SRC)->anon_vma;
	page = folio_alloc(NULL, anon_vma, INDEX);
	new_page = folio_alloc(NULL, anon_vma, INDEX);
#else
	page = folio_alloc(&mapping, anon_vma, INDEX);
	new_page = folio_alloc(&mapping, anon_vma, INDEX);
#endif
	mm_map_folio(&mm, SRC, page, _PAGE_MIGRATION);
}

#ifndef NO_RMAP_LOCKS

THREAD(mremap, &mm)
{
	do_mremap(SRC, PAGE_SIZE, DST);
}

#else

THREAD(mremap, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	bool unused;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, SRC);
	vma_start_write(vma);
	copy_vma(&vma, DST, PAGE_SIZE, INDEX, &unused);
	move_page_tables(vma, SRC, DST, PAGE_SIZE, false);
	do_munmap(mm, SRC, PAGE_SIZE, NULL);
	mmap_write_unlock(mm);
}

#endif

THREAD(migrate, NULL)
{
	remove_migration_ptes(page, new_page);
	folio_put(page);
}
