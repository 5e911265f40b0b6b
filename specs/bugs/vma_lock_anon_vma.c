// SPDX-License-Identifier: MIT
/*
 * vma_lock_anon_vma: when may a fault look whether its VMA has an anon_vma?
 *
 * Found by Jann Horn. Broken in 6.4 by 5e31275cc997, fixed in 6.5 by 657b5146955e
 * ("mm: lock_vma_under_rcu() must check vma->anon_vma under vma lock").
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
 * Later kernels do not ask at all beforehand: they try for mmap_lock when they
 * need the neighbours (TRYLOCK).
 *
 * Kernel: 6.6
 * Result: holds
 * Result: BREAK: violated dangling-vma
 * Result: BREAK --find=rule: violated unstable-vma
 * Result: TRYLOCK: holds
 * Result: TRYLOCK --kernel=6.15: holds
 */

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

#ifdef TRYLOCK

static struct vm_area_struct *lock_vma(struct mm_struct *mm, unsigned long addr)
{
	return lock_vma_under_rcu(mm, addr);
}

#else

/* As lock_vma_under_rcu() in 6.4. V is never unmapped: it needs no other test. */
static struct vm_area_struct *lock_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	rcu_read_lock();
	vma = mt_lookup(&mm->mm_mt, addr);
#ifdef BREAK
	if (!vma->anon_vma)
		vma = NULL;
#endif
	if (vma && !vma_start_read(vma))
		vma = NULL;
#ifndef BREAK
	if (vma && !vma->anon_vma) {
		vma_end_read(vma);
		vma = NULL;
	}
#endif
	rcu_read_unlock();
	return vma;
}

#endif

/* Find an anon_vma that vma can share with the VMA behind it. */
static struct anon_vma *find_mergeable_anon_vma(struct vm_area_struct *vma)
{
	struct vm_area_struct *next = mt_find(&vma->vm_mm->mm_mt, vma->vm_end);

	return next ? next->anon_vma : NULL;
}

/* False: give up, and take mmap_lock from the start. */
static bool anon_prepare(struct vm_area_struct *vma)
{
	if (vma->anon_vma)
		return true;
#ifdef TRYLOCK
	if (!mmap_read_trylock(vma->vm_mm))
		return false;
#endif
	if (!find_mergeable_anon_vma(vma))
		anon_vma_prepare(vma);
#ifdef TRYLOCK
	mmap_read_unlock(vma->vm_mm);
#endif
	return true;
}

THREAD(fault, &mm)
{
	struct vm_area_struct *vma = lock_vma(current->mm, V);

	if (!vma)
		return;
	anon_prepare(vma);
	vma_end_read(vma);
}

/* MREMAP_DONTUNMAP: the pages have moved, the VMA stays, its anon_vma does not. */
static void leave_anon_vma(struct mm_struct *mm)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, V);
	vma_start_write(vma);
	unlink_anon_vmas(vma);
	vma->anon_vma = NULL;
	mmap_write_unlock(mm);
}

THREAD(mremap, &mm)
{
	leave_anon_vma(current->mm);
	sys_munmap(X, PAGE_SIZE);
}
