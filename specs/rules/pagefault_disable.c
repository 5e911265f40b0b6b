// SPDX-License-Identifier: MIT
/*
 * pagefault_disable: may user memory be read with a lock of mm held?
 *
 * If a page fault that comes of it is not served. UFFDIO_COPY maps a new page and
 * fills it from user memory. It copies with the VMA that it fills locked, from 6.9 on
 * by the lock of the VMA, before by mmap_lock, and with page faults disabled: if the
 * source is not in memory the copy fails, instead of waiting for mmap_lock. Then it
 * gives its lock up, copies without, and starts again from the lookup (KEEP).
 *
 * ENABLED lets the fault be served under the lock: with a writer in between, the fault
 * waits for the writer, and the writer for the lock that is held. PRESENT has the
 * source in memory, and hides it. NO_LOOKUP goes on with the VMA from before the drop.
 * FORGET leaves page faults disabled, so that the second copy fails, too.
 *
 * Kernel: 6.12
 * Result: KEEP: holds
 * Result: KEEP PRESENT: holds
 * Result: KEEP --kernel=6.1: holds
 * Result: KEEP --kernel=6.15: holds
 * Result: ENABLED: violated deadlock
 * Result: ENABLED --find=rule: violated lock-order
 * Result: ENABLED --kernel=6.1: violated deadlock
 * Result: ENABLED --find=rule --kernel=6.1: violated recursive-read
 * Result: ENABLED PRESENT: holds
 * Result: NO_LOOKUP: violated dangling-vma
 * Result: NO_LOOKUP --find=rule: violated stale-vma
 * Result: NO_LOOKUP --kernel=6.1: violated dangling-vma
 * Result: FORGET: violated assert
 */

#define MM_USERFAULTFD 1
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mm/userfaultfd.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);

#define DST	0x1000UL
#define SRC	0x2000UL

static struct mm_struct mm;
static bool pagefault_disabled;	/* of the task: only one of them asks for it */

INIT
{
	mm_init(&mm);
	mm_map(&mm, DST, PAGE_SIZE, VM_ANON | VM_LOCKED);
	mm_map(&mm, SRC, PAGE_SIZE, VM_ANON);
#ifdef PRESENT
	pt_set(&mm.pgd, SRC, _PAGE_PRESENT | _PAGE_RW);
#endif
}

/* Whatever it takes to read the page; the fault is one of the kernel, not of the program. */
static int __copy_from_user(unsigned long address)
{
	while (!pt_get(&current->mm->pgd, address))
		if (pagefault_disabled || __do_page_fault(current->mm, address))
			return -EFAULT;
	return 0;
}

static int copy_locked(unsigned long address)
{
	int error;

#ifndef ENABLED
	pagefault_disabled = true;
#endif
	error = __copy_from_user(address);
#ifndef FORGET
	pagefault_disabled = false;
#endif
	return error;
}

/* As UFFDIO_COPY of one page, by a thread of the process itself. */
static int fill(struct mm_struct *mm, unsigned long dst, unsigned long src)
{
	struct vm_area_struct *vma = uffd_lock_vma(mm, dst);

	if (!vma)
		return -ENOENT;
	if (copy_locked(src)) {
		uffd_unlock_vma(mm, vma);
		if (__copy_from_user(src))
			return -EFAULT;
#ifdef NO_LOOKUP
		mmap_read_lock(mm);
#else
		vma = uffd_lock_vma(mm, dst);
		if (!vma)
			return -ENOENT;
#endif
	}
	if (vma->vm_flags & VM_WRITE)
		do_anonymous_page(vma, dst);
#ifdef NO_LOOKUP
	mmap_read_unlock(mm);
#else
	uffd_unlock_vma(mm, vma);
#endif
	return 0;
}

THREAD(copy, &mm)
{
	int error = fill(current->mm, DST, SRC);

	assert(error != -EFAULT);
}

THREAD(munmap, &mm)
{
	sys_munmap(DST, PAGE_SIZE);
}
