// SPDX-License-Identifier: MIT
/*
 * rmap_install: may a walk of the reverse mapping map a page?
 *
 * Not where nothing was (RMAP): munmap has been there, and frees the page table
 * next. With mmap_lock (MMAP) or the lock of the VMA (VMA) as well, munmap is
 * not at work. What was a migration entry may become a mapping again under the
 * rmap lock alone (MIGRATION): the entry says that nothing has changed.
 *
 * Result: RMAP: violated rmap-only-install
 * Result: RMAP ANON: violated rmap-only-install
 * Result: MMAP: holds
 * Result: MMAP ANON: holds
 * Result: VMA: holds
 * Result: MIGRATION: holds
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 2
#define PTRS_PER_PTE 2

#include <linux/mm.h>
#include <mm/memory.h>
#include <mm/mmap_lock.h>
#include <mmcheck.h>

#define ADDR 0x1000UL

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static struct anon_vma *anon_vma;
static struct folio *page;

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
#ifdef ANON
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
	anon_vma_prepare(vma_lookup(&mm, ADDR));
	anon_vma = vma_lookup(&mm, ADDR)->anon_vma;
#else
	mm_map_file(&mm, &file, ADDR, PAGE_SIZE, VM_READ | VM_SHARED, 0);
#endif
	page = folio_alloc(anon_vma ? NULL : &mapping, anon_vma,
			   anon_vma ? ADDR >> PAGE_SHIFT : 0);
#ifdef MIGRATION
	mm_map_folio(&mm, ADDR, page, _PAGE_MIGRATION);
#endif
}

THREAD(walk, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma __maybe_unused = NULL;

#if defined(MMAP)
	mmap_read_lock(mm);
#elif defined(VMA)
	vma = lock_vma_under_rcu(mm, ADDR);
	if (!vma)
		return;
#endif
	rmap_lock_read(anon_vma, &mapping);
	mm_map_folio(mm, ADDR, page, _PAGE_PRESENT);
	rmap_unlock_read(anon_vma, &mapping);
#if defined(MMAP)
	mmap_read_unlock(mm);
#elif defined(VMA)
	vma_end_read(vma);
#endif
}
