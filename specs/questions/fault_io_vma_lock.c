// SPDX-License-Identifier: MIT
/*
 * fault_io_vma_lock: may a fault keep the lock of its VMA while it waits for IO?
 *
 * Asked on linux-mm in May 2026, from both sides: a fault on a file that gives the lock up to
 * wait, and is then made once more with mmap_lock, is slow; one that keeps it lets fork and
 * mprotect() wait with mmap_lock held for writing, and all others behind them.
 *
 * It must not be kept (KEEP) if whoever brings the page may need mmap_lock of the same mm:
 * such as a thread of the process that serves the file, by FUSE or the network, and takes a
 * page fault with mmap_lock, or maps memory. It waits behind the writer, the writer for the
 * fault, the fault for the page. If the page is brought by somebody who needs no lock of this
 * mm (KEEP OTHER), nothing hangs, it only takes as long as the IO does. Given up before
 * (default), nothing hangs either. That the server is served with VMA locks itself (KEEP
 * VMA) is no way out as long as it looks at mmap_lock where it cannot have one.
 *
 * Bounds: one VMA that faults, one that the server touches; one writer, who writes to both.
 * Assumed: IO is a completion that the server brings about.
 *
 * Kernel: 7.1
 * Result: holds
 * Result: VMA: holds
 * Result: OTHER: holds
 * Result: KEEP: violated deadlock
 * Result: KEEP VMA: violated deadlock
 * Result: KEEP OTHER: holds
 * Result: KEEP --kernel=6.6: violated deadlock
 */

#define MM_TASK_PAGES 4

#include <linux/completion.h>
#include <linux/mm.h>
#include <mmcheck.h>

#define FILE_ADDR	0x1000UL
#define BUFFER		0x2000UL

static struct mm_struct mm;
static struct completion io;

INIT
{
	mm_init(&mm);
	mm_map(&mm, FILE_ADDR, PAGE_SIZE, VM_ANON);	/* the file does not matter here */
	mm_map(&mm, BUFFER, PAGE_SIZE, VM_ANON | VM_LOCKED);
	init_completion(&io);
}

THREAD(fault, &mm)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(current->mm, FILE_ADDR);

	if (!vma)
		return;		/* with mmap_lock, which is given up as well */
#ifdef KEEP
	wait_for_completion(&io);
	vma_end_read(vma);
#else
	vma_end_read(vma);
	wait_for_completion(&io);	/* and VM_FAULT_RETRY */
#endif
}

THREAD(server, &mm)
{
#if defined(VMA)
	struct vm_area_struct *vma = lock_vma_under_rcu(current->mm, BUFFER);

	if (vma) {
		vma_end_read(vma);
	} else {
		mmap_read_lock(current->mm);
		mmap_read_unlock(current->mm);
	}
#elif !defined(OTHER)
	mmap_read_lock(current->mm);
	mmap_read_unlock(current->mm);
#endif
	complete(&io);
}

THREAD(writer, &mm)
{
	mmap_write_lock(current->mm);
	vma_start_write(vma_lookup(current->mm, BUFFER));
	vma_start_write(vma_lookup(current->mm, FILE_ADDR));
	mmap_write_unlock(current->mm);
}
