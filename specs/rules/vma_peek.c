// SPDX-License-Identifier: MIT
/*
 * vma_peek: what of a VMA may be read before it is locked?
 *
 * In an RCU read section, what leads to its lock: vm_mm, vm_lock_seq, and the
 * lock itself. lock_vma_under_rcu() reads no more (LOCK), against a thread that
 * unmaps the VMA (MUNMAP). MM reads vm_mm, which never changes, so that no lock
 * is needed; but before 6.4 nothing keeps the VMA, since it is freed without RCU.
 * FLAGS reads the flags, RANGE the range, WRITE writes one of the fields that may
 * be read, AFTER reads one after the end of the section, LATE locks the VMA after
 * the end of the section. STORED reads through a pointer that the reader has put into
 * memory, where the VMA may be freed meanwhile.
 *
 * SPECULATE reads the flags and asks then whether a writer was there meanwhile; it
 * uses them only if none was. DECIDED reads them once more after that.
 *
 * Kernel: 6.12
 * Result: LOCK: holds
 * Result: LOCK MUNMAP: holds
 * Result: LOCK --kernel=6.15: holds
 * Result: LOCK MUNMAP --kernel=6.15: holds
 * Result: MM: holds
 * Result: MM --kernel=6.15: holds
 * Result: MM --kernel=6.1: holds
 * Result: MM MUNMAP --kernel=6.1: violated dangling-vma
 * Result: MM MUNMAP: holds
 * Result: STORED MUNMAP: holds
 * Result: STORED MUNMAP --kernel=6.15: holds
 * Result: FLAGS: violated unstable-vma
 * Result: RANGE: violated unstable-vma
 * Result: RANGE --kernel=6.15: violated unstable-vma
 * Result: WRITE: violated unstable-vma
 * Result: AFTER: violated unstable-vma
 * Result: AFTER --kernel=6.15: violated unstable-vma
 * Result: LATE MUNMAP: violated dangling-vma
 * Result: SPECULATE: holds
 * Result: SPECULATE MUNMAP: holds
 * Result: SPECULATE MUNMAP --kernel=6.15: holds
 * Result: SPECULATE DECIDED: violated unstable-vma
 * Result: SPECULATE WRITE: violated unstable-vma
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mm/mmap_lock.h>
#include <mmcheck.h>

static struct mm_struct mm;
static struct vm_area_struct *remembered __maybe_unused;

INIT
{
	mm_init(&mm);
	mm_map(&mm, 0x1000, PAGE_SIZE, VM_READ);
}

THREAD(reader, &mm)
{
	struct vm_area_struct *vma;

#ifdef LOCK
	vma = lock_vma_under_rcu(current->mm, 0x1000);
	if (!vma)
		return;
	assert(vma->vm_flags & VM_READ);
	vma_end_read(vma);
#else
#ifdef SPECULATE
	bool readable;
	unsigned int seq;
#endif

	rcu_read_lock();
#ifdef SPECULATE
	if (!mmap_lock_speculate_try_begin(current->mm, &seq)) {
		rcu_read_unlock();
		return;
	}
#endif
	vma = vma_lookup(current->mm, 0x1000);
	if (!vma) {
		rcu_read_unlock();
		return;
	}
#ifdef STORED
	remembered = vma;
	(void)READ_ONCE(remembered->vm_lock_seq);
#endif
#ifdef MM
	assert(vma->vm_mm == current->mm);
#endif
#ifdef RANGE
	assert(vma->vm_start == 0x1000);
#endif
#ifdef FLAGS
	assert(vma->vm_flags & VM_READ);
#endif
#ifdef WRITE
	vma->vm_lock_seq = 0;
#endif
#ifdef SPECULATE
	readable = data_race(vma->vm_flags) & VM_READ;
	if (!mmap_lock_speculate_retry(current->mm, seq))
		assert(readable);
#ifdef DECIDED
	assert(vma->vm_flags & VM_READ);
#endif
#endif
	rcu_read_unlock();
#ifdef AFTER
	(void)READ_ONCE(vma->vm_lock_seq);
#endif
#ifdef LATE
	if (vma_start_read(vma))
		vma_end_read(vma);
#endif
#endif
}

#ifdef MUNMAP
THREAD(munmap, &mm)
{
	sys_munmap(0x1000, PAGE_SIZE);
}
#endif
