// SPDX-License-Identifier: MIT
/*
 * vma_list: does the list of VMAs of before 6.1 say what the tree says, and who keeps it?
 *
 * Kernel: 5.12
 * Result: holds
 * Result: EXIT: holds
 * Result: NAKED: violated dangling-vma
 * Result: KEPT: violated dangling-vma
 * Result: KEPT --find=rule: violated stale-vma
 */

#define MM_TASK_PAGES 8

#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 4);

#define ONE	0x1000UL
#define TWO	0x3000UL	/* three pages */

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mmgrab(&mm);
	mm_map(&mm, TWO, 3 * PAGE_SIZE, VM_READ);
	mm_map(&mm, ONE, PAGE_SIZE, VM_ANON);
}

/* The list and the tree have the same VMAs, in the same order. */
static void same(void)
{
	struct vm_area_struct *vma, *prev = NULL, *found;
	int nr = 0;

	for (vma = mm.mmap; vma; vma = vma->vm_next) {
		assert(vma->vm_prev == prev);
		found = find_vma(&mm, prev ? prev->vm_end : 0);
		assert(vma == found);
		prev = vma;
		nr++;
	}
	assert(nr == mm.map_count);
}

THREAD(walk, &mm)
{
#ifdef NAKED
	struct vm_area_struct *vma;

	for (vma = READ_ONCE(mm.mmap); vma; vma = READ_ONCE(vma->vm_next))
		;
#elif defined(KEPT)
	struct vm_area_struct *vma;

	mmap_read_lock(&mm);
	vma = mm.mmap;
	mmap_read_unlock(&mm);
	mmap_read_lock(&mm);
	if (vma)
		vma = vma->vm_next;
	mmap_read_unlock(&mm);
#elif !defined(EXIT)
	mmap_read_lock(&mm);
	same();
	mmap_read_unlock(&mm);
#endif
}

THREAD(change, &mm)
{
#ifdef EXIT
	mmput(&mm);
	assert(!mm.mmap);
#else
	sys_munmap(TWO + PAGE_SIZE, PAGE_SIZE);		/* the middle */
	mmap_read_lock(&mm);
	same();
	assert(mm.map_count == 3);
	mmap_read_unlock(&mm);
	sys_munmap(ONE, PAGE_SIZE);
	mm_map(&mm, TWO + PAGE_SIZE, PAGE_SIZE, VM_READ);	/* all become one */
	mmap_read_lock(&mm);
	same();
	assert(mm.map_count == 1);
	mmap_read_unlock(&mm);
#endif
}
