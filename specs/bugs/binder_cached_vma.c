// SPDX-License-Identifier: MIT
/*
 * binder_cached_vma: is a VMA that its driver remembers safe under a read lock?
 *
 * CVE-2023-20928, found by Jann Horn; dd2283f2605e had made it possible in 4.20.
 * a43cfc87caaf stopped remembering the VMA, was reverted, and d1d8875c8c13
 * ("binder: fix UAF of alloc->vma in race with munmap()", 6.4) takes the write lock.
 * binder keeps the VMA of its buffer in alloc->vma, and vm_ops->close sets it
 * to NULL. It took mmap_lock for reading, saw a VMA, and used it.
 *
 * It teaches: the read lock of mmap_lock protects a VMA that was found in the
 * tree. munmap() frees what is no longer in the tree with the very same read
 * lock, after the downgrade, so a pointer from elsewhere can be pulled away.
 * Before 4.20 there was no downgrade, and the read lock was enough. Both fixes
 * hold: the write lock (WRITE), or a lookup by address (BY_ADDRESS).
 *
 * The second is how later kernels do it (7.0 is what was read): no VMA is remembered,
 * only that there is one (alloc->mapped). It is looked up with its own lock if
 * possible, else with mmap_lock. What is found need not be binder's any more: after
 * munmap() something else may be mapped there (REMAP). But then vm_ops->close has
 * been called, so that binder sees alloc->mapped unset. With the lookup alone
 * (NO_MAPPED) binder's page comes into memory that is not its own. The reference that
 * keeps the mm from its exit meanwhile is left out: nobody exits here.
 *
 * Kernel: 6.1
 * Result: violated dangling-vma
 * Result: --kernel=5.12: violated dangling-vma
 * Result: --kernel=6.12: violated dangling-vma
 * Result: --kernel=4.19: holds
 * Result: WRITE: holds
 * Result: WRITE --kernel=5.12: holds
 * Result: WRITE --kernel=6.4: holds
 * Result: WRITE --kernel=6.12: holds
 * Result: WRITE REMAP --kernel=6.4: holds
 * Result: BY_ADDRESS: holds
 * Result: BY_ADDRESS --kernel=5.12: holds
 * Result: BY_ADDRESS --kernel=6.12: holds
 * Result: BY_ADDRESS --kernel=6.15: holds
 * Result: BY_ADDRESS REMAP: holds
 * Result: BY_ADDRESS REMAP --kernel=6.15: holds
 * Result: BY_ADDRESS NO_MAPPED: holds
 * Result: BY_ADDRESS NO_MAPPED REMAP: violated assert
 * Result: BY_ADDRESS NO_MAPPED REMAP --kernel=6.15: violated assert
 */

#define MM_VM_CLOSE binder_vma_close
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mm/mmap_lock.h>
#include <mmcheck.h>

#define BUFFER	0x1000UL

#define VM_BINDER	VM_READ		/* programs only read what binder puts there */

/* What the driver knows of the buffer of one process. */
struct binder_alloc {
	struct mm_struct *mm;
	unsigned long buffer;
#ifdef BY_ADDRESS
	bool mapped;
#else
	struct vm_area_struct *vma;
#endif
};

static struct mm_struct mm;
static struct binder_alloc alloc;

INIT
{
	mm_init(&mm);
	mm_map(&mm, BUFFER, PAGE_SIZE, VM_BINDER);
	alloc.mm = &mm;
	alloc.buffer = BUFFER;
#ifdef BY_ADDRESS
	alloc.mapped = true;
#else
	alloc.vma = vma_lookup(&mm, BUFFER);
#endif
}

/* Called for every VMA: of the two that there may be only one is binder's. */
static void binder_vma_close(struct vm_area_struct *vma)
{
	if (vma->vm_flags != VM_BINDER)
		return;
#ifdef BY_ADDRESS
	smp_store_release(&alloc.mapped, false);
#else
	alloc.vma = NULL;
#endif
}

/* Map one of the pages that the driver has. */
static int vm_insert_page(struct vm_area_struct *vma, unsigned long addr)
{
	struct mm_struct *mm = vma->vm_mm;

	if (addr < vma->vm_start || addr >= vma->vm_end)
		return -EFAULT;
	assert(vma->vm_flags == VM_BINDER);	/* it is the buffer */
	spin_lock(&mm->page_table_lock);
	if (!pt_get(&mm->pgd, addr))
		pt_set(&mm->pgd, addr, _PAGE_PRESENT);
	spin_unlock(&mm->page_table_lock);
	return 0;
}

#ifdef BY_ADDRESS

static bool binder_alloc_is_mapped(struct binder_alloc *alloc)
{
#ifdef NO_MAPPED
	(void)alloc;
	return true;
#else
	return smp_load_acquire(&alloc->mapped);
#endif
}

/* Put a page behind a part of the buffer, if it is still there. */
static int binder_page_insert(struct binder_alloc *alloc, unsigned long addr)
{
	struct mm_struct *mm = alloc->mm;
	struct vm_area_struct *vma;
	int ret = -ESRCH;

#if CONFIG_PER_VMA_LOCK
	vma = lock_vma_under_rcu(mm, addr);
	if (vma) {
		if (binder_alloc_is_mapped(alloc))
			ret = vm_insert_page(vma, addr);
		vma_end_read(vma);
		return ret;
	}
#endif
	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma && binder_alloc_is_mapped(alloc))
		ret = vm_insert_page(vma, addr);
	mmap_read_unlock(mm);
	return ret;
}

#else

/* Put a page behind a part of the buffer, if it is still there. */
static int binder_update_page_range(struct binder_alloc *alloc, unsigned long addr)
{
	struct mm_struct *mm = alloc->mm;
	struct vm_area_struct *vma;
	int ret = -ESRCH;

#ifdef WRITE
	mmap_write_lock(mm);
#else
	mmap_read_lock(mm);
#endif
	vma = alloc->vma;
	if (vma)
		ret = vm_insert_page(vma, addr);
#ifdef WRITE
	mmap_write_unlock(mm);
#else
	mmap_read_unlock(mm);
#endif
	return ret;
}

#endif

/* Another process sends something to the one that the buffer is of. */
THREAD(binder, NULL)
{
#ifdef BY_ADDRESS
	binder_page_insert(&alloc, alloc.buffer);
#else
	binder_update_page_range(&alloc, alloc.buffer);
#endif
}

THREAD(munmap, &mm)
{
	sys_munmap(BUFFER, PAGE_SIZE);
#ifdef REMAP
	mmap_write_lock(&mm);
	__mmap_region(&mm, NULL, BUFFER, PAGE_SIZE, VM_ANON, BUFFER >> PAGE_SHIFT);
	mmap_write_unlock(&mm);
#endif
}
