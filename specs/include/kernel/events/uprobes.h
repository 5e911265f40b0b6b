/* SPDX-License-Identifier: MIT */
/*
 * This file finds the uprobe at an address that a process has come to: kernel/events/uprobes.c.
 * It is looked for by its file and the place in there; there is one, here. Of the inode only
 * the address counts.
 *
 * From 6.13 on it looks without mmap_lock first, and asks then whether a writer was there.
 * All that it follows is read from a VMA that nobody has locked, and must be there even when
 * it is not what it was: the VMA as long as the read section, or as some other VMA; and
 * vm_file as well, since files are type-stable. Define UPROBE_NO_RETRY not to ask.
 */
#ifndef _KERNEL_EVENTS_UPROBES_H
#define _KERNEL_EVENTS_UPROBES_H

#include <linux/fs.h>
#include <mm/internal.h>

struct uprobe {
	struct inode *inode;
	unsigned long offset;
};

static struct uprobe uprobe __maybe_unused;	/* the tree of all */

/* The uprobe at offset of inode, or NULL. */
static inline struct uprobe *find_uprobe(struct inode *inode, unsigned long offset)
{
	return uprobe.inode == inode && uprobe.offset == offset ? &uprobe : NULL;
}

#if SPECULATE_USERS
/* The same as below, without a lock, or NULL where a writer was there. */
static struct uprobe *__maybe_unused find_active_uprobe_speculative(unsigned long bp_vaddr)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	struct file *vm_file;
	unsigned long offset;
	unsigned int seq;
	struct uprobe *found = NULL;

	rcu_read_lock();
	if (!mmap_lock_speculate_try_begin(mm, &seq))
		goto out;
	vma = vma_lookup(mm, bp_vaddr);
	vm_file = vma ? data_race(READ_ONCE(vma->vm_file)) : NULL;	/* as in a seqcount section */
	if (!vm_file)
		goto out;
	offset = data_race(vma->vm_pgoff << PAGE_SHIFT) + (bp_vaddr - data_race(vma->vm_start));
	found = find_uprobe(data_race(vm_file->f_inode), offset);
#ifndef UPROBE_NO_RETRY
	if (mmap_lock_speculate_retry(mm, seq))
		found = NULL;
#endif
out:
	rcu_read_unlock();
	return found;
}
#endif

/* The uprobe that the process that runs has at bp_vaddr, or NULL. */
static struct uprobe *__maybe_unused find_active_uprobe(unsigned long bp_vaddr)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	struct uprobe *found = NULL;

#if SPECULATE_USERS
	found = find_active_uprobe_speculative(bp_vaddr);
	if (found)
		return found;
#endif
	mmap_read_lock(mm);
	vma = vma_lookup(mm, bp_vaddr);
	if (vma && vma->vm_file)
		found = find_uprobe(vma->vm_file->f_inode,
				    (vma->vm_pgoff << PAGE_SHIFT) + (bp_vaddr - vma->vm_start));
	mmap_read_unlock(mm);
	return found;
}

#endif /* _KERNEL_EVENTS_UPROBES_H */
