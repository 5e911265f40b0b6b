// SPDX-License-Identifier: MIT
/*
 * anon_vma_root: what keeps the root of a family of anon_vmas?
 *
 * Parent and child unmap at the same time after a fork. A child counts among the users of
 * the root; without (ANON_VMA_NO_ROOT_REF), the root goes with the parent's VMA. And the
 * unlock may be the last access to a root that the next one frees: it runs in a read
 * section, which ANON_VMA_UNLOCK_NO_RCU leaves out.
 *
 * Kernel: 6.12
 * Result: holds
 * Result: --kernel=5.12: holds
 * Result: ANON_VMA_UNLOCK_NO_RCU: violated use-after-free
 * Result: ANON_VMA_NO_ROOT_REF: violated use-after-free
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(ptdesc, 4);

#define ADDR	0x1000UL

static struct mm_struct mm, child;

INIT
{
	mm_init(&mm);
	mm_init(&child);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
	anon_vma_prepare(vma_lookup(&mm, ADDR));
	dup_mmap(&child, &mm);
}

THREAD(parent, &mm)
{
	sys_munmap(ADDR, PAGE_SIZE);
}

THREAD(exits, &child)
{
	sys_munmap(ADDR, PAGE_SIZE);
}
