// SPDX-License-Identifier: MIT
/*
 * lock_next_vma: can the VMAs of a process be listed without mmap_lock?
 *
 * /proc/PID/maps does so from 6.17 on, by lock_next_vma(): it looks for the next
 * VMA in an RCU read section, locks it, and goes on where that ends. What it shows
 * may be of different moments, but no VMA twice, and no hole that never was.
 *
 * mprotect splits the VMA of two pages, and it is the upper half that keeps its
 * struct: found as the VMA at 0x1000, it begins at 0x2000 when it is locked. Whoever
 * does not look for the lower half then has seen a hole (LOCK_NEXT_NO_VERIFY). It
 * is mm_lock_seq that tells whether there is anything to look for. Where munmap was
 * at work (UNMAP), the hole is there.
 *
 * Who goes on in the middle of the VMA (MIDDLE) finds one that munmap may cut there: what
 * is locked then ends before the rest begins, and is not the next one.
 *
 * Source: mm/mmap_lock.c and fs/proc/task_mmu.c of 6.18.2.
 *
 * Kernel: 6.17
 * Result: holds
 * Result: LOCK_NEXT_NO_VERIFY: violated assert
 * Result: UNMAP: holds
 * Result: UNMAP LOCK_NEXT_NO_VERIFY: holds
 * Result: MIDDLE: holds
 * Result: --kernel=6.18: holds
 * Result: LOCK_NEXT_NO_VERIFY --kernel=6.18: violated assert
 * Result: MIDDLE --kernel=6.18: holds
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mm/mmap_lock.h>
#include <mmcheck.h>

#define FIRST	0x1000UL
#define SECOND	0x2000UL

#ifdef MIDDLE
#define BEGIN	SECOND
#else
#define BEGIN	FIRST
#endif

MM_POOL(vm_area_struct, 3);

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, FIRST, 2 * PAGE_SIZE, VM_ANON);
}

/* Nothing is shown but where VMAs begin and end. */
THREAD(maps, NULL)
{
	unsigned long pos = BEGIN;
	struct vm_area_struct *vma;

	rcu_read_lock();
	for (vma = lock_next_vma(&mm, pos); !IS_ERR_OR_NULL(vma); vma = lock_next_vma(&mm, pos)) {
		assert(vma->vm_end > pos);
#if defined(MIDDLE)
		assert(vma->vm_start <= pos);
#elif defined(UNMAP)
		assert(vma->vm_start == pos || vma->vm_start == SECOND);
#else
		assert(vma->vm_start == pos);
#endif
		pos = vma->vm_end;
		vma_end_read(vma);
	}
	rcu_read_unlock();
}

#if defined(UNMAP) || defined(MIDDLE)

THREAD(munmap, &mm)
{
	sys_munmap(BEGIN, PAGE_SIZE);
}

#else

THREAD(mprotect, &mm)
{
	do_mprotect_pkey(SECOND, PAGE_SIZE, PROT_READ, -1);
}

#endif
