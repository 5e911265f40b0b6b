// SPDX-License-Identifier: MIT
/*
 * remap_file_pages_lsm: may a security module be asked with mmap_lock held?
 *
 * 58a039e679fe ("mm: split critical region in remap_file_pages() and invoke
 * LSMs in between", 6.12-rc5), found by syzbot. It repairs ea7e2d5e49c0, a security
 * fix that asked security_mmap_file() where remap_file_pages() had mmap_lock; both
 * are of the release candidates of 6.12, and went to the stable kernels of then.
 * The module that measures files (IMA) takes the lock of the inode. write(2)
 * has that lock when it faults on the user's buffer and takes mmap_lock.
 *
 * It teaches: a callback takes locks that its caller does not see. The fix
 * leaves mmap_lock, asks, and takes it again: but then what was asked about may
 * not be there any more. It looks the VMA up again and goes on only if file and
 * flags are the same (KEEP). Without the second lookup the VMA may be freed
 * (NO_LOOKUP); with the lookup but without the comparison, a file is mapped
 * that nobody was asked about (NO_COMPARE). And the reference that keeps the file
 * goes with the VMA, which somebody unmaps (NO_REF MUNMAP), or, before 6.12, the new
 * mapping itself, which had not got its own yet (NO_REF).
 * OTHER_FILE maps another file in the gap, MUNMAP unmaps.
 *
 * Kernel: 6.12
 * Result: BREAK: violated deadlock
 * Result: BREAK --find=rule: violated lock-order
 * Result: BREAK --kernel=6.1: violated deadlock
 * Result: KEEP: holds
 * Result: KEEP MUNMAP: holds
 * Result: KEEP OTHER_FILE: holds
 * Result: KEEP --kernel=6.1: holds
 * Result: KEEP MUNMAP --kernel=6.1: holds
 * Result: KEEP OTHER_FILE --kernel=6.15: holds
 * Result: NO_REF: holds
 * Result: NO_REF --kernel=6.1: violated use-after-free
 * Result: NO_REF MUNMAP: violated use-after-free
 * Result: NO_LOOKUP MUNMAP: violated dangling-vma
 * Result: NO_LOOKUP OTHER_FILE: violated dangling-vma
 * Result: NO_LOOKUP MUNMAP --find=rule: violated stale-vma
 * Result: NO_COMPARE OTHER_FILE: violated assert
 * Result: NO_COMPARE MUNMAP: holds
 */

#define MM_TASK_PAGES 4
#define MM_FILE_REF 1

#include <linux/mm.h>
#include <mmcheck.h>

#define ADDR	0x1000UL	/* where the file is mapped */
#define BUFFER	0x2000UL	/* what write(2) reads from */

MM_POOL(vm_area_struct, 4);
MM_POOL(file, 2);

static struct mm_struct mm;
static struct address_space mapping, other_mapping;
static struct inode inode, other_inode;
static struct file *asked;	/* what the security module has seen */

static struct file *do_filp_open(struct address_space *mapping, struct inode *inode)
{
	struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	file->f_mapping = mapping;
	file->f_inode = inode;
	atomic_set(&file->f_count, 1);
	return file;
}

/* The file is mapped, and its descriptor closed. */
INIT
{
	struct file *file = do_filp_open(&mapping, &inode);

	mm_init(&mm);
	mm_map_file(&mm, file, ADDR, PAGE_SIZE, VM_READ | VM_SHARED, 0);
	mm_map(&mm, BUFFER, PAGE_SIZE, VM_ANON);
	fput(file);
}

/* The integrity module reads and measures the file. */
static int security_mmap_file(struct file *file)
{
	inode_lock(file_inode(file));
	inode_unlock(file_inode(file));
	asked = file;
	return 0;
}

#ifdef BREAK

SYSCALL_DEFINE3(remap_file_pages, unsigned long, start, unsigned long, size, pgoff_t, pgoff)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	vma = vma_lookup(mm, start);
	if (vma && vma->vm_flags & VM_SHARED) {
		struct file *file = get_file(vma->vm_file);

		if (!security_mmap_file(file))
			__mmap_region(mm, file, start, size, vma->vm_flags, pgoff);
		fput(file);
	}
	mmap_write_unlock(mm);
	return 0;
}

#else

SYSCALL_DEFINE3(remap_file_pages, unsigned long, start, unsigned long, size, pgoff_t, pgoff)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	vm_flags_t vm_flags;
	struct file *file;
	long ret = -EINVAL;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	vma = vma_lookup(mm, start);
	if (!vma || !(vma->vm_flags & VM_SHARED)) {
		mmap_read_unlock(mm);
		return -EINVAL;
	}
	vm_flags = vma->vm_flags;
	file = vma->vm_file;
#ifndef NO_REF
	get_file(file);
#endif
	mmap_read_unlock(mm);

	if (security_mmap_file(file) || mmap_write_lock_killable(mm))
		goto put;
#ifndef NO_LOOKUP
	vma = vma_lookup(mm, start);
	if (!vma)
		goto out;
#endif
#ifndef NO_COMPARE
	if (vma->vm_flags != vm_flags || vma->vm_file != file)
		goto out;
#else
	(void)vm_flags;
#endif
	assert(vma->vm_file == asked);
	__mmap_region(mm, vma->vm_file, start, size, vma->vm_flags, pgoff);
	ret = 0;
out:
	mmap_write_unlock(mm);
put:
#ifndef NO_REF
	fput(file);
#endif
	return ret;
}

#endif

THREAD(remap, &mm)
{
	sys_remap_file_pages(ADDR, PAGE_SIZE, 1);
}

#if defined(MUNMAP)

THREAD(munmap, &mm)
{
	sys_munmap(ADDR, PAGE_SIZE);
}

#elif defined(OTHER_FILE)

THREAD(mmap, &mm)
{
	struct file *other = do_filp_open(&other_mapping, &other_inode);

	mmap_write_lock(current->mm);
	__mmap_region(current->mm, other, ADDR, PAGE_SIZE, VM_READ | VM_SHARED, 0);
	mmap_write_unlock(current->mm);
	fput(other);
}

#else

/* write(2) to the file: the copy from the buffer faults, in the kernel. */
THREAD(write, &mm)
{
	inode_lock(&inode);
	copy_from_user(BUFFER);
	inode_unlock(&inode);
}

#endif
