// SPDX-License-Identifier: MIT
/*
 * vmacache: who tells a task that the VMA that it remembers is gone?
 *
 * From 3.15 to 6.0 each task remembered the VMA of its last lookup, and the number
 * that its mm had then. Whoever takes VMAs out of the tree raises the number of the
 * mm, with mmap_lock held for writing: the next lookup of any task sees that its
 * own is old (KEEP). Without that, the next lookup returns a VMA that is freed
 * (BREAK), also in the task that freed it (SELF). LATE raises it after the
 * downgrade, when a reader may already have looked. ONLY_SELF empties the cache of
 * the task itself, and not of others.
 *
 * Kernel: 5.12
 * Result: KEEP: holds
 * Result: KEEP SELF: holds
 * Result: BREAK: violated dangling-vma
 * Result: BREAK SELF: violated dangling-vma
 * Result: ONLY_SELF: violated dangling-vma
 * Result: ONLY_SELF SELF: holds
 * Result: LATE: violated dangling-vma
 * Result: LATE SELF: holds
 * Result: KEEP --kernel=4.19: holds
 */

#define MM_VMACACHE 64
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
}

static void look(struct mm_struct *mm)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, ADDR);
	if (vma)
		assert(vma->vm_start == ADDR);
	mmap_read_unlock(mm);
}

/* As __do_munmap() for the one VMA that there is. */
static void unmap(struct mm_struct *mm)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = find_vma(mm, ADDR);
	mt_clear(&mm->mm_mt, ADDR, ADDR + PAGE_SIZE);
	mm->map_count--;
#if defined(KEEP)
	vmacache_invalidate(mm);
#elif defined(ONLY_SELF)
	current->vmacache = NULL;
#endif
	mmap_write_downgrade(mm);
#ifdef LATE
	vmacache_invalidate(mm);
#endif
	vm_area_free(vma);
	mmap_read_unlock(mm);
}

#ifdef SELF

THREAD(user, &mm)
{
	look(current->mm);
	unmap(current->mm);
	look(current->mm);
}

#else

THREAD(user, &mm)
{
	look(current->mm);
	look(current->mm);
}

THREAD(munmap, &mm)
{
	unmap(current->mm);
}

#endif
