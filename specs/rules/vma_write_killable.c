// SPDX-License-Identifier: MIT
/*
 * vma_write_killable: what if a signal comes while a writer waits for a VMA?
 *
 * From 6.19 on vma_start_write_killable() ends the wait and returns -EINTR, and the VMA is
 * not locked. Whoever goes on as if it were (IGNORE) writes what readers read. Who waits
 * has added to vm_refcnt, which keeps new readers out, and has to take that back: left there
 * (KEEP_MARK), it keeps them out for ever, and the next writer makes the counter overflow.
 *
 * FORK: a reader waits for what the one who forks does next. Before 6.19 fork waits for this
 * reader until it has left, signal or not.
 *
 * Source: mm/mmap_lock.c and mm/mmap.c of 7.1; kernel/fork.c and mm/mmap.c of 6.18.2.
 *
 * Kernel: 7.1
 * Result: holds
 * Result: IGNORE: violated unlocked-write
 * Result: KEEP_MARK: violated refcount
 * Result: FORK: holds
 * Result: FORK --kernel=6.18: violated deadlock
 */

#define MM_SIGNALS
#define MM_TASK_PAGES 4
#ifdef FORK
#define MM_RMAP 1
#endif

#include <linux/completion.h>
#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);
#ifdef FORK
MM_POOL(ptdesc, 4);
#endif

#define ADDR	0x1000UL

static struct mm_struct mm, child __maybe_unused;
static struct completion forked __maybe_unused;

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
#ifdef FORK
	mm_init(&child);
	init_completion(&forked);
#endif
}

#ifdef KEEP_MARK
/* As that of <mm/vma_lock_refcount.h>, but for what it does when the wait fails. */
static int start_write_killable(struct vm_area_struct *vma)
{
	int error;

	if (vma_is_write_locked(vma))
		return 0;
	if (!refcount_add_not_zero(VMA_LOCK_OFFSET, &vma->vm_refcnt))
		return 0;
	rwsem_acquire(&vma->vmlock_dep_map, 0, 0, _RET_IP_);
	error = rcuwait_wait_event(&vma->vm_mm->vma_writer_wait,
				   refcount_read(&vma->vm_refcnt) == VMA_LOCK_OFFSET + 1,
				   TASK_KILLABLE);
	if (error) {
		rwsem_release(&vma->vmlock_dep_map, _RET_IP_);
		return error;
	}
	WRITE_ONCE(vma->vm_lock_seq, vma->vm_mm->mm_lock_seq);
	__vma_exit_locked(vma);
	return 0;
}
#else
#define start_write_killable(vma)	vma_start_write_killable(vma)
#endif

THREAD(reader, &mm)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(current->mm, ADDR);

	if (!vma)
		return;
#ifdef FORK
	wait_for_completion(&forked);
#else
	assert(vma->vm_flags & VM_READ);
#endif
	vma_end_read(vma);
}

#ifdef FORK

THREAD(fork, &mm)
{
	dup_mmap(&child, current->mm);
	complete(&forked);
}

#else

/* It gives up where it was told to, and comes again. */
THREAD(writer, &mm)
{
	struct vm_area_struct *vma;
	int i, error;

	for (i = 0; i < 2; i++) {
		mmap_write_lock(current->mm);
		vma = vma_lookup(current->mm, ADDR);
		error = start_write_killable(vma);
#ifdef IGNORE
		error = 0;
#endif
		if (!error)
			vma->vm_flags |= VM_LOCKED;
		mmap_write_unlock(current->mm);
	}
}

#endif
