// SPDX-License-Identifier: MIT
/*
 * fault_folio: may mappings and pages change while a fault maps a page?
 *
 * One thread faults at 0x1000, where nothing is mapped yet; another one runs the
 * operation B. The VMA there is of a file whose page 1 is in the page cache, or
 * with ANON it is anonymous.
 *
 *	fault		the same fault
 *	populate	bring the page in for a system call
 *	truncate	take the page away from the file
 *	munmap		unmap the page
 *	mmap		map another page of the file over it (MAP_FIXED)
 *	mremap		move the mapping to 0x5000
 *	fork		copy the mappings to a child
 *
 * In the end no entry names a page that the file has lost: whoever touched the
 * page would see what another file has there next. The fault tests, with the
 * folio locked, that the page is still the file's; it was not if truncate was
 * faster (FAULT_NO_RECHECK). And it keeps the lock until the entry is set: with
 * FAULT_EARLY_UNLOCK truncate finds nothing to unmap, and the entry comes after.
 *
 * With MM_FREE_PGTABLES=1 the page table comes with the fault, and goes with the
 * VMA: the fault holds mmap_lock or the lock of its VMA, and is out of it by then.
 *
 * Result: FAULT_NO_RECHECK: violated assert
 * Result: FAULT_EARLY_UNLOCK: violated assert
 * Matrix: B=fault,populate,truncate,munmap,mremap,fork,mmap --kernel=5.12,6.6:
 *         holds
 * Matrix: B=fault,mremap,fork,munmap ANON --kernel=5.12,6.12: holds
 * Matrix: B=fault,populate,truncate,munmap,mremap,fork --kernel=6.12,7.1:
 *         holds
 * Matrix: B=fault,truncate,munmap,mmap,mremap,fork MM_FREE_PGTABLES=1
 *         --kernel=5.12,6.6,6.12,7.1: holds
 * Result: B=fault ANON --kernel=6.6: holds
 * Result: B=mremap ANON --kernel=6.6: holds
 * Result: B=fork ANON --kernel=6.6: holds
 * Result: B=fault ANON --kernel=7.1: holds
 * Result: B=mremap ANON --kernel=7.1: holds
 * Result: B=fork ANON --kernel=7.1: holds
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 8

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 5);
MM_POOL(ptdesc, 4);
MM_POOL(folio, 3);
MM_POOL(anon_vma, 3);

#define SRC	0x1000UL
#define DST	0x5000UL
#define INDEX	1

static struct mm_struct mm, child __maybe_unused;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static struct folio *page;

static void __maybe_unused op_fault(void)
{
	do_user_addr_fault(SRC);
}

static void __maybe_unused op_populate(void)
{
	mm_populate(SRC, PAGE_SIZE);
}

static void __maybe_unused op_truncate(void)
{
	truncate_inode_page(&mapping, page);
}

static void __maybe_unused op_munmap(void)
{
	__vm_munmap(SRC, PAGE_SIZE, true);
}

static void __maybe_unused op_mmap(void)
{
	mm_map_file(&mm, &file, SRC, PAGE_SIZE, VM_READ | VM_SHARED, INDEX + 2);
}

static void __maybe_unused op_mremap(void)
{
	do_mremap(SRC, PAGE_SIZE, DST);
}

static void __maybe_unused op_fork(void)
{
	dup_mmap(&child, &mm);
}

#ifndef B
#define B	truncate
#endif

#define RUN(op)		RUN_(op)
#define RUN_(op)	op_##op()

INIT
{
	mm_init(&mm);
	mm_init(&child);
	init_rwsem(&mapping.i_mmap_rwsem);
	page = folio_alloc(&mapping, NULL, INDEX);
	filemap_add_folio(&mapping, page);
#ifdef ANON
	mm_map(&mm, SRC, PAGE_SIZE, VM_ANON);
#else
	mm_map_file(&mm, &file, SRC, PAGE_SIZE, VM_READ | VM_SHARED, INDEX);
#endif
}

THREAD(fault, &mm)
{
	RUN(fault);
}

THREAD(b, &mm)
{
	RUN(B);
}

/* The page that mm maps at addr is still one of the file, or of an anon_vma. */
static void check_entry(struct mm_struct *mm, unsigned long addr)
{
	struct ptdesc *pt = mm->pmd[pmd_index(addr)];
	struct folio *folio;

	if (!pt || !pt_get(&pt->ptes, pte_offset(addr)))
		return;
	folio = pt_folio(&pt->ptes, pte_offset(addr));
	assert(folio->mapping || folio->anon_vma);
}

FINAL
{
	check_entry(&mm, SRC);
	check_entry(&mm, DST);
	check_entry(&child, SRC);
}
