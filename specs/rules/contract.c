// SPDX-License-Identifier: MIT
/*
 * contract: does a function leave the locks as its result says?
 *
 * A driver serves the faults on its mappings itself. While it waits for a page
 * it gives up the lock that keeps the VMA stable, and says so by VM_FAULT_RETRY,
 * or by VM_FAULT_COMPLETED where nothing is left to do: KEEP and COMPLETED.
 * SILENT releases the lock and returns 0, so that it is released twice; HELD says
 * VM_FAULT_RETRY and still holds it. The fault is that of the kernel on behalf of
 * a program, with mmap_lock; USER is a program's own, with the lock of the VMA
 * first, and POPULATE is GUP's. CLOSE gives mmap_lock up in vm_ops->close, which
 * munmap does not expect.
 *
 * Kernel: 6.12
 * Result: KEEP: holds, 184 states
 * Result: COMPLETED: holds, 195 states
 * Result: SILENT: violated contract
 * Result: HELD: violated contract
 * Result: SILENT --ignore=contract: violated lock-misuse
 * Result: KEEP USER: holds, 876 states
 * Result: COMPLETED USER: holds, 857 states
 * Result: SILENT USER: violated contract
 * Result: HELD USER: violated contract
 * Result: KEEP POPULATE: holds, 192 states
 * Result: SILENT POPULATE: violated contract
 * Result: HELD POPULATE: violated contract
 * Result: KEEP CLOSE: violated contract
 */

#define MM_TASK_PAGES 4
#define MM_VM_FAULT driver_fault
#define MM_VM_CLOSE driver_close

#include <linux/mm.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
}

static void unlock_fault(struct mm_struct *fault_mm, struct vm_area_struct *vma,
			 unsigned int flags)
{
	if (flags & FAULT_FLAG_VMA_LOCK)
		vma_end_read(vma);
	else
		mmap_read_unlock(fault_mm);
}

/* The page is there at once, or it has to be waited for without a lock. */
static int driver_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags)
{
	struct mm_struct *fault_mm = vma->vm_mm;

	if (!(flags & FAULT_FLAG_ALLOW_RETRY) || nondet(0, 1)) {
		do_anonymous_page(vma, address);
		return 0;
	}
#if defined(HELD)
	(void)fault_mm;
	return VM_FAULT_RETRY;
#elif defined(COMPLETED)
	do_anonymous_page(vma, address);
	unlock_fault(fault_mm, vma, flags);
	return VM_FAULT_COMPLETED;
#elif defined(SILENT)
	unlock_fault(fault_mm, vma, flags);
	return 0;
#else
	unlock_fault(fault_mm, vma, flags);
	return VM_FAULT_RETRY;
#endif
}

static void driver_close(struct vm_area_struct *vma)
{
#ifdef CLOSE
	mmap_write_unlock(vma->vm_mm);
#endif
	(void)vma;
}

THREAD(fault, &mm)
{
#if defined(USER)
	do_user_addr_fault(ADDR);
#elif defined(POPULATE)
	mm_populate(ADDR, PAGE_SIZE);
#else
	__do_page_fault(&mm, ADDR);
#endif
}

THREAD(munmap, &mm)
{
	vm_munmap(ADDR, PAGE_SIZE);
}
