// SPDX-License-Identifier: MIT
/*
 * madvise_remove_file: who keeps the file in which MADV_REMOVE punches a hole?
 *
 * CVE-2012-3511. Broken in 2.6.21 by 90ed52ebe481, fixed in 3.5 by 9ab4233dd080 ("mm:
 * Hold a file reference in madvise_remove"). A filesystem takes its locks before
 * mmap_lock. So madvise() drops mmap_lock, lets the filesystem take the pages away,
 * and takes mmap_lock again. The file it had from vma->vm_file. If the descriptor is
 * closed, the VMA has the only reference to it, and munmap() gives that up meanwhile
 * (BREAK). The fix (the default) takes a reference before the drop, and gives it back
 * before it locks again.
 *
 * It teaches: what a VMA points to is kept by the VMA, and that by mmap_lock. Whoever
 * goes on without the lock needs a reference of his own, to each thing that he goes
 * on with. Nor may the loop over the VMAs look at the old one when the lock is back
 * (PREV).
 *
 * 3.4 is older than the eras of the model, which has nothing to say of this bug that
 * changed between it and 5.10 but that munmap() downgrades.
 *
 * Kernel: 3.4
 * Result: BREAK: violated use-after-free
 * Result: BREAK --kernel=6.12: violated use-after-free
 * Result: PREV: violated dangling-vma
 * Result: PREV --kernel=6.12 --find=rule: violated stale-vma
 * Result: holds
 * Result: --kernel=6.12: holds
 */

#define MM_FILE_REF 1
#define MM_TASK_PAGES 4
#if defined(BREAK)
#define REMOVE_NO_REF
#elif defined(PREV)
#define MADVISE_KEEP_PREV
#endif

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(file, 1);

#define ADDR	0x1000UL

static struct mm_struct mm;
static struct address_space mapping;
static struct inode inode;

/* Open, map, close. */
INIT
{
	struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	init_rwsem(&inode.i_rwsem);
	file->f_mapping = &mapping;
	file->f_inode = &inode;
	atomic_set(&file->f_count, 1);
	mm_map_file(&mm, file, ADDR, PAGE_SIZE, VM_READ | VM_WRITE | VM_SHARED, 0);
	fput(file);
}

THREAD(madvise, &mm)
{
	sys_madvise(ADDR, PAGE_SIZE, MADV_REMOVE);
}

THREAD(munmap, &mm)
{
	sys_munmap(ADDR, PAGE_SIZE);
}
