// SPDX-License-Identifier: MIT
/*
 * fork_order: where does fork link the VMA of the child, and when?
 *
 * Behind that of the parent in the interval tree, and before it copies the entries.
 * A page is under migration. A walk restores the entries that name it, and must
 * not miss one. It goes through the tree in order, and fork copies with both
 * page-table locks held: an entry that the walk has not come to yet at the parent
 * it finds later at the child (KEEP). PLAIN enters the child as any new VMA, behind
 * all of the same key, which comes to the same.
 *
 * FIRST lets the child stand before the parent: the walk finds nothing at the
 * child, fork copies the entry, the walk restores that of the parent only, and the
 * page is freed. LATE copies first and links then: the walk does not come to the
 * child at all. The same for anonymous memory (ANON), where the trees are those of
 * the anon_vmas.
 *
 * It teaches: two that take no lock in common may still rely on an order. It is
 * part of the protocol, though nothing in the code of the walk says so.
 *
 * Kernel: 6.12
 * Result: KEEP: holds
 * Result: KEEP ANON: holds
 * Result: KEEP --kernel=5.12: holds
 * Result: KEEP --kernel=6.15: holds
 * Result: PLAIN: holds
 * Result: FIRST: violated rmap-miss
 * Result: FIRST ANON: violated rmap-miss
 * Result: FIRST --kernel=5.12: violated rmap-miss
 * Result: FIRST --ignore=rmap-miss: violated page-freed-mapped
 * Result: LATE: violated page-freed-mapped
 * Result: LATE ANON: violated page-freed-mapped
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 2);
MM_POOL(ptdesc, 4);

#define ADDR	0x1000UL

static struct mm_struct mm, child;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static struct folio *page, *new_page;

INIT
{
	struct anon_vma *anon_vma = NULL;

	mm_init(&mm);
	mm_init(&child);
	init_rwsem(&mapping.i_mmap_rwsem);
#ifdef ANON
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
	anon_vma_prepare(vma_lookup(&mm, ADDR));
	anon_vma = vma_lookup(&mm, ADDR)->anon_vma;
	page = folio_alloc(NULL, anon_vma, ADDR >> PAGE_SHIFT);
	new_page = folio_alloc(NULL, anon_vma, ADDR >> PAGE_SHIFT);
#else
	mm_map_file(&mm, &file, ADDR, PAGE_SIZE, VM_READ | VM_SHARED, 0);
	page = folio_alloc(&mapping, anon_vma, 0);
	new_page = folio_alloc(&mapping, anon_vma, 0);
#endif
	mm_map_folio(&mm, ADDR, page, _PAGE_MIGRATION);
}

#ifdef ANON

static void link_rmap(struct vm_area_struct *vma, struct vm_area_struct *parent)
{
	anon_vma_fork(vma, parent);
#ifdef FIRST
	anon_vma_lock_write(parent->anon_vma);
	anon_vma_interval_tree_pre_update_vma(parent);
	anon_vma_interval_tree_post_update_vma(parent);
	anon_vma_unlock_write(parent->anon_vma);
#endif
}

#else

static void link_rmap(struct vm_area_struct *vma, struct vm_area_struct *parent)
{
#if defined(FIRST)
	struct address_space *mapping = vma->vm_file->f_mapping;

	i_mmap_lock_write(mapping);
	vma_interval_tree_remove(parent, &mapping->i_mmap);
	vma_interval_tree_insert(vma, &mapping->i_mmap);
	vma_interval_tree_insert_after(parent, vma, &mapping->i_mmap);
	i_mmap_unlock_write(mapping);
#elif defined(PLAIN)
	(void)parent;
	vma_link_file(vma);
#else
	vma_link_file_after(vma, parent);
#endif
}

#endif

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
	vma_start_write(tmp);
	vma_mark_attached(tmp);
	mt_store(&child.mm_mt, ADDR, ADDR + PAGE_SIZE, tmp);
	child.map_count++;
#ifndef LATE
	link_rmap(tmp, mpnt);
#endif
	copy_page_range(&child, oldmm, ADDR, ADDR, ADDR + PAGE_SIZE);
#ifdef LATE
	link_rmap(tmp, mpnt);
#endif
	mmap_write_unlock(&child);
	mmap_write_unlock(oldmm);
}

THREAD(migrate, NULL)
{
	remove_migration_ptes(page, new_page);
	folio_put(page);
}
