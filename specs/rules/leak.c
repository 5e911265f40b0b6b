// SPDX-License-Identifier: MIT
/*
 * leak: is everything that was allocated either reachable or freed in the end?
 *
 * A VMA is prepared without the lock, then somebody else's turn has made it
 * superfluous. BREAK forgets it. KEEP frees it.
 *
 * Kernel: 5.12
 * Result: BREAK: violated leak
 * Result: KEEP: holds, 253 states
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
}

/* Map the page at 0x1000 unless the other thread has done it. */
THREADS(map_once, 2, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma = vm_area_alloc(mm);

	vma->vm_start = 0x1000;
	vma->vm_end = 0x2000;
	mmap_write_lock(mm);
	if (!find_vma_intersection(mm, 0x1000, 0x2000)) {
		vma_link(mm, vma);
		vma = NULL;
	}
	mmap_write_unlock(mm);
#ifdef KEEP
	if (vma)
		vm_area_free(vma);
#endif
}
