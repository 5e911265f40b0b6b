// SPDX-License-Identifier: MIT
/*
 * smaps_rollup: what is left of a walk over all VMAs when the lock is dropped?
 *
 * An address. To add up what a process uses takes long, and mmap_lock is given to
 * others that wait for it in between. The walk goes on with the first VMA that ends
 * behind what it has counted. That may be the one it has just counted, which has
 * grown, or been merged with the next: only the rest of it counts (KEEP).
 *
 * PTR goes on from the VMA that it had. WHOLE counts a VMA from its beginning
 * although a part of it was counted; NEXT takes the first VMA that begins behind
 * what it has counted, and skips the rest of a VMA that has grown. All with an mprotect()
 * that lets two VMAs merge, or with a MUNMAP of both.
 *
 * Kernel: 6.12
 * Result: KEEP: holds
 * Result: KEEP MUNMAP: holds
 * Result: KEEP --kernel=5.12: holds
 * Result: KEEP --kernel=6.15: holds
 * Result: PTR: violated assert
 * Result: PTR --find=rule: violated stale-vma
 * Result: PTR MUNMAP: violated dangling-vma
 * Result: WHOLE: violated assert
 * Result: NEXT: violated assert
 */

#define MM_TASK_PAGES 4

#include <linux/sched/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);

#define ADDR	0x1000UL
#define END	0x3000UL	/* two pages that are always mapped, but with MUNMAP */

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_READ);
	mm_map(&mm, ADDR + PAGE_SIZE, PAGE_SIZE, VM_ANON);
}

/* The VMA behind vma, of which all is counted. A writer that waits goes first. */
static struct vm_area_struct *next_vma(struct vm_area_struct *vma, unsigned long counted)
{
	if (!mmap_lock_is_contended(&mm))
		return find_vma(&mm, vma->vm_end);
	mmap_read_unlock(&mm);
	mmap_read_lock(&mm);
#if defined(PTR)
	(void)counted;
	return find_vma(&mm, vma->vm_end);
#elif defined(NEXT)
	vma = find_vma(&mm, counted);
	if (vma && vma->vm_start < counted)
		vma = find_vma(&mm, vma->vm_end);
	return vma;
#else
	return find_vma(&mm, counted);
#endif
}

/* As show_smaps_rollup(). Every page that is mapped all the time is counted once. */
THREAD(smaps, NULL)
{
	unsigned long counted = 0, from, sum = 0;
	struct vm_area_struct *vma;

	mmap_read_lock(&mm);
	vma = find_vma(&mm, 0);
	while (vma) {
		from = vma->vm_start;
#ifndef WHOLE
		from = max(from, counted);
#endif
		sum += vma->vm_end - from;
		counted = vma->vm_end;
		vma = next_vma(vma, counted);
	}
	mmap_read_unlock(&mm);
	assert(sum <= END - ADDR);
#ifndef MUNMAP
	assert(sum == END - ADDR);
#endif
}

THREAD(writer, &mm)
{
#ifdef MUNMAP
	sys_munmap(ADDR, END - ADDR);
#else
	do_mprotect_pkey(ADDR, PAGE_SIZE, PROT_READ | PROT_WRITE, -1);
#endif
}
