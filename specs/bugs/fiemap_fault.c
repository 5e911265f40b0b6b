// SPDX-License-Identifier: MIT
/*
 * fiemap_fault: may user memory be written with a range of a file locked?
 *
 * b0ad381fa769 ("btrfs: fix deadlock with fiemap and extent locking", 6.8), Josef Bacik;
 * no CVE. FIEMAP locked the range of the file that it was asked about, and wrote what it
 * found to user memory there and then (BREAK). If the buffer is a mapping of the
 * same file, the write faults, and the fault locks the same range: one thread hangs
 * (generic/808 of fstests).
 *
 * OTHER has another buffer, for which the fault takes mmap_lock alone. Then it takes two
 * more threads to hang: a fault on the file that has mmap_lock, and waits for the
 * range, and a munmap() of the file, behind which new readers of mmap_lock wait. From
 * 6.6 on the fault on the file has the lock of its VMA instead, and it is for that the
 * munmap() waits, with mmap_lock held for writing.
 *
 * It teaches: the write to user memory is a lock, taken by whoever writes. The
 * fix (the default) holds the range for the search alone.
 *
 * Kernel: 6.7
 * Result: BREAK: violated deadlock
 * Result: BREAK OTHER: violated deadlock
 * Result: BREAK OTHER --kernel=6.1: violated deadlock
 * Result: holds
 * Result: OTHER: holds
 * Result: OTHER --kernel=6.1: holds
 */

#define MM_TASK_PAGES 4
#define MM_VM_FAULT btrfs_page_mkwrite

#include <linux/mm.h>
#include <mmcheck.h>

#define MAPPED	0x1000UL	/* the file */
#define BUFFER	0x2000UL	/* anonymous */

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static bool extent_locked;	/* one range of the file: a bit, and who waits for it */

static void lock_extent(void)
{
	ATOMIC {
		WAIT_UNTIL(!extent_locked);
		extent_locked = true;
	}
}

static void unlock_extent(void)
{
	ATOMIC {
		extent_locked = false;
	}
}

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, MAPPED, PAGE_SIZE, VM_READ | VM_WRITE | VM_SHARED, 0);
	mm_map(&mm, BUFFER, PAGE_SIZE, VM_ANON);
}

/* The filesystem is told when a page of a file is about to be written to. */
static int btrfs_page_mkwrite(struct vm_area_struct *vma, unsigned long address,
			      unsigned int flags)
{
	int fault;

	if (vma_is_anonymous(vma))
		return handle_pte_fault(vma, address, flags);
	lock_extent();
	fault = do_anonymous_page(vma, address);	/* map it */
	unlock_extent();
	return fault;
}

/* What there is in the range goes to the buffer at to. */
static void extent_fiemap(unsigned long to)
{
	lock_extent();
#ifdef BREAK
	copy_to_user(to);
	unlock_extent();
#else
	unlock_extent();
	copy_to_user(to);
#endif
}

#ifndef OTHER

THREAD(fiemap, &mm)
{
	extent_fiemap(MAPPED);
}

#else

THREAD(fiemap, &mm)
{
	extent_fiemap(BUFFER);
}

THREAD(fault, &mm)
{
	do_user_addr_fault(MAPPED);
}

THREAD(munmap, &mm)
{
	sys_munmap(MAPPED, PAGE_SIZE);
}

#endif
