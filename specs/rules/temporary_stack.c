// SPDX-License-Identifier: MIT
/*
 * temporary_stack: why does migration pass over the stack of an exec?
 *
 * exec puts the arguments on a stack at the top of the new mm, and moves it down when
 * it knows where it belongs. One VMA covers the old place and the new one while the
 * entries move, so that there is no order of two VMAs in the tree to rely on: the walk
 * computes one address, the new one, and the entry is still at the old. Before the move
 * is over the page cannot be found, nor after it what was left at the old place.
 *
 * So no migration entry may be put there: try_to_migrate() skips a VMA that is a
 * temporary stack, the page stays mapped, and migration gives up (KEEP). NO_SKIP does
 * not; then remove_migration_ptes() misses the entry, and the page is freed.
 *
 * Kernel: 6.12
 * Result: KEEP: holds
 * Result: KEEP --kernel=5.12: holds
 * Result: NO_SKIP: violated page-freed-mapped
 * Result: NO_SKIP --property=rmap-miss: violated rmap-miss
 * Result: NO_SKIP --property=rmap-miss --kernel=5.12: violated rmap-miss
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 8

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 1);
MM_POOL(ptdesc, 2);

#define NEW	0x1000UL
#define OLD	0x5000UL	/* under another page table */
#define INDEX	(OLD >> PAGE_SHIFT)

static struct mm_struct mm;
static struct folio *page, *new_page;

INIT
{
	struct anon_vma *anon_vma;

	mm_init(&mm);
	mm_map(&mm, OLD, PAGE_SIZE, VM_ANON | VM_STACK_INCOMPLETE_SETUP);
	anon_vma_prepare(vma_lookup(&mm, OLD));
	anon_vma = vma_lookup(&mm, OLD)->anon_vma;
	page = folio_alloc(NULL, anon_vma, INDEX);
	new_page = folio_alloc(NULL, anon_vma, INDEX);
	mm_map_folio(&mm, OLD, page, _PAGE_PRESENT | _PAGE_RW);
}

/* Let vma cover [start, end), with the same vm_pgoff. */
static void resize(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	struct mm_struct *mm = vma->vm_mm;

	vma_start_write(vma);
	vma_prepare(NULL, vma, NULL);
	if (end < vma->vm_end)
		mt_clear(&mm->mm_mt, end, vma->vm_end);
	vma->vm_start = start;
	vma->vm_end = end;
	mt_store(&mm->mm_mt, start, end, vma);
	vma_complete(NULL, vma, NULL);
}

/* As setup_arg_pages() and shift_arg_pages(). */
THREAD(exec, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, OLD);
	resize(vma, NEW, OLD + PAGE_SIZE);
	move_page_tables(vma, OLD, NEW, PAGE_SIZE, false);
	resize(vma, NEW, NEW + PAGE_SIZE);
	vma_start_write(vma);
	vm_flags_reset(vma, vma->vm_flags & ~VM_STACK_INCOMPLETE_SETUP);
	mmap_write_unlock(mm);
}

static bool skip(struct vm_area_struct *vma)
{
#ifdef NO_SKIP
	(void)vma;
	return false;
#else
	return data_race(vma->vm_flags) & VM_STACK_INCOMPLETE_SETUP;
#endif
}

/* As try_to_migrate(): put migration entries in place of all mappings of folio. */
static void unmap(struct folio *folio)
{
	struct anon_vma *anon_vma = folio->anon_vma;
	struct vm_area_struct *vma;

	anon_vma_lock_read(anon_vma);
	anon_vma_interval_tree_foreach(vma, &anon_vma->rb_root, INDEX, INDEX) {
		unsigned long addr = vma_address(vma, INDEX);
		struct ptdesc *pt;

		if (skip(vma))
			continue;
		pt = page_vma_mapped_walk(vma->vm_mm, addr, folio, _PAGE_PRESENT, true);
		if (!pt)
			continue;
		pt_set_folio(&pt->ptes, pte_offset(addr), _PAGE_MIGRATION, folio);
		folio_remove_rmap(folio);
		folio_put(folio);
		pte_unmap_unlock(pt);
	}
	anon_vma_unlock_read(anon_vma);
}

THREAD(migrate, NULL)
{
	folio_lock(page);
	unmap(page);
	if (!READ_ONCE(page->_mapcount))
		remove_migration_ptes(page, new_page);
	folio_unlock(page);
	folio_put(page);
	folio_put(new_page);
}
