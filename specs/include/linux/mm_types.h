/* SPDX-License-Identifier: MIT */
/*
 * This file models the two structures that every protocol here is about. Field
 * names are the kernel's; the checker knows the locks that stabilise a VMA by
 * them: vma->vm_mm->mmap_lock, vma->vm_lock, and
 * vma->vm_file->f_mapping->i_mmap_rwsem while the VMA is linked in i_mmap.
 */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

#include <linux/atomic.h>
#include <linux/fs.h>
#include <linux/maple_tree.h>
#include <linux/pgtable.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/version.h>

struct mm_struct {
	struct maple_tree mm_mt;	/* the VMAs; the rbtree before 6.1 */
	struct page_table pgd;
	atomic_t mm_users;		/* of the mappings */
	atomic_t mm_count;		/* of this structure; all users hold one */
	struct rw_semaphore mmap_lock;
	spinlock_t page_table_lock;
#if CONFIG_PER_VMA_LOCK
	int mm_lock_seq;		/* VMAs with this number are write-locked */
#endif
	int map_count;
	unsigned long start_brk, brk;
	vm_flags_t def_flags;
};

struct vm_area_struct {
	unsigned long vm_start;		/* first byte */
	unsigned long vm_end;		/* first byte after the end */
	struct mm_struct *vm_mm;	/* set once, at creation */
	vm_flags_t vm_flags;
	unsigned long vm_pgoff;		/* in pages; the address itself where anonymous */
	struct file *vm_file;		/* NULL where anonymous */
	struct vm_area_struct *vm_next;	/* munmap's private list of detached VMAs */
#if CONFIG_PER_VMA_LOCK
	int vm_lock_seq;
	bool detached;
	struct rw_semaphore vm_lock;	/* embedded here, a structure of its own in the kernel */
	struct rcu_head vm_rcu;
#endif
};

#endif /* _LINUX_MM_TYPES_H */
