// SPDX-License-Identifier: MIT
/*
 * munmap_downgrade_stack: may munmap() go on with a read lock next to a stack?
 *
 * CVE-2020-29369 (and CVE-2021-20200). Broken in 4.20 by dd2283f2605e ("mm: mmap:
 * zap pages with read mmap_sem in munmap"), fixed in 5.8 by 246c320a8cfe
 * ("mm/mmap.c: close race between munmap() and expand_upwards()/downwards()").
 *
 * munmap() takes the VMAs out of the tree, downgrades, and empties the page
 * table with mmap_lock held for reading. The range is a hole then, and the
 * stack above may grow into it: a fault needs no more than the read lock for
 * that. The page that the fault brings in is thrown away by munmap(), which
 * believes that the range is still its own. Then it frees the page table as well,
 * with the fault in it (PGTABLES). (There is no stack here that grows upwards, below
 * the range: the fix sees to that in the same way.)
 *
 * It teaches: a downgrade is safe only against what nobody does with the read
 * lock. 5.8 keeps the write lock when the neighbour is a stack (KEEP, or the
 * shipped rule of that era with --kernel); 6.5 made stacks grow with the write
 * lock and gave the exception up again. Both changes at once are too much:
 * LIFTED lifts the exception in a kernel where stacks grow as before.
 *
 * 5.7 is older than the eras of the model. It is run as 5.12, but for what munmap()
 * does next to a stack.
 *
 * The maple tree of 6.1 must not be changed by a fault at all (StackRot): hence
 * --ignore=unlocked-write there.
 *
 * Kernel: 5.7
 * Result: violated assert
 * Result: --kernel=4.20: violated assert
 * Result: --kernel=4.19: holds
 * Result: --kernel=5.8: holds
 * Result: --kernel=5.12: holds
 * Result: --kernel=6.1 --ignore=unlocked-write: holds
 * Result: --kernel=6.5: holds
 * Result: --kernel=6.12: holds
 * Result: KEEP: holds
 * Result: LIFTED --kernel=6.1: violated assert
 * Result: --kernel=6.1: violated unlocked-write
 * Result: PGTABLES: violated use-after-free
 * Result: PGTABLES --property=pgtable-freed: violated pgtable-freed
 * Result: PGTABLES --property=assert: violated assert
 * Result: PGTABLES KEEP: holds
 * Result: PGTABLES --kernel=5.8: holds
 * Result: PGTABLES --kernel=5.12: holds
 * Result: PGTABLES --kernel=6.5: holds
 * Result: PGTABLES --kernel=6.12: holds
 * Result: PGTABLES --kernel=6.15: holds
 */

#ifdef KEEP
#define MUNMAP_DOWNGRADE_NEXT_TO_STACK 0
#elif defined(LIFTED)
#define MUNMAP_DOWNGRADE_NEXT_TO_STACK 1
#endif
#define MM_TASK_PAGES 8
#ifdef PGTABLES
#define MM_RMAP 1
#define MM_FREE_PGTABLES 1
#endif

#include <linux/mm.h>
#include <mmcheck.h>

#define BELOW	0x2000UL	/* will be unmapped */
#ifdef PGTABLES
#define STACK	0x4000UL	/* under another page table */
#else
#define STACK	0x3000UL
#endif

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, BELOW, STACK - BELOW, VM_ANON);
	mm_map(&mm, STACK, PAGE_SIZE, VM_ANON | VM_GROWSDOWN);
}

THREAD(munmap, &mm)
{
	sys_munmap(BELOW, STACK - BELOW);
}

static bool mapped(struct mm_struct *mm, unsigned long addr)
{
#ifdef PGTABLES
	struct ptdesc *pt = mm->pmd[pmd_index(addr)];

	return pt && pt_get(&pt->ptes, pte_offset(addr));
#else
	return pt_get(&mm->pgd, addr);
#endif
}

/* Push something on the stack, and see whether it is still there. */
THREAD(fault, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	do_user_addr_fault(BELOW);

	mmap_read_lock(mm);
	vma = vma_lookup(mm, BELOW);
	if (vma && vma->vm_flags & VM_GROWSDOWN)
		assert(mapped(mm, BELOW));
	mmap_read_unlock(mm);
}
