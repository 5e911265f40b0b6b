// SPDX-License-Identifier: MIT
/*
 * merge_frees: can a VMA vanish under a write lock that is held all the time?
 *
 * mprotect_fixup() may merge the VMA into its neighbour, which then covers the
 * range, and free it. No other thread is needed. BREAK goes on with the VMA it
 * passed in, KEEP with the one it got back.
 *
 * Result: BREAK: violated dangling-vma
 * Result: BREAK --kernel=5.12: violated dangling-vma
 * Result: KEEP: holds, 244 states
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, 0x1000, PAGE_SIZE, VM_READ);
	mm_map(&mm, 0x2000, PAGE_SIZE, VM_READ | VM_WRITE);
}

THREAD(mprotect, &mm)
{
	struct vm_area_struct *vma, *merged;

	mmap_write_lock(current->mm);
	vma = vma_lookup(current->mm, 0x2000);
	mprotect_fixup(vma, &merged, 0x2000, 0x3000, VM_READ);
#ifdef BREAK
	assert(vma->vm_end == 0x3000);
#else
	assert(merged->vm_end == 0x3000);
#endif
	mmap_write_unlock(current->mm);
}

THREAD(reader, &mm)
{
	struct vm_area_struct *vma;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, 0x2000);
	assert(vma->vm_flags & VM_READ);
	mmap_read_unlock(current->mm);
}
