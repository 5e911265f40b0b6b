// SPDX-License-Identifier: MIT
/*
 * misuse_trees: which calls on trees and pages are wrong whoever else runs?
 *
 * KEEP links a VMA into the tree of its mm, the tree of a file and the tree of
 * an anon_vma, moves its end, takes it out again and frees it, with all locks. The
 * others leave one lock out (NO_MMAP, NO_I_MMAP, NO_ANON, RANGE), link or unlink
 * twice (FILE_TWICE, FILE_NOT, ANON_TWICE, ANON_NOT), store an empty range
 * (EMPTY), free a VMA that is linked (LINKED) or what never was allocated
 * (STATIC), look into an error pointer (ERROR) or behind the end of an array
 * (INDEX), free a page that is counted as mapped (COUNTED), or map one that was
 * freed (LATE).
 *
 * Kernel: 5.12
 * Result: KEEP: holds
 * Result: NO_MMAP: violated unlocked-write
 * Result: NO_I_MMAP: violated unlocked-write
 * Result: NO_ANON: violated unlocked-write
 * Result: RANGE: violated unlocked-write
 * Result: FILE_TWICE: violated vma-tree
 * Result: FILE_NOT: violated vma-tree
 * Result: ANON_TWICE: violated vma-tree
 * Result: ANON_NOT: violated vma-tree
 * Result: EMPTY: violated vma-tree
 * Result: LINKED: violated bad-free
 * Result: STATIC: violated bad-free
 * Result: ERROR: violated null-deref
 * Result: INDEX: violated assert
 * Result: COUNTED: violated page-freed-mapped
 * Result: LATE: violated page-freed-mapped
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 4

#include <linux/err.h>
#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(ptdesc, 3);

#define ADDR	0x1000UL

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static struct anon_vma *anon_vma;
static int slots[2];
static struct ptdesc *table;

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	anon_vma = anon_vma_alloc(NULL);
	table = pte_alloc_one();
}

static void link_trees(struct vm_area_struct *vma)
{
#ifndef NO_I_MMAP
	i_mmap_lock_write(&mapping);
#endif
#ifndef FILE_NOT
	vma_interval_tree_insert(vma, &mapping.i_mmap);
#endif
#ifdef FILE_TWICE
	vma_interval_tree_insert(vma, &mapping.i_mmap);
#endif
#ifndef NO_I_MMAP
	i_mmap_unlock_write(&mapping);
#endif
#ifndef NO_ANON
	anon_vma_lock_write(anon_vma);
#endif
#ifndef ANON_NOT
	anon_vma_interval_tree_insert(vma, &anon_vma->rb_root);
#endif
#ifdef ANON_TWICE
	anon_vma_interval_tree_insert(vma, &anon_vma->rb_root);
#endif
#ifndef NO_ANON
	anon_vma_unlock_write(anon_vma);
#endif
}

static void unlink_trees(struct vm_area_struct *vma)
{
	i_mmap_lock_write(&mapping);
	vma_interval_tree_remove(vma, &mapping.i_mmap);
	i_mmap_unlock_write(&mapping);
	anon_vma_lock_write(anon_vma);
#ifndef LINKED
	anon_vma_interval_tree_remove(vma, &anon_vma->rb_root);
#endif
	anon_vma_unlock_write(anon_vma);
}

static void pages(void)
{
	struct folio *folio = folio_alloc(&mapping, NULL, 0);

	folio->_mapcount++;
	pt_set_folio(&table->ptes, ADDR, _PAGE_PRESENT, folio);
	pt_clear(&table->ptes, ADDR);
#ifndef COUNTED
	folio->_mapcount--;
#endif
	folio_put(folio);
#ifdef LATE
	pt_set_folio(&table->ptes, ADDR, _PAGE_PRESENT, folio);
#endif
}

static struct vm_area_struct *find(struct vm_area_struct *vma)
{
#ifdef ERROR
	return ERR_PTR(-ENOMEM);
#endif
	return vma;
}

THREAD(user, &mm)
{
	struct vm_area_struct *vma = vm_area_alloc(&mm);

	vma->vm_start = ADDR;
	vma->vm_end = ADDR + PAGE_SIZE;
	vma->vm_pgoff = 0;
	vma->vm_file = &file;
	vma->anon_vma = anon_vma;
#ifndef NO_MMAP
	mmap_write_lock(&mm);
#endif
#ifdef EMPTY
	mt_store(&mm.mm_mt, ADDR, ADDR, vma);
#endif
	mt_store(&mm.mm_mt, ADDR, ADDR + PAGE_SIZE, vma);
	link_trees(vma);
	i_mmap_lock_write(&mapping);
#ifndef RANGE
	anon_vma_lock_write(anon_vma);
#endif
	find(vma)->vm_end = ADDR + PAGE_SIZE;
#ifndef RANGE
	anon_vma_unlock_write(anon_vma);
#endif
	i_mmap_unlock_write(&mapping);
	mt_clear(&mm.mm_mt, ADDR, ADDR + PAGE_SIZE);
	unlink_trees(vma);
	vm_area_free(vma);
#ifndef NO_MMAP
	mmap_write_unlock(&mm);
#endif
	pages();
#ifdef INDEX
	slots[nondet(0, 2)]++;
#else
	slots[nondet(0, 1)]++;
#endif
#ifdef STATIC
	kfree(&mapping);
#endif
}
