// SPDX-License-Identifier: MIT
/*
 * hidden_vma: does a vma pointer keep its age in a void *, or with a mark?
 *
 * It does: what it is written as makes nobody hold a lock. KEEP holds mmap_lock until
 * the vma has been looked at; MUNMAP adds somebody who frees it.
 *
 * Kernel: 6.12
 * Result: violated unstable-vma
 * Result: MUNMAP: violated dangling-vma
 * Result: KEEP: holds
 * Result: KEEP MUNMAP: holds
 */

#include <linux/mm.h>
#include <mmcheck.h>

#define MARK	1UL

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, 0x1000, PAGE_SIZE, VM_ANON);
}

static unsigned long find(struct mm_struct *mm)
{
	void *found = vma_lookup(mm, 0x1000);

	return (unsigned long)found | MARK;
}

THREAD(reader, &mm)
{
	struct vm_area_struct *vma;
	unsigned long word;

	mmap_read_lock(current->mm);
	word = find(current->mm);
#ifndef KEEP
	mmap_read_unlock(current->mm);
#endif
	vma = (struct vm_area_struct *)(word - MARK);
	if (vma)
		assert(vma->vm_end == 0x2000);
#ifdef KEEP
	mmap_read_unlock(current->mm);
#endif
}

#ifdef MUNMAP
THREAD(munmap, &mm)
{
	sys_munmap(0x1000, PAGE_SIZE);
}
#endif
