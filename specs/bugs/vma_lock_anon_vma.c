// SPDX-License-Identifier: MIT
/*
 * vma_lock_anon_vma: when may a fault look whether its VMA has an anon_vma?
 *
 * Found by Jann Horn, no CVE. Broken in 6.4 by 5e31275cc997, fixed in 6.5-rc4 by
 * 657b5146955e ("mm: lock_vma_under_rcu() must check vma->anon_vma under vma lock").
 *
 * A fault on a VMA without an anon_vma asks the neighbours for one that it can
 * share. The lock of a VMA says nothing about its neighbours, so such faults take
 * mmap_lock. But whether there is an anon_vma was asked before the VMA was locked
 * (BREAK): mremap() with MREMAP_DONTUNMAP takes it away in between, and a munmap
 * frees the neighbour that the fault then looks at.
 *
 * It teaches: what is found out about a VMA before it is locked may be wrong once
 * it is locked; and that the lock of a VMA covers this one VMA. It takes two lost
 * races in a row to see the neighbour freed, but the rule breaks without any.
 *
 * Later kernels (6.10) do not ask at all beforehand: they try for mmap_lock when they
 * need the neighbours (TRYLOCK).
 *
 * Kernel: 6.4
 * Result: holds
 * Result: --kernel=6.6: holds
 * Result: BREAK: violated dangling-vma
 * Result: BREAK --find=rule: violated unstable-vma
 * Result: BREAK --kernel=6.6: violated dangling-vma
 * Result: TRYLOCK: holds
 * Result: TRYLOCK --kernel=6.12: holds
 * Result: TRYLOCK --kernel=6.15: holds
 */

/* What lock_vma_under_rcu() asks: too early as in 6.4, as in 6.5, nothing as in 6.10. */
#if defined(BREAK)
#define LOCK_VMA_ANON_VMA 2
#elif defined(TRYLOCK)
#define LOCK_VMA_ANON_VMA 0
#else
#define LOCK_VMA_ANON_VMA 1
#endif
#define MM_RMAP 1
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mm/mmap_lock.h>
#include <mmcheck.h>

#define V	0x1000UL
#define X	0x2000UL	/* its neighbour */

static struct mm_struct mm;
static struct anon_vma *of_pages;	/* where the pages of V belong: it stays for them */

INIT
{
	mm_init(&mm);
	mm_map(&mm, V, PAGE_SIZE, VM_ANON);
	anon_vma_prepare(vma_lookup(&mm, V));
	of_pages = vma_lookup(&mm, V)->anon_vma;
	mm_map(&mm, X, PAGE_SIZE, VM_READ);
}

/* Find an anon_vma that vma can share with the VMA behind it. */
static struct anon_vma *find_mergeable_anon_vma(struct vm_area_struct *vma)
{
	struct vm_area_struct *next = mt_above(&vma->vm_mm->mm_mt, vma->vm_end);

	return next ? next->anon_vma : NULL;
}

/* The first page of vma is about to be mapped. */
static void __anon_vma_prepare(struct vm_area_struct *vma)
{
	if (!find_mergeable_anon_vma(vma))
		anon_vma_prepare(vma);	/* a new one: the neighbour here has none */
}

#ifdef TRYLOCK

/* VM_FAULT_RETRY: give up, and take mmap_lock from the start. */
static int vmf_anon_prepare(struct vm_area_struct *vma)
{
	if (vma->anon_vma)
		return 0;
	if (!mmap_read_trylock(vma->vm_mm)) {
		vma_end_read(vma);
		return VM_FAULT_RETRY;
	}
	__anon_vma_prepare(vma);
	mmap_read_unlock(vma->vm_mm);
	return 0;
}

#endif

THREAD(fault, &mm)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(current->mm, V);

	if (!vma)
		return;
#ifdef TRYLOCK
	if (vmf_anon_prepare(vma))
		return;
#else
	if (!vma->anon_vma)
		__anon_vma_prepare(vma);
#endif
	vma_end_read(vma);
}

/*
 * mremap() of V with MREMAP_DONTUNMAP: its pages have moved, the VMA stays, but not
 * its anon_vma. Then X is unmapped.
 */
THREAD(mremap, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, V);
	vma_start_write(vma);
	unlink_anon_vmas(vma);
	vma->anon_vma = NULL;
	mmap_write_unlock(mm);

	sys_munmap(X, PAGE_SIZE);
}
