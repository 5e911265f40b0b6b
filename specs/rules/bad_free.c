// SPDX-License-Identifier: MIT
/*
 * bad_free: may this VMA be freed now?
 *
 * DOUBLE frees a VMA twice. ATTACHED frees one that the tree still holds, so
 * that the next lookup finds freed memory. LINKED takes it out of the tree but
 * leaves it in the interval tree of its file. KEEP is the right order.
 *
 * Kernel: 5.12
 * Result: DOUBLE: violated bad-free
 * Result: ATTACHED: violated bad-free
 * Result: LINKED: violated bad-free
 * Result: KEEP: holds, 53 states
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, 0x1000, PAGE_SIZE, VM_READ | VM_SHARED, 0);
}

THREAD(unmap, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, 0x1000);
#ifndef ATTACHED
	mt_clear(&mm->mm_mt, 0x1000, 0x2000);
	mm->map_count--;
#endif
#ifndef LINKED
	unlink_file_vma(vma);
#endif
	vm_area_free(vma);
#ifdef DOUBLE
	vm_area_free(vma);
#endif
	mmap_write_unlock(mm);
}

THREAD(reader, &mm)
{
	struct vm_area_struct *vma;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, 0x1000);
	if (vma)
		assert(vma->vm_flags & VM_READ);
	mmap_read_unlock(current->mm);
}
