// SPDX-License-Identifier: MIT
/*
 * fork_skip_unfaulted: may fork not lock VMAs without an anon_vma?
 *
 * Asked on linux-mm in May 2026: faults that read a file with the lock of their VMA keep
 * fork waiting, which locks each VMA of the parent. One proposal is to lock only what has
 * an anon_vma, since of the others nothing is copied (SKIP). The objection: a fault may give
 * the VMA one behind that look, and map a page that the child gets and is not found by.
 *
 * In 7.1 it cannot. Who gives a VMA its first anon_vma holds mmap_lock for reading beside
 * the lock of the VMA, or gives up; fork holds mmap_lock for writing. MADV_DONTNEED (ZAP)
 * takes pages away with the lock of the VMA alone, but there are none to be copied. Up to
 * 6.9 a fault did with the lock of the VMA (OLD): there the objection is right, with one
 * fault as well as with two, and fork has to lock what it looks at.
 *
 * Not asked here: VMAs that have an anon_vma. Those must be locked, see
 * bugs/fork_wp_copy.c, which is so in 7.1 as well.
 *
 * Bounds: one VMA of anonymous memory, one page, one thread beside fork. Assumed: what
 * __vmf_anon_prepare() of 7.1 does is as it stands below.
 *
 * Kernel: 7.1
 * Result: holds
 * Result: SKIP: holds
 * Result: SKIP ZAP: holds
 * Result: SKIP --kernel=6.12: holds
 * Result: SKIP OLD: violated rmap-miss
 * Result: SKIP OLD --kernel=6.6: violated rmap-miss
 * Result: OLD --ignore=unlocked-write: holds
 */

#define LOCK_VMA_ANON_VMA 0	/* 6.6 turned faults away that find no anon_vma, if not reliably */
#ifdef SKIP
#define FORK_SKIP_UNFAULTED	/* as proposed */
#endif
#define MM_RMAP 1
#define MM_TASK_PAGES 2

#include <linux/mm.h>
#include <mm/mmap_lock.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 2);
MM_POOL(ptdesc, 4);

#define ADDR	0x1000UL

static struct mm_struct mm, child;

INIT
{
	mm_init(&mm);
	mm_init(&child);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
}

THREAD(fork, &mm)
{
	dup_mmap(&child, current->mm);
}

/* The first page of vma is about to be mapped, with the lock of the VMA held. */
static int vmf_anon_prepare(struct vm_area_struct *vma)
{
#ifdef OLD
	anon_vma_prepare(vma);
#else
	if (vma->anon_vma)
		return 0;
	if (!mmap_read_trylock(vma->vm_mm)) {
		vma_end_read(vma);
		return VM_FAULT_RETRY;
	}
	anon_vma_prepare(vma);
	mmap_read_unlock(vma->vm_mm);
#endif
	return 0;
}

THREAD(fault, &mm)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(current->mm, ADDR);

	if (!vma || vmf_anon_prepare(vma))
		return;
	finish_fault(vma, ADDR, folio_alloc(NULL, vma->anon_vma, ADDR >> PAGE_SHIFT));
	vma_end_read(vma);
}

#ifdef ZAP
THREAD(dontneed, &mm)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(current->mm, ADDR);

	if (!vma)
		return;
	zap_page_range(current->mm, ADDR, ADDR + PAGE_SIZE);
	vma_end_read(vma);
}
#endif
