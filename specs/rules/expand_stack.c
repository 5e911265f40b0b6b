// SPDX-License-Identifier: MIT
/*
 * expand_stack: who holds mmap_lock when expand_stack() returns?
 *
 * From 6.5 on a stack grows with the write lock. Who has the read lock and calls
 * expand_stack() loses it on the way: the VMA is looked up again under the write
 * lock. With a VMA as the result mmap_lock is held for reading again; with NULL, for
 * there is no stack or no room, it is not held at all. access_remote_vm() therefore
 * returns at once (KEEP), where it unlocks in all other cases.
 *
 * UNLOCK does not know, and releases the lock once more. It shows only when there
 * is no stack (GAP), or when it goes away meanwhile (MUNMAP). OLD goes on with the
 * VMA that it had, which may have been replaced by another stack (REPLACE). LOSE
 * believes that the lock is never held afterwards.
 *
 * Kernel: 6.12
 * Result: KEEP: holds
 * Result: KEEP GAP: holds
 * Result: KEEP MUNMAP: holds
 * Result: KEEP REPLACE: holds
 * Result: KEEP MUNMAP --kernel=6.15: holds
 * Result: KEEP REPLACE --kernel=6.15: holds
 * Result: UNLOCK GAP: violated lock-misuse
 * Result: UNLOCK MUNMAP: violated lock-misuse
 * Result: UNLOCK MUNMAP --kernel=6.15: violated lock-misuse
 * Result: OLD REPLACE: violated dangling-vma
 * Result: OLD REPLACE --kernel=6.15: violated dangling-vma
 * Result: LOSE: violated lock-leak
 */

#define MM_TASK_PAGES 8

#include <linux/mm.h>
#include <mmcheck.h>

#define STACK	0x4000UL
#define BELOW	(STACK - PAGE_SIZE)

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
#ifdef GAP
	mm_map(&mm, STACK, PAGE_SIZE, VM_ANON);
#else
	mm_map(&mm, STACK, PAGE_SIZE, VM_ANON | VM_GROWSDOWN);
#endif
}

/* As __access_remote_vm(): look at memory below the stack. */
THREAD(poke, NULL)
{
	struct vm_area_struct *vma, *old __maybe_unused;

	mmap_read_lock(&mm);
	vma = old = find_vma(&mm, BELOW);
	if (!vma || vma->vm_start > BELOW)
		vma = expand_stack(&mm, BELOW);
#ifdef LOSE
	return;
#endif
	if (!vma) {
#ifdef UNLOCK
		mmap_read_unlock(&mm);
#endif
		return;
	}
#ifdef OLD
	if (old)
		vma = old;
#endif
	assert(vma->vm_flags & VM_READ);
	mmap_read_unlock(&mm);
}

#if defined(MUNMAP) || defined(REPLACE)
THREAD(munmap, &mm)
{
	sys_munmap(STACK, PAGE_SIZE);
#ifdef REPLACE
	mm_map(current->mm, STACK, PAGE_SIZE, VM_ANON | VM_GROWSDOWN);
#endif
}
#endif
