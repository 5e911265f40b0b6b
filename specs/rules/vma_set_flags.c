// SPDX-License-Identifier: MIT
/*
 * vma_set_flags: does who sets a flag of a VMA lock it?
 *
 * vm_flags_set() locks the VMA for writing, from 6.4 on: mmap_lock does not keep those away
 * who hold the lock of the VMA. The functions of 7.1 that take flags by their numbers do
 * not, and do not complain either. So mseal(), which had left it to vm_flags_set(), had to
 * say vma_start_write() when it came to use them: without that (FORGET), it changes what a
 * page fault reads.
 *
 * A VMA that nobody can find yet needs no lock (NEW).
 *
 * Source: mm/mseal.c of 6.18.2 and of 7.1.
 *
 * Kernel: 7.1
 * Result: holds
 * Result: FORGET: violated unlocked-write
 * Result: FORGET --ignore=unlocked-write: violated data-race
 * Result: FORGET --kernel=6.18: holds
 * Result: NEW: holds
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);

#define ADDR	0x1000UL

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
#ifndef NEW
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
#endif
}

THREAD(fault, &mm)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(current->mm, ADDR);

	if (!vma)
		return;
	assert(vma->vm_flags & VM_READ);
	vma_end_read(vma);
}

static void set_sealed(struct vm_area_struct *vma)
{
#if VMA_FLAGS_EXPLICIT_LOCK
	vma_set_flags(vma, VMA_SEALED_BIT);
#else
	vm_flags_set(vma, VM_SEALED);
#endif
}

#ifdef NEW

THREAD(mmap, &mm)
{
	struct vm_area_struct *vma = vm_area_alloc(current->mm);

	vma->vm_start = ADDR;
	vma->vm_end = ADDR + PAGE_SIZE;
	vma_set_flags(vma, VMA_READ_BIT, VMA_WRITE_BIT);
	vma_clear_flags(vma, VMA_WRITE_BIT);
	set_sealed(vma);
	assert(vma_test(vma, VMA_READ_BIT) && !vma_test(vma, VMA_WRITE_BIT));
	mmap_write_lock(current->mm);
	vma_link(current->mm, vma);
	mmap_write_unlock(current->mm);
}

#else

THREAD(mseal, &mm)
{
	struct vm_area_struct *vma;

	mmap_write_lock(current->mm);
	vma = vma_lookup(current->mm, ADDR);
#ifndef FORGET
	vma_start_write(vma);
#endif
	set_sealed(vma);
	mmap_write_unlock(current->mm);
}

#endif
