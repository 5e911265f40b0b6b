// SPDX-License-Identifier: MIT
/*
 * vma_start_read: is who could not lock a VMA still in the read section?
 *
 * Not from 6.18 on: vma_start_read() has left it when it returns no VMA, since 0b16f8bed19c
 * ("mm: change vma_start_read() to drop RCU lock on failure"). The mm of a VMA that turned
 * out to be another process's is dropped then, which is too much for a read section.
 *
 * A caller of before leaves the section itself: once too often, now (OLD). One of now
 * stays in it for ever in an old kernel (NEW). And who tries again, since the VMA was
 * detached, has left the section in which it found the node of the tree that its walk
 * stands on: unless it says so by mas_set(), it goes on from what RCU may have freed (KEEP).
 * That was the bug of 6.18-rc1 that 270065f514c5 ("mm/mmap_lock: reset maple state on
 * lock_vma_under_rcu() retry") mended. In one section a walk notices by itself that its
 * node was replaced.
 *
 * Source: mm/mmap_lock.c of 6.18.2.
 *
 * Kernel: 6.18
 * Result: NEW: holds
 * Result: OLD: violated rcu-misuse
 * Result: NEW KEEP: violated stale-vma
 * Result: OLD --kernel=6.17: holds
 * Result: OLD KEEP --kernel=6.17: holds
 * Result: NEW --kernel=6.17: violated rcu-misuse
 * Result: NEW --kernel=7.1: holds
 * Result: NEW KEEP --kernel=7.1: violated stale-vma
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);

#define ADDR	0x1000UL

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
}

/* As lock_vma_under_rcu(), but for the range of what it finds. */
static struct vm_area_struct *lock_vma(struct mm_struct *mm, unsigned long addr)
{
	MA_STATE(mas, &mm->mm_mt, addr, addr);
	struct vm_area_struct *vma;

	rcu_read_lock();
	for (;;) {
		vma = mas_walk(&mas);
		if (!vma) {
			rcu_read_unlock();
			return NULL;
		}
		vma = vma_start_read(mm, vma);
		if (!IS_ERR_OR_NULL(vma))
			break;
		if (vma != ERR_PTR(-EAGAIN)) {
#ifdef OLD
			rcu_read_unlock();
#endif
			return NULL;
		}
#ifdef NEW
		rcu_read_lock();
#endif
#ifndef KEEP
		mas_set(&mas, addr);
#endif
	}
	rcu_read_unlock();
	return vma;
}

THREAD(fault, &mm)
{
	struct vm_area_struct *vma = lock_vma(current->mm, ADDR);

	if (vma)
		vma_end_read(vma);
}

/* Put another mapping there, which is a VMA of its own. */
THREAD(mmap, &mm)
{
	mm_map(current->mm, ADDR, PAGE_SIZE, VM_READ);
}
