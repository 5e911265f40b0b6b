// SPDX-License-Identifier: MIT
/*
 * vma_lock: what makes a VMA read-locked without mmap_lock the right one?
 *
 * That it was looked at again once it was locked: a writer may have come before.
 * lock_vma_under_rcu() of both generations does so, against a munmap, a split by
 * mprotect and a mapping that is replaced (KEEP). Each test is needed:
 *
 *	NO_RECHECK	the numbers are not compared again: a writer is at work
 *	NO_DETACHED	nor is it asked whether the VMA left the tree (6.4 to 6.14)
 *	RANGE_FIRST	it is asked, but the range is read before that. Kernels up to
 *			6.10 did: what is read there may be an rcu_head already.
 *			107d21077790 changed the order
 *	NO_RANGE	the range is not compared: the VMA was cut in two
 *
 * The lock is the VMA's own. Its holder may try for mmap_lock (TRY), but not wait
 * for it (WAIT), nor write-lock the VMA (UPGRADE). A lookup by address with
 * mmap_lock, of which only is used whether there was a VMA, is no stale use
 * (BOOLEAN).
 *
 * Kernel: 6.12
 * Result: KEEP MUNMAP: holds
 * Result: KEEP MPROTECT: holds
 * Result: KEEP MMAP: holds
 * Result: KEEP MUNMAP --kernel=6.15: holds
 * Result: KEEP MPROTECT --kernel=6.15: holds
 * Result: KEEP MMAP --kernel=6.15: holds
 * Result: NO_RECHECK MPROTECT: violated unstable-vma
 * Result: NO_RECHECK MPROTECT --kernel=6.15: violated unstable-vma
 * Result: NO_DETACHED MUNMAP: violated bad-free
 * Result: NO_DETACHED MUNMAP --find=rule: violated unstable-vma
 * Result: RANGE_FIRST MUNMAP: violated unstable-vma
 * Result: NO_RANGE MUNMAP: violated assert
 * Result: NO_RANGE MUNMAP --kernel=6.15: violated assert
 * Result: TRY MUNMAP: holds
 * Result: TRY MUNMAP --kernel=6.15: holds
 * Result: WAIT: violated lock-order
 * Result: WAIT --kernel=6.15: violated lock-order
 * Result: UPGRADE: violated lock-misuse
 * Result: UPGRADE --kernel=6.15: violated lock-misuse
 * Result: BOOLEAN MUNMAP: holds
 * Result: BOOLEAN MUNMAP --kernel=6.15: holds
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mm/mmap_lock.h>
#include <mmcheck.h>

#define ADDR	0x2000UL	/* the second of two pages */

MM_POOL(vm_area_struct, 3);

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, 0x1000, 2 * PAGE_SIZE, VM_ANON);
}

#if defined(NO_RECHECK) || defined(NO_DETACHED) || defined(RANGE_FIRST) || defined(NO_RANGE)

/* As vma_start_read(), for both generations. The mm is the caller's. */
static bool start_read(struct vm_area_struct *vma)
{
	struct mm_struct *mm = current->mm;

	if (READ_ONCE(vma->vm_lock_seq) == READ_ONCE(mm->mm_lock_seq))
		return false;
#if VMA_LOCK_REFCOUNT
	int old;

	if (!__refcount_inc_not_zero_limited_acquire(&vma->vm_refcnt, &old, VMA_REF_LIMIT))
		return false;
	rwsem_acquire_read(&vma->vmlock_dep_map, 0, 1, _RET_IP_);
#else
	if (!down_read_trylock(&vma->vm_lock))
		return false;
#endif
#ifndef NO_RECHECK
	if (vma->vm_lock_seq == READ_ONCE(mm->mm_lock_seq)) {
		vma_end_read(vma);
		return false;
	}
#endif
	return true;
}

static bool in_range(struct vm_area_struct *vma, unsigned long addr)
{
#ifdef NO_RANGE
	(void)vma;
	(void)addr;
	return true;
#else
	return addr >= vma->vm_start && addr < vma->vm_end;
#endif
}

static bool gone(struct vm_area_struct *vma)
{
#if VMA_LOCK_REFCOUNT || defined(NO_DETACHED)
	(void)vma;
	return false;
#else
	return vma->detached;
#endif
}

/* As lock_vma_under_rcu(), but gives up where that tries again. */
static struct vm_area_struct *lock_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	rcu_read_lock();
	vma = mt_lookup(&mm->mm_mt, addr);
	if (vma && !start_read(vma))
		vma = NULL;
#ifdef RANGE_FIRST
	if (vma && (!in_range(vma, addr) || gone(vma))) {
#else
	if (vma && (gone(vma) || !in_range(vma, addr))) {
#endif
		vma_end_read(vma);
		vma = NULL;
	}
	rcu_read_unlock();
	return vma;
}

#else
#define lock_vma	lock_vma_under_rcu
#endif

#ifdef BOOLEAN

/* Lock the VMA of addr, however long it takes; NULL if there is none. */
static struct vm_area_struct *lock_vma_wait(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma, *found;

	for (;;) {
		vma = lock_vma_under_rcu(mm, addr);
		if (vma)
			return vma;
		mmap_read_lock(mm);
		found = vma_lookup(mm, addr);
		mmap_read_unlock(mm);
		if (!found)
			return NULL;
	}
}

#undef lock_vma
#define lock_vma	lock_vma_wait
#endif

THREAD(reader, &mm)
{
	struct vm_area_struct *vma = lock_vma(current->mm, ADDR);

	if (!vma)
		return;
	assert(vma->vm_start <= ADDR && vma->vm_end > ADDR);
#ifdef TRY
	if (mmap_read_trylock(current->mm))
		mmap_read_unlock(current->mm);
#endif
#ifdef WAIT
	mmap_read_lock(current->mm);
	mmap_read_unlock(current->mm);
#endif
#ifdef UPGRADE
	mmap_write_lock(current->mm);
	vma_start_write(vma);
	mmap_write_unlock(current->mm);
#endif
	vma_end_read(vma);
}

#if defined(MUNMAP)
THREAD(writer, &mm)
{
	sys_munmap(ADDR, PAGE_SIZE);
}
#elif defined(MPROTECT)
THREAD(writer, &mm)
{
	do_mprotect_pkey(ADDR, PAGE_SIZE, PROT_READ, -1);
}
#elif defined(MMAP)
THREAD(writer, &mm)
{
	mm_map(current->mm, ADDR, PAGE_SIZE, VM_READ);
}
#endif
