// SPDX-License-Identifier: MIT
/*
 * fixup_user_fault: is mmap_lock held all the time if it is held in the end?
 *
 * Not across a function that may drop it and take it again. fixup_user_fault() serves
 * a fault for a caller that holds mmap_lock for reading, and always comes back with it;
 * whether it was dropped on the way is what *unlocked says. If it was, the VMA that the
 * caller had may be gone: it is looked up again (KEEP), or all begins again (AGAIN), as
 * KVM does for a page of a device.
 *
 * IGNORE goes on with the VMA, for the lock is held. With NO_RETRY the caller does not
 * permit the drop, and the VMA stays. The other thread unmaps the page, and maps another.
 *
 * It teaches: "with the lock held" before and after a call says nothing about between.
 *
 * Kernel: 6.12
 * Result: KEEP: holds
 * Result: KEEP --kernel=5.12: holds
 * Result: KEEP --kernel=6.15: holds
 * Result: AGAIN: holds
 * Result: NO_RETRY: holds
 * Result: IGNORE: violated dangling-vma
 * Result: IGNORE --find=rule: violated stale-vma
 * Result: IGNORE --kernel=5.12: violated dangling-vma
 * Result: IGNORE --kernel=6.15: violated dangling-vma
 */

#define MM_TASK_PAGES 4
#define MM_VM_FAULT driver_fault

#include <linux/mm.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
}

/* The page of the device is there at once, or has to be waited for without the lock. */
static int driver_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags)
{
	if (flags & FAULT_FLAG_ALLOW_RETRY && !pt_get(&vma->vm_mm->pgd, address) && nondet(0, 1)) {
		mmap_read_unlock(vma->vm_mm);
		return VM_FAULT_RETRY;
	}
	return do_anonymous_page(vma, address);
}

/* Called, and returns, with mmap_lock held for reading. NULL: it may not be dropped. */
static int fixup_user_fault(struct mm_struct *mm, unsigned long address, bool *unlocked)
{
	unsigned int flags = unlocked ? FAULT_FLAG_ALLOW_RETRY : 0;
	struct vm_area_struct *vma;
	int fault;

	for (;;) {
		vma = vma_lookup(mm, address);
		if (!vma)
			return -EFAULT;
		fault = handle_mm_fault(vma, address, flags, NULL);
		if (!(fault & VM_FAULT_RETRY))
			return fault ? -EFAULT : 0;
		mmap_read_lock(mm);
		*unlocked = true;
		flags = 0;	/* once is enough */
	}
}

/* Bring the page in, and find its VMA. mmap_lock is held. */
static struct vm_area_struct *fault_in(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	bool unlocked __maybe_unused;

	do {
		unlocked = false;
		vma = vma_lookup(mm, ADDR);
#ifdef NO_RETRY
		if (!vma || fixup_user_fault(mm, ADDR, NULL))
#else
		if (!vma || fixup_user_fault(mm, ADDR, &unlocked))
#endif
			return NULL;
#ifdef AGAIN
	} while (unlocked);
#else
	} while (0);
#endif
#ifdef KEEP
	if (unlocked)
		vma = vma_lookup(mm, ADDR);
#endif
	return vma;
}

/* As hva_to_pfn() of KVM, for a page that get_user_pages() does not take. */
THREAD(user, &mm)
{
	struct vm_area_struct *vma;

	mmap_read_lock(current->mm);
	vma = fault_in(current->mm);
	if (vma)
		assert(vma->vm_flags & VM_READ);
	mmap_read_unlock(current->mm);
}

THREAD(munmap, &mm)
{
	sys_munmap(ADDR, PAGE_SIZE);
	mm_map(current->mm, ADDR, PAGE_SIZE, VM_ANON);
}
