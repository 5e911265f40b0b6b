// SPDX-License-Identifier: MIT
/*
 * notifier_paths: do all ways to take a page away tell the subscribers?
 *
 * A page of a file is unmapped (MUNMAP), moved to another address (MREMAP) or to
 * another place in memory (MIGRATE), or truncated (TRUNCATE): each brackets it.
 * Who calls move_ptes() alone does not (MOVE).
 *
 * Result: MUNMAP: holds, 56 states
 * Result: MREMAP: holds
 * Result: MIGRATE: holds
 * Result: TRUNCATE: holds
 * Result: MOVE: violated notifier
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 4
#define MM_NOTIFIER 1

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(ptdesc, 2);

#define ADDR	0x1000UL
#define OTHER	0x3000UL

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static struct folio *folio, *copy;

INIT
{
	mm_init(&mm);
	mmu_notifier_register(&mm);
	mm_map_file(&mm, &file, ADDR, PAGE_SIZE, VM_READ, 0);
	folio = folio_alloc(&mapping, NULL, 0);
	copy = folio_alloc(&mapping, NULL, 0);
	mm_map_folio(&mm, ADDR, folio, _PAGE_PRESENT | _PAGE_RW);
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
#else
	mmap_write_lock(&mm);
	move_ptes(vma_lookup(&mm, ADDR), ADDR, ADDR + PAGE_SIZE, OTHER, false);
	mmap_write_unlock(&mm);
#endif
}
