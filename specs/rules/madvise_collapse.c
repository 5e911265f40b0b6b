// SPDX-License-Identifier: MIT
/*
 * madvise_collapse: how often does MADV_COLLAPSE look for its VMA?
 *
 * Behind each drop of mmap_lock, three times for a huge page: when it has allocated the page,
 * when it has mmap_lock for writing, and when it goes on to the next one. The second huge
 * page is unmapped meanwhile, or with MPROTECT it gets a VMA of its own. With
 * COLLAPSE_NO_REVALIDATE there is no look once mmap_lock is held for writing.
 *
 * Source: mm/khugepaged.c of 6.1 and later.
 *
 * Result: holds
 * Result: MPROTECT: holds
 * Result: --kernel=6.1: holds
 * Result: COLLAPSE_NO_REVALIDATE: violated stale-vma
 * Result: COLLAPSE_NO_REVALIDATE MPROTECT: violated stale-vma
 */

#define MM_COLLAPSE 1
#define MM_USERFAULTFD 1	/* whether a missing page may be replaced is asked of the VMA */
#define MM_TASK_PAGES 6

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);

#define FIRST	0x2000UL
#define SECOND	0x4000UL

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, FIRST, 2 * HPAGE_PMD_SIZE, VM_ANON);
	pt_set(&mm.pgd, FIRST, _PAGE_PRESENT | _PAGE_RW);
	pt_set(&mm.pgd, SECOND, _PAGE_PRESENT | _PAGE_RW);
}

THREAD(collapse, &mm)
{
	sys_madvise(FIRST, 2 * HPAGE_PMD_SIZE, MADV_COLLAPSE);
}

#ifdef MPROTECT
THREAD(mprotect, &mm)
{
	sys_mprotect(SECOND, HPAGE_PMD_SIZE, PROT_READ);
}
#else
THREAD(munmap, &mm)
{
	sys_munmap(SECOND, HPAGE_PMD_SIZE);
}
#endif
