// SPDX-License-Identifier: MIT
/*
 * new_vma_visible: when must a new VMA be locked that mmap() still writes to?
 *
 * 33313a747e81 ("mm: lock newly mapped VMA which can be modified after it becomes
 * visible"), Suren Baghdasaryan, and 1c7873e33645 ("mm: lock newly mapped VMA with
 * corrected ordering"), Hugh Dickins, which puts right the order of the first; both
 * 6.5-rc1 and 6.4.3, no CVE.
 *
 * mmap_region() stored the VMA in the tree and went on to write vm_flags and
 * vm_page_prot, with mmap_lock held for writing. A fault with the lock of the VMA
 * alone finds it, and may see one of the two (BREAK). In 6.4 only VMAs of files were
 * written to like that, and faults on files took mmap_lock: a rule was broken, and
 * nothing came of it. From 6.6 on something would have. The fix (the default) locks
 * the VMA before it is stored.
 *
 * The first version of the fix did so with i_mmap_rwsem held, which comes after the
 * lock of a VMA (ORDER). Nobody else can hold the lock of a VMA that is not
 * published, so nothing hangs; but the order of the classes is wrong, as lockdep
 * would say. Where the VMA is in the tree already, as for an mprotect() that did
 * the same (PUBLISHED), two threads do hang.
 *
 * It teaches: a VMA is published when it is in the tree, not when mmap_lock is
 * released. And that a circle of classes is not yet a deadlock, but one edit away.
 *
 * Kernel: 6.6
 * Result: holds
 * Result: BREAK: violated assert
 * Result: BREAK --find=rule: violated unlocked-write
 * Result: BREAK --kernel=6.4: violated unlocked-write
 * Result: BREAK --kernel=6.4 --property=assert: holds
 * Result: BREAK --kernel=6.15: violated assert
 * Result: ORDER: violated lock-order
 * Result: ORDER --ignore=lock-order: holds
 * Result: PUBLISHED: violated deadlock
 * Result: PUBLISHED --find=rule: violated lock-order
 * Result: --kernel=6.4: holds
 * Result: --kernel=6.15: holds
 * Result: --kernel=7.1: holds
 */

#define MM_TASK_PAGES 4
#define MM_VM_FAULT file_fault
#define MM_MEMBERS_vm_area_struct unsigned long vm_page_prot;

#include <linux/mm.h>
#include <mmcheck.h>

#define ADDR	0x1000UL
#define OTHER	0x2000UL	/* is mapped already */

#define FLAGS	(VM_READ | VM_SHARED)

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
#if defined(ORDER) || defined(PUBLISHED)
	mm_map_file(&mm, &file, OTHER, PAGE_SIZE, FLAGS, 1);
	vma_lookup(&mm, OTHER)->vm_page_prot = FLAGS;
#endif
}

/*
 * The VMA is stable: what it says fits together. With ORDER and PUBLISHED it is one
 * of hugetlbfs, which looks in the file's tree for a page table to share.
 */
static int file_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags)
{
	(void)address;
	(void)flags;
#if defined(ORDER) || defined(PUBLISHED)
	i_mmap_lock_read(vma->vm_file->f_mapping);
	i_mmap_unlock_read(vma->vm_file->f_mapping);
#endif
	assert(vma->vm_page_prot == vma->vm_flags);
	return 0;
}

THREAD(fault, &mm)
{
#if defined(ORDER) || defined(PUBLISHED)
	do_user_addr_fault(OTHER);
#else
	do_user_addr_fault(ADDR);
#endif
}

#ifdef PUBLISHED

THREAD(mprotect, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, OTHER);
	i_mmap_lock_write(&mapping);
	vma_start_write(vma);
	i_mmap_unlock_write(&mapping);
	mmap_write_unlock(mm);
}

#else

/* vma_mark_attached() of 6.15 asks for the lock. */
static void attach(struct vm_area_struct *vma)
{
#if defined(BREAK) && VMA_LOCK_REFCOUNT
	refcount_set_release(&vma->vm_refcnt, 1);
#else
	vma_mark_attached(vma);
#endif
}

/* The end of mmap_region(): publish the VMA, and finish it. */
static void mmap_region_tail(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct address_space *mapping = vma->vm_file->f_mapping;

#ifdef ORDER
	i_mmap_lock_write(mapping);
#endif
#ifndef BREAK
	vma_start_write(vma);
#endif
	attach(vma);
	mt_store(&mm->mm_mt, vma->vm_start, vma->vm_end, vma);
	mm->map_count++;
#ifndef ORDER
	i_mmap_lock_write(mapping);
#endif
	vma_interval_tree_insert(vma, &mapping->i_mmap);
	i_mmap_unlock_write(mapping);

	vma->vm_flags = FLAGS;
	vma->vm_page_prot = FLAGS;	/* vma_set_page_prot() */
}

THREAD(mmap, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vm_area_alloc(mm);
	vma->vm_start = ADDR;
	vma->vm_end = ADDR + PAGE_SIZE;
	vma->vm_file = &file;
	mmap_region_tail(mm, vma);
	mmap_write_unlock(mm);
}

#endif
