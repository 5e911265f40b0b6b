// SPDX-License-Identifier: MIT
/*
 * mmap_hide_rmap: when may a file map something into a VMA that is new?
 *
 * mmap() enters the VMA into the tree of its file, and then lets the file map what it wants
 * to have there. Whoever takes the file's page away says so first, and unmaps it then from
 * all VMAs in that tree. Up to 6.18 the lock of the tree is given up in between: the file
 * sees that the page is there, the walk comes by and finds nothing to unmap, and then the
 * page is mapped. From 6.19 on the file can have that lock kept until it is done. To look
 * before the VMA is in the tree helps neither (EARLY): a walk may have been there before.
 *
 * Source: mm/vma.c of 6.19 and 7.1, against that of 6.18.
 *
 * Kernel: 7.1
 * Result: holds
 * Result: EARLY: violated assert
 * Result: --kernel=6.18: violated assert
 * Result: MMAP_HIDE_RMAP=0: violated assert
 */

#define MM_TASK_PAGES 4
#define MM_MMAP_ACTION map_page

#include <linux/mm.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static bool gone, was_gone __maybe_unused;

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
}

static int map_page(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;

#ifdef EARLY
	if (was_gone)
		return -ENODEV;
#else
	if (READ_ONCE(gone))
		return -ENODEV;
#endif
	spin_lock(&mm->page_table_lock);
	pt_set(&mm->pgd, ADDR, _PAGE_PRESENT);
	spin_unlock(&mm->page_table_lock);
	return 0;
}

THREAD(mmap, &mm)
{
	was_gone = READ_ONCE(gone);
	mm_map_file(current->mm, &file, ADDR, PAGE_SIZE, VM_READ | VM_SHARED, 0);
}

/* As unmap_mapping_range(). */
THREAD(revoke, NULL)
{
	struct vm_area_struct *vma;

	WRITE_ONCE(gone, true);
	i_mmap_lock_read(&mapping);
	vma_interval_tree_foreach(vma, &mapping.i_mmap, 0, 0)
		zap_page_range(vma->vm_mm, vma->vm_start, vma->vm_end);
	i_mmap_unlock_read(&mapping);
}

FINAL
{
	assert(!pt_get(&mm.pgd, ADDR));
}
