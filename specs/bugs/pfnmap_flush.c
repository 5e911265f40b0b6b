// SPDX-License-Identifier: MIT
/*
 * pfnmap_flush: until when must munmap() have flushed what it has unmapped?
 *
 * CVE-2022-39188, found by Jann Horn; fixed in 5.19 by b67fbebd4cf9 ("mmu_gather: Force
 * tlb-flush VM_PFNMAP vmas"), in stable kernels by 895428ee124a. munmap() clears the
 * entries, takes the VMA out of the tree of the file, and flushes in the end. Pages of
 * ordinary memory are kept until the flush. Those of a device are not counted: its driver
 * takes them back by way of the tree, finds no VMA there any more, and frees them, with
 * the flush still to come.
 *
 * Since 5.19 CPUs forget a VMA with VM_PFNMAP before it leaves the tree. Pages that are
 * counted (COUNTED) need no such care, nor does a driver that never takes its pages back
 * (ALONE).
 *
 * It teaches: a flush that is put off needs somebody who keeps the page meanwhile: a
 * reference, or that it can still be found.
 *
 * Kernel: 5.18
 * Result: violated tlb-stale
 * Result: COUNTED: holds
 * Result: ALONE: holds
 * Result: --kernel=5.19: holds
 * Result: --kernel=6.12: holds
 */

#define MM_RMAP 1
#define MM_TLB 1
#define PTRS_PER_PTE 2
#define MM_TASK_PAGES 2

#include <linux/mm.h>
#include <mm/truncate.h>
#include <mmcheck.h>

#define ADDR	0x1000UL
#define INDEX	0UL

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static struct folio *page;	/* of the device, which has a reference */

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, ADDR, PAGE_SIZE, VM_READ | VM_WRITE | VM_SHARED | VM_PFNMAP, INDEX);
	page = folio_alloc(&mapping, NULL, INDEX);
#ifdef COUNTED
	mm_map_folio(&mm, ADDR, page, _PAGE_PRESENT | _PAGE_RW);
#else
	vmf_insert_pfn(vma_lookup(&mm, ADDR), ADDR, page);
#endif
}

THREAD(munmap, &mm)
{
	sys_munmap(ADDR, PAGE_SIZE);
}

#ifndef ALONE

/* The driver takes its memory back. */
THREAD(revoke, NULL)
{
	unmap_mapping_page(&mapping, INDEX, NULL);
	folio_put(page);
}

#endif

/* Another thread of the process. */
THREAD(user, &mm)
{
	user_write(current->mm, ADDR);
	user_write(current->mm, ADDR);
}
