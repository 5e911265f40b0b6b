// SPDX-License-Identifier: MIT
/*
 * uprobe_speculate: may what a VMA points to be followed without a lock?
 *
 * A breakpoint that a process comes to is looked up by the file that is mapped there. From
 * 6.13 on that is done without mmap_lock, and afterwards mm_lock_seq tells whether a writer
 * was there. Then it is done again with the lock; so what was found is right. But that it
 * would be thrown away is no reason that it may be looked at: the VMA, and the file, might
 * be freed. The VMA is there in a read section. Of a file the memory is, as it is
 * type-stable from 6.7 on; without that (FREED) it is used when it may be something else.
 * And if nobody asks (UPROBE_NO_RETRY) a breakpoint is found in what has become another
 * mapping of another file, elsewhere.
 *
 * Source: kernel/events/uprobes.c of 6.14 and 6.18.2; 6.12 has only the look-up with
 * mmap_lock.
 *
 * Kernel: 6.18
 * Result: holds
 * Result: FREED: violated use-after-free
 * Result: UPROBE_NO_RETRY: violated assert
 * Result: FREED --kernel=6.12: holds
 * Result: --kernel=6.14: holds
 * Result: --kernel=7.1: holds
 */

#define MM_TASK_PAGES 4
#define MM_FILE_REF 1

#include <linux/mm.h>
#include <kernel/events/uprobes.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);
MM_POOL(file, 2);
#ifndef FREED
MM_TYPESAFE_BY_RCU(file);
#endif

#define ADDR	0x1000UL
#define NEXT	0x2000UL
#define INDEX	1		/* of the page at ADDR in the file there */

static struct mm_struct mm;
static struct address_space mapping;
static struct inode plain, probed;

/* Map page index of a file, by a struct file of its own. */
static void map(struct mm_struct *mm, struct inode *inode, unsigned long addr, pgoff_t index)
{
	struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	file->f_mapping = &mapping;
	file->f_inode = inode;
	atomic_set(&file->f_count, 1);
	mm_map_file(mm, file, addr, PAGE_SIZE, VM_READ, index);
	fput(file);
}

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	uprobe.inode = &probed;
	uprobe.offset = INDEX << PAGE_SHIFT;
	map(&mm, &plain, ADDR, INDEX);
}

/* There never is one at ADDR. */
THREAD(breakpoint, &mm)
{
	assert(!find_active_uprobe(ADDR));
}

/* Unmap that file, and map the page behind the uprobe of another one at NEXT. */
THREAD(mmap, &mm)
{
	sys_munmap(ADDR, PAGE_SIZE);
	map(current->mm, &probed, NEXT, INDEX + 1);
}
