// SPDX-License-Identifier: MIT
/*
 * row2_vma_lock: what does the read lock of one VMA permit?
 *
 * Second row: no mmap_lock, the VMA lock for reading. The VMA is stable and may
 * be read (READ). It may not be written (WRITE), and its neighbours are not
 * covered (NEIGHBOUR), although they were found in the same walk. With MUNMAP
 * the other thread frees the VMA, but only after the reader has left it.
 *
 * Result: READ: holds, 186 states
 * Result: READ --kernel=6.12: holds, 106 states
 * Result: READ MUNMAP: holds, 382 states
 * Result: READ MUNMAP --kernel=6.12: holds, 264 states
 * Result: WRITE: violated unlocked-write
 * Result: WRITE --kernel=6.12: violated unlocked-write
 * Result: NEIGHBOUR: violated unstable-vma
 * Result: NEIGHBOUR --kernel=6.12: violated unstable-vma
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, 0x1000, PAGE_SIZE, VM_ANON);
	mm_map(&mm, 0x2000, PAGE_SIZE, VM_READ);
}

THREAD(reader, &mm)
{
	struct vm_area_struct *vma, *next;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, 0x1000);
	next = vma_lookup(current->mm, 0x2000);
	if (!vma) {
		mmap_read_unlock(current->mm);
		return;
	}
	vma_start_read_locked(vma);	/* the hold passes from mmap_lock to the VMA lock */
	mmap_read_unlock(current->mm);

	assert(vma->vm_flags & VM_READ);
#ifdef WRITE
	vma->vm_flags = VM_READ;
#endif
#ifdef NEIGHBOUR
	assert(next->vm_flags & VM_READ);
#endif
	vma_end_read(vma);
	(void)next;
}

#ifdef MUNMAP
THREAD(munmap, &mm)
{
	sys_munmap(0x1000, PAGE_SIZE);
}
#else
THREAD(mlock, &mm)
{
	struct vm_area_struct *vma;

	mmap_write_lock(current->mm);
	vma = vma_lookup(current->mm, 0x1000);
	vm_flags_set(vma, VM_LOCKED);	/* waits for the reader */
	mmap_write_unlock(current->mm);
}
#endif
