// SPDX-License-Identifier: MIT
/*
 * vma_lookup_wait: what may be held by who waits for the lock of a VMA?
 *
 * lock_vma_under_rcu() fails while a writer is at work, though the VMA is there. Up to 7.3
 * who needs it takes mmap_lock then. lock_vma_under_rcu_wait(), which is to come in 7.4,
 * waits for mmap_lock for a moment and looks again, so that in the end a VMA that is there
 * is found. It must not be called with the lock of another VMA held (TWO): the writer has
 * mmap_lock, and waits for that reader. Nor with mmap_lock held: where there is no VMA it
 * would take a read lock twice (READ).
 *
 * Source: mm/mmap_lock.c in the tree of linux-mm, on top of 7.3-rc5 (October 2026).
 *
 * Kernel: 7.4
 * Result: holds
 * Result: --kernel=7.3: violated assert
 * Result: TWO: violated deadlock
 * Result: TWO --find=rule: violated lock-order
 * Result: READ: violated deadlock
 * Result: READ --find=rule: violated recursive-read
 * Result: TWO --kernel=7.3: holds
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);

#define FIRST	0x1000UL
#define SECOND	0x2000UL
#define HOLE	0x3000UL

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, FIRST, PAGE_SIZE, VM_ANON);
	mm_map(&mm, SECOND, PAGE_SIZE, VM_ANON | VM_LOCKED);
}

static struct vm_area_struct *lock_vma(struct mm_struct *mm, unsigned long addr)
{
#if VMA_LOOKUP_WAIT
	return lock_vma_under_rcu_wait(mm, addr);
#else
	return lock_vma_under_rcu(mm, addr);
#endif
}

THREAD(reader, &mm)
{
	struct vm_area_struct *vma, *second __maybe_unused;

#ifdef READ
	mmap_read_lock(current->mm);
	vma = lock_vma(current->mm, HOLE);
	assert(!vma);
	mmap_read_unlock(current->mm);
#endif
	vma = lock_vma(current->mm, FIRST);
#ifdef TWO
	second = lock_vma(current->mm, SECOND);
	if (second)
		vma_end_read(second);
#else
	assert(vma);
#endif
	if (vma)
		vma_end_read(vma);
}

/* Write to both. */
THREAD(writer, &mm)
{
	mmap_write_lock(current->mm);
	vma_start_write(vma_lookup(current->mm, SECOND));
	vma_start_write(vma_lookup(current->mm, FIRST));
	mmap_write_unlock(current->mm);
}
