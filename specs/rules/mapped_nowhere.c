// SPDX-License-Identifier: MIT
/*
 * mapped_nowhere: what becomes of a page that is mapped where no VMA is?
 *
 * A fault knows its address, not only its VMA: with the address alone it can
 * write an entry after the VMA has gone (DROP). munmap has been there, so the
 * entry stays for ever, or until somebody maps something else at the address and
 * finds a page that is not his. With the lock held from the lookup on (KEEP),
 * munmap comes before or after. A page behind a VMA that is not linked in the
 * interval tree of its file (UNLINKED), or by another index (INDEX), is there for
 * the program, and for no walk of the reverse mapping; one that was written out
 * (SWAP) is looked for by other means.
 *
 * Result: KEEP: holds
 * Result: DROP: violated vma-tree
 * Result: KEEP MM_RMAP=1: holds
 * Result: DROP MM_RMAP=1: violated vma-tree
 * Result: LINKED MM_RMAP=1: holds
 * Result: UNLINKED MM_RMAP=1: violated rmap-miss
 * Result: INDEX MM_RMAP=1: violated rmap-miss
 * Result: LINKED ANON MM_RMAP=1: holds
 * Result: UNLINKED ANON MM_RMAP=1: violated rmap-miss
 * Result: UNLINKED SWAP MM_RMAP=1: holds
 */

#define MM_TASK_PAGES 2
#define PTRS_PER_PTE 1

#include <linux/mm.h>
#if MM_RMAP
#include <mm/memory.h>
#endif
#include <mmcheck.h>

#define ADDR	0x1000UL

static struct mm_struct mm;

#if defined(KEEP) || defined(DROP)

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
}

static void map_page(void)
{
#if MM_RMAP
	struct folio *folio = folio_alloc(NULL, NULL, 0);

	mm_map_folio(&mm, ADDR, folio, _PAGE_PRESENT);
	folio_put(folio);
#else
	spin_lock(&mm.page_table_lock);
	pt_set(&mm.pgd, ADDR, _PAGE_PRESENT);
	spin_unlock(&mm.page_table_lock);
#endif
}

THREAD(fault, &mm)
{
	bool found;

	mmap_read_lock(&mm);
	found = vma_lookup(&mm, ADDR) != NULL;
#ifdef DROP
	mmap_read_unlock(&mm);
#endif
	if (found)
		map_page();
#ifndef DROP
	mmap_read_unlock(&mm);
#endif
}

THREAD(munmap, &mm)
{
	sys_munmap(ADDR, PAGE_SIZE);
}

#else

static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
#ifdef ANON
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
	anon_vma_prepare(vma_lookup(&mm, ADDR));
#else
	mm_map_file(&mm, &file, ADDR, PAGE_SIZE, VM_READ | VM_SHARED, 1);
#endif
}

THREAD(fault, &mm)
{
	struct anon_vma *anon_vma = NULL;
	struct vm_area_struct *vma __maybe_unused;
	pgoff_t index = 1;

	mmap_write_lock(&mm);
	vma = vma_lookup(&mm, ADDR);
#ifdef INDEX
	index = 0;
#endif
#ifdef ANON
	anon_vma = vma->anon_vma;
#endif
#ifdef UNLINKED
#ifdef ANON
	anon_vma = anon_vma_alloc(NULL);
#else
	unlink_file_vma(vma);
#endif
#endif
	mm_map_folio(&mm, ADDR, folio_alloc(anon_vma ? NULL : &mapping, anon_vma, index),
#ifdef SWAP
		     _PAGE_SWAP
#else
		     _PAGE_PRESENT
#endif
		    );
	mmap_write_unlock(&mm);
}

#endif
