// SPDX-License-Identifier: MIT
/*
 * row1_nothing: what may be done with a VMA while no lock is held?
 *
 * First row of the table of lock states: no mmap_lock, no VMA lock, no rmap
 * lock. Nothing may be read, nothing written. READ reads a flag after the
 * unlock: nothing keeps the VMA, even if nobody frees it here. With MUNMAP
 * somebody does. KEEP copies what it needs while it holds the lock; comparing
 * the bare pointer afterwards is no access.
 *
 * Result: READ: violated unstable-vma
 * Result: READ MUNMAP: violated dangling-vma
 * Result: READ MUNMAP --kernel=6.12: violated dangling-vma
 * Result: READ MUNMAP --find=rule: violated unstable-vma
 * Result: KEEP: holds, 108 states
 * Result: KEEP MUNMAP: holds, 152 states
 * Result: KEEP MUNMAP --kernel=6.12: holds, 144 states
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

THREAD(reader, &mm)
{
	struct vm_area_struct *vma;
	vm_flags_t flags = VM_READ;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, 0x1000);
#ifdef KEEP
	if (vma)
		flags = vma->vm_flags;
#endif
	mmap_read_unlock(current->mm);
#ifdef READ
	if (vma)
		flags = vma->vm_flags;
#endif
	assert(!vma || (flags & VM_READ));
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
