// SPDX-License-Identifier: MIT
/*
 * fork_link_file: when may fork link the VMA of a child in the tree of its file?
 *
 * CVE-2024-27022, fixed in 6.9 by 35e351780fa9 ("fork: defer linking file vma until vma
 * is fully initialized"); the lock of a VMA of hugetlbfs, which it is about, came in
 * 6.1. That lock lies in an object of its own, which vm_private_data names. The
 * child's VMA begins as a copy of the parent's: fork clears the pointer, for the lock
 * is not the child's, and vm_ops->open makes one for the child. BREAK links the VMA in
 * i_mmap before either.
 *
 * Whoever punches a hole in the file walks that tree, tries for the lock of each VMA,
 * and gives it back behind the unmapping. A VMA without a lock counts as locked; if it
 * gets one in between, a lock is given back that nobody has taken (lock-misuse). Or the
 * walk takes the lock of the parent by the child's VMA, and finds nothing to give back
 * (lock-leak).
 *
 * It teaches: an object is published by the first place where others find it. The
 * tree of a file is such a place, and its lock only orders what is done under it. The
 * fix (the default) links the VMA when it is complete.
 *
 * Kernel: 6.8
 * Result: BREAK --property=lock-misuse: violated lock-misuse
 * Result: BREAK: violated lock-leak
 * Result: BREAK --kernel=6.1 --property=lock-misuse: violated lock-misuse
 * Result: holds
 * Result: --kernel=6.15: holds
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 2
#ifdef BREAK
#define FORK_LINK_EARLY
#endif

#include <linux/kref.h>
#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(ptdesc, 4);

#define ADDR	0x1000UL

struct hugetlb_vma_lock {
	struct kref refs;
	struct rw_semaphore rw_sema;
	struct vm_area_struct *vma;
};

static struct mm_struct mm, child;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };

static void hugetlb_vma_lock_alloc(struct vm_area_struct *vma)
{
	struct hugetlb_vma_lock *vma_lock = kmalloc(sizeof(*vma_lock), GFP_KERNEL);

	kref_init(&vma_lock->refs);
	init_rwsem(&vma_lock->rw_sema);
	vma_lock->vma = vma;
	vma->vm_private_data = vma_lock;
}

/*
 * A copy of a VMA needs a lock of its own. (fork clears the pointer itself, in
 * hugetlb_dup_vma_private(), before it comes to this.)
 */
static void hugetlb_vm_op_open(struct vm_area_struct *vma)
{
	vma->vm_private_data = NULL;
	hugetlb_vma_lock_alloc(vma);
}

static const struct vm_operations_struct hugetlb_vm_ops = {
	.open = hugetlb_vm_op_open,
};

static int hugetlb_vma_trylock_write(struct vm_area_struct *vma)
{
	struct hugetlb_vma_lock *vma_lock = vma->vm_private_data;

	return vma_lock ? down_write_trylock(&vma_lock->rw_sema) : 1;
}

static void hugetlb_vma_unlock_write(struct vm_area_struct *vma)
{
	struct hugetlb_vma_lock *vma_lock = vma->vm_private_data;

	if (vma_lock)
		up_write(&vma_lock->rw_sema);
}

INIT
{
	struct vm_area_struct *vma;

	mm_init(&mm);
	mm_init(&child);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, ADDR, PAGE_SIZE, VM_READ | VM_WRITE | VM_SHARED | VM_HUGETLB, 0);
	vma = vma_lookup(&mm, ADDR);
	vma->vm_ops = &hugetlb_vm_ops;
	hugetlb_vma_lock_alloc(vma);
}

THREAD(fork, &mm)
{
	dup_mmap(&child, current->mm);
}

/* fallocate(FALLOC_FL_PUNCH_HOLE) of page 0: as hugetlb_vmdelete_list(). */
THREAD(punch_hole, NULL)
{
	struct vm_area_struct *vma;

	i_mmap_lock_write(&mapping);
	vma_interval_tree_foreach(vma, &mapping.i_mmap, 0, 0) {
		if (!hugetlb_vma_trylock_write(vma))
			continue;
		zap_page_range(vma->vm_mm, vma->vm_start, vma->vm_end);
		hugetlb_vma_unlock_write(vma);
	}
	i_mmap_unlock_write(&mapping);
}
