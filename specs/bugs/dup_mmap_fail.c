// SPDX-License-Identifier: MIT
/*
 * dup_mmap_fail: who may look at the mappings of an incomplete child?
 *
 * Broken in 6.8 by d24062914837 ("fork: use __mt_dup() to duplicate maple tree in
 * dup_mmap()"). 64c37e134b12 ("kernel: be more careful about dup_mmap() failures and
 * uprobe registering", 6.14) marks such a child; 1367da7eb875 ("mm: swap: check for
 * stable address space before operating on the VMA", 2025) has swapoff look at the mark.
 *
 * fork copies the tree of VMAs as a whole first, and then puts a copy of each VMA in
 * the place of the parent's. When it fails on the way, the rest of the child's tree
 * still is VMAs of the parent. Nothing ever runs in this child, and exit_mmap() knows
 * where fork has stopped; but between the two mmap_lock is free, and others have found
 * the mm meanwhile, such as swapoff.
 *
 * BREAK has no mark. MARK sets MMF_UNSTABLE before the locks are given up, and swapoff
 * tests it under the lock; NO_TEST does not. CLEAR, the way of later kernels, leaves
 * nothing in the tree when it gives the locks up, and needs no mark.
 *
 * It teaches: a structure that others can find must be right whenever its lock is free,
 * or say that it is not. A mark helps as far as all who come by know of it.
 *
 * (The kernel leaves a special entry where it has stopped, which swapoff takes for a
 * VMA: that was the crash. Here there is none, and it comes to what lies behind.) A tree
 * with the VMAs of another mm is a mistake by itself: hence --ignore=vma-tree.
 *
 * Kernel: 6.12
 * Result: BREAK: violated vma-tree
 * Result: BREAK --ignore=vma-tree: violated dangling-vma
 * Result: MARK --ignore=vma-tree: holds
 * Result: MARK NO_TEST --ignore=vma-tree: violated dangling-vma
 * Result: CLEAR: holds
 * Result: CLEAR NO_TEST: holds
 */

#define MM_OOM 1
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);

#define FIRST	0x1000UL
#define SECOND	0x2000UL

static struct mm_struct mm, child;

INIT
{
	mm_init(&mm);
	mm_init(&child);
	mm_map(&mm, FIRST, PAGE_SIZE, VM_ANON);
	mm_map(&mm, SECOND, PAGE_SIZE, VM_READ);
}

/* Free the one VMA that is the child's own, and forget the others. */
static void destroy(struct mm_struct *mm)
{
	struct vm_area_struct *vma = vma_lookup(mm, FIRST);

	vma_start_write(vma);
	vma_mark_detached(vma, true);
	mt_clear(&mm->mm_mt, 0, TASK_SIZE);
	mm->map_count = 0;
	vm_area_free(vma);
}

/* As dup_mmap(), which a signal stops behind the first VMA. */
static void dup_first(struct mm_struct *mm, struct mm_struct *oldmm)
{
	struct vm_area_struct *mpnt, *tmp;

	mmap_write_lock(oldmm);
	mmap_write_lock_nested(mm, SINGLE_DEPTH_NESTING);
	for (mpnt = find_vma(oldmm, 0); mpnt; mpnt = find_vma(oldmm, mpnt->vm_end))
		mt_store(&mm->mm_mt, mpnt->vm_start, mpnt->vm_end, mpnt);

	mpnt = vma_lookup(oldmm, FIRST);
	vma_start_write(mpnt);
	tmp = vm_area_dup(mpnt);
	tmp->vm_mm = mm;
	vma_start_write(tmp);
	vma_mark_attached(tmp);
	mt_store(&mm->mm_mt, FIRST, FIRST + PAGE_SIZE, tmp);
	mm->map_count++;

#if defined(CLEAR)
	destroy(mm);
#elif defined(MARK)
	set_bit(MMF_UNSTABLE, &mm->flags);
#endif
	mmap_write_unlock(mm);
	mmap_write_unlock(oldmm);
}

THREAD(fork, &mm)
{
	dup_first(&child, current->mm);
#ifndef CLEAR
	mmap_write_lock(&child);
	destroy(&child);
	mmap_write_unlock(&child);
#endif
}

/* As unuse_mm(). */
THREAD(swapoff, NULL)
{
	struct vm_area_struct *vma;
	bool stable = true;

	mmap_read_lock(&child);
#ifndef NO_TEST
	stable = check_stable_address_space(&child);
#endif
	if (stable)
		for (vma = find_vma(&child, 0); vma; vma = find_vma(&child, vma->vm_end))
			assert(vma->vm_flags & VM_READ);
	mmap_read_unlock(&child);
}

THREAD(munmap, &mm)
{
	sys_munmap(SECOND, PAGE_SIZE);
}
