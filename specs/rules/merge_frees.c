// SPDX-License-Identifier: MIT
/*
 * merge_frees: can a VMA vanish under a write lock that is held all the time?
 *
 * mprotect_fixup() may merge the VMA into its neighbour, which then covers the
 * range, and free it. No other thread is needed. BREAK goes on with the VMA it
 * passed in, KEEP with the one it got back.
 *
 * A mapping between two VMAs that agree with it makes one of all three (HOLE): the upper
 * one goes, and a fault may be there with its lock. It is waited for before.
 *
 * Result: BREAK: violated dangling-vma
 * Result: BREAK --kernel=5.12: violated dangling-vma
 * Result: KEEP: holds, 219 states
 * Result: KEEP --kernel=6.12: holds, 235 states
 * Result: HOLE: holds
 * Result: HOLE --kernel=6.12: holds
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, 0x1000, PAGE_SIZE, VM_READ);
#ifdef HOLE
	mm_map(&mm, 0x3000, PAGE_SIZE, VM_READ);
#else
	mm_map(&mm, 0x2000, PAGE_SIZE, VM_READ | VM_WRITE);
#endif
}

#ifdef HOLE

THREAD(mmap, &mm)
{
	mm_map(current->mm, 0x2000, PAGE_SIZE, VM_READ);
}

THREAD(fault, &mm)
{
	do_user_addr_fault(0x3000);
}

#else

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

#endif
