// SPDX-License-Identifier: MIT
/*
 * trap_pointers: which use of a VMA only looks wrong, and which only right?
 *
 * Fine are: a VMA that the thread itself took out of the tree, after the
 * downgrade (OWN) and without any lock (OWN UNLOCKED); a copy that nobody knows
 * of yet (DUP); the gate VMA, which belongs to no mm (GATE); a VMA of another
 * mm under the lock of that mm (REMOTE); a stale pointer that is compared, with
 * NULL or with the result of a new lookup (COMPARE); a new lookup that finds the
 * same VMA (AGAIN).
 *
 * Not fine are: a copy made after the unlock (DUP LATE); a VMA of another mm
 * under the lock of one's own (REMOTE OWN_LOCK); to go on with the old pointer
 * because a new lookup gave the same (ABA), which in the meantime may be another
 * VMA in the same memory (REUSE): also found where rules do not count. An end
 * that was copied is no pointer, and no property knows that it is old: only what
 * the spec asserts does (VALUE).
 *
 * Kernel: 5.12
 * Result: OWN: holds
 * Result: OWN UNLOCKED: holds
 * Result: DUP: holds
 * Result: DUP LATE: violated dangling-vma
 * Result: DUP LATE --find=rule: violated unstable-vma
 * Result: GATE: holds
 * Result: REMOTE: holds
 * Result: REMOTE --kernel=6.12: holds
 * Result: REMOTE OWN_LOCK --find=rule: violated unstable-vma
 * Result: COMPARE: holds
 * Result: AGAIN: holds
 * Result: ABA --find=rule: violated stale-vma
 * Result: REUSE --property=dangling-vma: violated dangling-vma
 * Result: VALUE: violated assert
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm, other;
static struct vm_area_struct gate __maybe_unused = { .vm_start = 0x3000, .vm_end = 0x4000, .vm_flags = VM_READ };

INIT
{
	mm_init(&mm);
	mm_init(&other);
	mm_map(&mm, 0x1000, 2 * PAGE_SIZE, VM_ANON);
}

#if defined(OWN)

/* The end of munmap(): nobody finds the VMA any more. */
THREAD(user, &mm)
{
	struct vm_area_struct *vma;

	mmap_write_lock(current->mm);
	vma = vma_lookup(current->mm, 0x1000);
	if (!vma) {
		mmap_write_unlock(current->mm);
		return;
	}
	mt_clear(&current->mm->mm_mt, 0x1000, 0x3000);
	current->mm->map_count--;
	mmap_write_downgrade(current->mm);
	assert(vma->vm_start == 0x1000);
	mmap_read_unlock(current->mm);
#ifdef UNLOCKED
	vma->vm_flags = 0;
#endif
	vm_area_free(vma);
}

#elif defined(DUP)

THREAD(user, &mm)
{
	struct vm_area_struct *vma, *new = NULL;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, 0x1000);
#ifndef LATE
	if (vma)
		new = vm_area_dup(vma);
#endif
	mmap_read_unlock(current->mm);
#ifdef LATE
	if (vma)
		new = vm_area_dup(vma);
#endif
	if (!new)
		return;
	new->vm_end = 0x2000;
	vm_area_free(new);
}

#elif defined(GATE)

THREAD(user, &mm)
{
	assert(gate.vm_flags & VM_READ);
}

#elif defined(REMOTE)

/* As ptrace does: the VMA is not in the caller's mm. */
THREAD(user, &other)
{
	struct vm_area_struct *vma;

	mmap_read_lock(&mm);
	vma = vma_lookup(&mm, 0x1000);
#ifdef OWN_LOCK
	down_read_nested(&current->mm->mmap_lock, SINGLE_DEPTH_NESTING);
	mmap_read_unlock(&mm);
#endif
	if (vma)
		assert(vma->vm_start == 0x1000);
#ifdef OWN_LOCK
	mmap_read_unlock(current->mm);
#else
	mmap_read_unlock(&mm);
#endif
}

#else

THREAD(user, &mm)
{
	struct vm_area_struct *vma, *again;
	unsigned long end = 0;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, 0x1000);
	if (vma)
		end = vma->vm_end;
	mmap_read_unlock(current->mm);

	mmap_read_lock(current->mm);
	again = vma_lookup(current->mm, 0x1000);
#if defined(COMPARE)
	if (vma && again == vma)
		assert(again->vm_flags & VM_READ);
#elif defined(AGAIN)
	vma = again;
	if (vma)
		assert(vma->vm_flags & VM_READ);
#elif defined(ABA) || defined(REUSE)
	if (vma && again == vma)
		assert(vma->vm_flags & VM_READ);
#elif defined(VALUE)
	if (vma && again == vma)
		assert(again->vm_end == end);
#endif
	mmap_read_unlock(current->mm);
	(void)end;
}

#endif

/* Unmap the second page, or all and map something else there. */
THREAD(munmap, &mm)
{
#ifdef VALUE
	sys_munmap(0x2000, PAGE_SIZE);
#else
	sys_munmap(0x1000, 2 * PAGE_SIZE);
#ifdef REUSE
	mmap_write_lock(current->mm);
	mmap_region(NULL, 0x1000, PAGE_SIZE, VM_ANON, 1, NULL);
	mmap_write_unlock(current->mm);
#endif
#endif
}
