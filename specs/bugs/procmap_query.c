// SPDX-License-Identifier: MIT
/*
 * procmap_query: may a file be read while its VMA is kept stable?
 *
 * b5cbacd7f86f ("procfs: avoid fetching build ID while holding VMA lock"), Andrii
 * Nakryiko, February 2026; broken in 6.11 by ed5d583a88a9, which brought PROCMAP_QUERY. The
 * query reads the build ID of a mapped file. To read a block device takes i_rwsem for
 * reading, and read(2) of that device holds i_rwsem when it faults on the user's
 * buffer and takes mmap_lock for reading. Readers do not wait for each other, but each
 * waits behind a writer that waits: two writers close the circle (BREAK). With one of
 * them (NO_MUNMAP, NO_TRUNCATE) it is a broken rule only.
 *
 * From 6.18 on the query has the VMA locked instead of mmap_lock (VMA_LOCK). Then the
 * first writer is one that waits for the readers of that VMA.
 *
 * The fix (the default) takes a reference to the file, gives up the lock and the mm, and
 * reads then. Its first version went to the common exit when the ID did not fit the
 * user's buffer, and dropped the reference to the mm there a second time (DOUBLE_PUT;
 * 61dc9f776705, "procfs: fix possible double mmput() in do_procmap_query()").
 *
 * It teaches: "both sides only read" is no excuse with locks that queue. And that a
 * function which gives its locks up half way has two kinds of exits from there on.
 *
 * Kernel: 6.12
 * Result: BREAK: violated deadlock
 * Result: BREAK --find=rule: violated lock-order
 * Result: BREAK NO_MUNMAP: violated lock-order
 * Result: BREAK NO_TRUNCATE: violated lock-order
 * Result: BREAK NO_MUNMAP --ignore=lock-order: holds
 * Result: BREAK NO_TRUNCATE --ignore=lock-order: holds
 * Result: BREAK VMA_LOCK --kernel=6.18: violated deadlock
 * Result: holds
 * Result: VMA_LOCK --kernel=6.18: holds
 * Result: DOUBLE_PUT: violated refcount
 * Result: TOO_SMALL: holds
 */

#define MM_TASK_PAGES 4
#define MM_FILE_REF 1

#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <mm/mmap_lock.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);
MM_POOL(mm_struct, 1);
MM_POOL(file, 1);

#define ADDR	0x1000UL	/* the block device is mapped here */
#define BUFFER	0x2000UL	/* what read(2) fills */

#if defined(DOUBLE_PUT) || defined(TOO_SMALL)
#define SMALL	1		/* the ID does not fit */
#else
#define SMALL	0
#endif

static struct address_space mapping;
static struct inode inode;
#if SMALL
static struct mm_struct *mm;	/* goes with its last user */
#define MM	mm
#else
static struct mm_struct mm;
#define MM	(&mm)
#endif

INIT
{
	struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	init_rwsem(&mapping.i_mmap_rwsem);
	init_rwsem(&inode.i_rwsem);
	file->f_mapping = &mapping;
	file->f_inode = &inode;
	atomic_set(&file->f_count, 1);
#if SMALL
	mm = mm_alloc();
	mmgrab(mm);		/* that of the open file in /proc */
#else
	mm_init(&mm);
#endif
	mm_map_file(MM, file, ADDR, PAGE_SIZE, VM_READ, 0);
	mm_map(MM, BUFFER, PAGE_SIZE, VM_ANON);
	fput(file);
}

static int build_id_parse(struct file *file)
{
	inode_lock_shared(file_inode(file));
	inode_unlock_shared(file_inode(file));
	return SMALL ? -ENAMETOOLONG : 0;
}

#ifdef VMA_LOCK

static struct vm_area_struct *query_vma_find(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	rcu_read_lock();
	vma = lock_next_vma(mm, addr);
	rcu_read_unlock();
	return IS_ERR(vma) ? NULL : vma;
}

static void query_vma_teardown(struct mm_struct *mm, struct vm_area_struct *vma)
{
	(void)mm;
	if (vma)
		vma_end_read(vma);
}

#else

static struct vm_area_struct *query_vma_find(struct mm_struct *mm, unsigned long addr)
{
	mmap_read_lock(mm);
	return find_vma(mm, addr);
}

static void query_vma_teardown(struct mm_struct *mm, struct vm_area_struct *vma)
{
	(void)vma;
	mmap_read_unlock(mm);
}

#endif

static int do_procmap_query(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	struct file *file __maybe_unused = NULL;
	int err = 0;

	if (!mmget_not_zero(mm))
		return -ESRCH;
	vma = query_vma_find(mm, addr);
#ifdef BREAK
	if (vma && vma->vm_file)
		err = build_id_parse(vma->vm_file);
	query_vma_teardown(mm, vma);
	mmput(mm);
#else
	if (vma && vma->vm_file)
		file = get_file(vma->vm_file);
	query_vma_teardown(mm, vma);
	mmput(mm);
	if (file) {
		err = build_id_parse(file);
		fput(file);
#ifdef DOUBLE_PUT
		if (err)
			mmput(mm);	/* goto out */
#endif
	}
#endif
	return err;
}

/* Another process asks. */
THREAD(query, NULL)
{
	do_procmap_query(MM, ADDR);
#if SMALL
	mmdrop(MM);
#endif
}

#if SMALL

THREAD(exit, NULL)
{
	mmput(MM);
}

#else

/* read(2) of the block device. */
THREAD(read, &mm)
{
	inode_lock_shared(&inode);
	copy_to_user(BUFFER);
	inode_unlock_shared(&inode);
}

#ifndef NO_MUNMAP
THREAD(munmap, &mm)
{
	sys_munmap(ADDR, PAGE_SIZE);
}
#endif

#ifndef NO_TRUNCATE
/* As on a resize of the device. */
THREAD(truncate, NULL)
{
	inode_lock(&inode);
	inode_unlock(&inode);
}
#endif

#endif
