// SPDX-License-Identifier: MIT
/*
 * notifier_paths: do all ways to take a page away tell the subscribers?
 *
 * A page of a file is unmapped (MUNMAP), moved to another address (MREMAP) or to
 * another place in memory (MIGRATE), truncated (TRUNCATE), reclaimed (RECLAIM), or
 * protected by fork (FORK): each brackets it. Who calls move_ptes() alone does not
 * (MOVE). munmap and khugepaged (COLLAPSE) do, too, with one table for the whole mm
 * (ONE_TABLE).
 *
 * Result: MUNMAP: holds, 55 states
 * Result: MREMAP: holds
 * Result: MIGRATE: holds
 * Result: TRUNCATE: holds
 * Result: RECLAIM: holds
 * Result: FORK MM_COW=1: holds
 * Result: MOVE: violated notifier
 * Result: ONE_TABLE MUNMAP: holds
 * Result: ONE_TABLE COLLAPSE: holds
 */

#ifdef ONE_TABLE
#define MM_COLLAPSE 1
#else
#define MM_RMAP 1
#endif
#define MM_TASK_PAGES 4
#define MM_NOTIFIER 1

#include <linux/mm.h>
#include <mmcheck.h>

#ifndef ONE_TABLE
MM_POOL(ptdesc, 4);
#endif

#define ADDR	0x1000UL
#define OTHER	0x3000UL

static struct mm_struct mm, child;
#ifndef ONE_TABLE
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static struct folio *folio, *copy;
#endif

INIT
{
	mm_init(&mm);
	mm_init(&child);
	mmu_notifier_register(&mm);
#ifdef ONE_TABLE
	mm_map(&mm, ADDR, 2 * PAGE_SIZE, VM_ANON);
	pt_set(&mm.pgd, ADDR, _PAGE_PRESENT | _PAGE_RW);
#else
	mm_map_file(&mm, &file, ADDR, PAGE_SIZE, VM_READ, 0);
	folio = folio_alloc(&mapping, NULL, 0);
	copy = folio_alloc(&mapping, NULL, 0);
	mm_map_folio(&mm, ADDR, folio, _PAGE_PRESENT | _PAGE_RW);
#endif
}

THREAD(change, &mm)
{
#if defined(MUNMAP)
	vm_munmap(ADDR, PAGE_SIZE);
#elif defined(MREMAP)
	do_mremap(ADDR, PAGE_SIZE, OTHER);
#elif defined(MIGRATE)
	try_to_migrate(folio);
	remove_migration_ptes(folio, copy);
#elif defined(TRUNCATE)
	truncate_inode_page(&mapping, folio);
#elif defined(RECLAIM)
	shrink_folio(folio);
#elif defined(FORK)
	dup_mmap(&child, &mm);
#elif defined(COLLAPSE)
	khugepaged_scan_mm_slot(&mm, ADDR);
#else
	mmap_write_lock(&mm);
	move_ptes(vma_lookup(&mm, ADDR), ADDR, ADDR + PAGE_SIZE, OTHER, false);
	mmap_write_unlock(&mm);
#endif
}
