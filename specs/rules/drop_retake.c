// SPDX-License-Identifier: MIT
/*
 * drop_retake: may a VMA be used after its lock was dropped and taken again?
 *
 * The lock is held at the access, and in this spec the VMA is even alive: yet
 * the pointer is older than the hold (BREAK). With MUNMAP it is freed memory.
 * KEEP carries the address over the gap, and looks the VMA up again.
 *
 * Kernel: 5.12
 * Result: BREAK: violated stale-vma
 * Result: BREAK MUNMAP: violated dangling-vma
 * Result: KEEP: holds, 113 states
 * Result: KEEP MUNMAP: holds, 163 states
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, 0x1000, PAGE_SIZE, VM_ANON);
}

THREAD(user, &mm)
{
	struct vm_area_struct *vma;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, 0x1000);
	if (vma)
		assert(vma->vm_flags & VM_READ);
	mmap_read_unlock(current->mm);

	mmap_read_lock(current->mm);
#ifdef KEEP
	vma = vma_lookup(current->mm, 0x1000);
#endif
	if (vma)
		assert(vma->vm_flags & VM_READ);
	mmap_read_unlock(current->mm);
}

#ifdef MUNMAP
THREAD(munmap, &mm)
{
	sys_munmap(0x1000, PAGE_SIZE);
}
#else
THREAD(mprotect, &mm)
{
	sys_mprotect(0x1000, PAGE_SIZE, PROT_READ);
}
#endif
