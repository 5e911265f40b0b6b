// SPDX-License-Identifier: MIT
/*
 * file_ref: how long may the file of a VMA be used?
 *
 * A VMA has a reference on the file that it maps, and the descriptor may be
 * closed (CLOSE). madvise(MADV_WILLNEED) finds the file through the VMA and reads
 * it without mmap_lock: munmap takes the VMA away meanwhile, and the file with
 * it. So madvise takes a reference of its own before the unlock (KEEP), not
 * after it (LATE), and drops it again, once (NO_PUT, TWICE). NO_REF takes none;
 * that is enough as long as the lock is held (LOCKED). SPLIT unmaps half of the
 * VMA, and MERGE makes two VMAs one: each has its reference. In UNCOUNTED the
 * VMA has none, so that it maps a file that is gone.
 *
 * Kernel: 6.1
 * Result: KEEP: holds, 170 states
 * Result: LATE: violated refcount
 * Result: NO_PUT: violated leak
 * Result: TWICE: violated use-after-free
 * Result: NO_REF: violated use-after-free
 * Result: NO_REF LOCKED: holds, 105 states
 * Result: KEEP SPLIT: holds, 342 states
 * Result: NO_REF SPLIT: holds, 273 states
 * Result: KEEP MERGE: holds, 484 states
 * Result: KEEP CLOSE: holds, 27 states
 * Result: NO_REF LOCKED CLOSE: holds, 21 states
 * Result: NO_REF LOCKED CLOSE UNCOUNTED: violated use-after-free
 */

#ifndef UNCOUNTED
#define MM_FILE_REF 1
#endif
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(file, 1);
MM_POOL(vm_area_struct, 3);

#define ADDR	0x1000UL

static struct mm_struct mm;
static struct address_space mapping;
static struct inode inode;
static struct file *fd __maybe_unused;	/* of a descriptor */

static struct file *file_open(void)
{
	struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	file->f_mapping = &mapping;
	file->f_inode = &inode;
	atomic_set(&file->f_count, 1);
	return file;
}

INIT
{
	struct file *file = file_open();

	mm_init(&mm);
	mm_map_file(&mm, file, ADDR, 2 * PAGE_SIZE, VM_READ, 0);
#ifdef CLOSE
	fd = file;
#else
	fput(file);
#endif
}

/* Let the pages be read that will be needed. mmap_lock is dropped. */
static void willneed(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	struct file *file = vma->vm_file;

#if !defined(NO_REF) && !defined(LATE)
	get_file(file);
#endif
#ifndef LOCKED
	mmap_read_unlock(mm);
#endif
#ifdef LATE
	get_file(file);
#endif
	assert(file_inode(file) == &inode);	/* vfs_fadvise() */
#ifdef LOCKED
	mmap_read_unlock(mm);
#endif
#if !defined(NO_REF) && !defined(NO_PUT)
	fput(file);
#endif
#ifdef TWICE
	fput(file);
#endif
}

THREAD(madvise, &mm)
{
	struct vm_area_struct *vma;

	mmap_read_lock(&mm);
	vma = vma_lookup(&mm, ADDR);
	if (vma)
		willneed(vma);
	else
		mmap_read_unlock(&mm);
}

THREAD(munmap, &mm)
{
#if defined(SPLIT)
	vm_munmap(ADDR + PAGE_SIZE, PAGE_SIZE);
#elif defined(MERGE)
	struct vm_area_struct *vma;

	mmap_write_lock(&mm);
	vma = vma_lookup(&mm, ADDR);
	split_vma(&mm, vma, ADDR + PAGE_SIZE, 0);
	vma_expand(&mm, vma, ADDR, ADDR + 2 * PAGE_SIZE, 0,
		   vma_lookup(&mm, ADDR + PAGE_SIZE));
	mmap_write_unlock(&mm);
	vm_munmap(ADDR, 2 * PAGE_SIZE);
#elif !defined(CLOSE)
	vm_munmap(ADDR, 2 * PAGE_SIZE);
#endif
}

#ifdef CLOSE
THREAD(close, NULL)
{
	fput(fd);
}
#endif
