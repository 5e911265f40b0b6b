// SPDX-License-Identifier: MIT
/*
 * trap_locks: which way with locks only looks wrong, and which only looks right?
 *
 * Fine are: a function that returns with the lock held, if its caller knows
 * (RETURNS); a second read lock by trylock (TRY); mmap_lock by trylock while a
 * VMA is read-locked (VMA_TRY); a callee that runs under the caller's read lock
 * (CALLER_HOLDS); a task that waits for what another one brings about in the end
 * (EVENT).
 *
 * Not fine are: to lose the lock that was returned on one path (RETURNS LOSE);
 * to wait for mmap_lock with a VMA read-locked, for a writer of that VMA waits
 * the other way round (VMA_WAIT); to wait for what may not happen (EVENT NEVER);
 * to wait in a circle, even if a third task never ends (CIRCLE).
 *
 * Result: RETURNS: holds
 * Result: RETURNS LOSE: violated lock-leak
 * Result: TRY: holds
 * Result: VMA_TRY: holds
 * Result: VMA_TRY --kernel=6.12: holds
 * Result: VMA_WAIT: violated deadlock
 * Result: VMA_WAIT --kernel=6.12: violated deadlock
 * Result: VMA_WAIT --find=rule: violated lock-order
 * Result: VMA_WAIT --find=rule --kernel=6.12: violated lock-order
 * Result: CALLER_HOLDS: holds
 * Result: EVENT: holds
 * Result: EVENT NEVER: violated deadlock
 * Result: CIRCLE: violated deadlock
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;
#ifdef CIRCLE
static struct mm_struct other;
#endif
static bool ready __maybe_unused;

INIT
{
	mm_init(&mm);
	mm_map(&mm, 0x1000, PAGE_SIZE, VM_ANON);
#ifdef CIRCLE
	mm_init(&other);
#endif
}

#if defined(RETURNS)

/* As lock_mm_and_find_vma(): with a VMA the lock is held, with NULL it is not. */
static struct vm_area_struct *lock_and_find(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		return vma;
	mmap_read_unlock(mm);
	return NULL;
}

THREAD(user, &mm)
{
	struct vm_area_struct *vma = lock_and_find(current->mm, 0x1000);

	if (!vma)
		return;
#ifdef LOSE
	if (!(vma->vm_flags & VM_LOCKED))
		return;
#endif
	assert(vma->vm_flags & VM_READ);
	mmap_read_unlock(current->mm);
}

#elif defined(TRY)

THREAD(user, &mm)
{
	mmap_read_lock(current->mm);
	if (mmap_read_trylock(current->mm))
		mmap_read_unlock(current->mm);
	mmap_read_unlock(current->mm);
}

#elif defined(VMA_TRY) || defined(VMA_WAIT)

THREAD(user, &mm)
{
	struct vm_area_struct *vma;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, 0x1000);
	if (vma)
		vma_start_read_locked(vma);
	mmap_read_unlock(current->mm);
	if (!vma)
		return;
#ifdef VMA_WAIT
	mmap_read_lock(current->mm);
	mmap_read_unlock(current->mm);
#else
	if (mmap_read_trylock(current->mm))
		mmap_read_unlock(current->mm);
#endif
	vma_end_read(vma);
}

#elif defined(CALLER_HOLDS)

/* As get_user_pages(): expects mmap_lock, and takes what is below it. */
static void walk(struct mm_struct *mm)
{
	mmap_assert_locked(mm);
	spin_lock(&mm->page_table_lock);
	spin_unlock(&mm->page_table_lock);
}

THREAD(user, &mm)
{
	mmap_read_lock(current->mm);
	walk(current->mm);
	mmap_read_unlock(current->mm);
}

#elif defined(EVENT)

THREAD(user, &mm)
{
	WAIT_UNTIL(ready);
}

#elif defined(CIRCLE)

static void lock_two(struct mm_struct *first, struct mm_struct *second)
{
	mmap_write_lock(first);
	mmap_write_lock_nested(second, SINGLE_DEPTH_NESTING);
	mmap_write_unlock(second);
	mmap_write_unlock(first);
}

THREAD(send, &mm)
{
	lock_two(&mm, &other);
}

THREAD(receive, &other)
{
	lock_two(&other, &mm);
}

THREAD(busy, NULL)
{
	for (;;)
		ready = !ready;
}

#endif

#ifndef CIRCLE
THREAD(writer, &mm)
{
#ifdef EVENT
	bool found;

	mmap_read_lock(current->mm);
	found = find_vma(current->mm, 0x1000) != NULL;
	mmap_read_unlock(current->mm);
#ifdef NEVER
	found = found && nondet(0, 1);
#endif
	if (found)
		ready = true;
#else
	sys_munmap(0x1000, PAGE_SIZE);
#endif
}
#endif
