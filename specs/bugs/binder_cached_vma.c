// SPDX-License-Identifier: MIT
/*
 * binder_cached_vma: is a VMA that its driver remembers safe under a read lock?
 *
 * CVE-2023-20928, found by Jann Horn; dd2283f2605e had made it possible in 4.20.
 * a43cfc87caaf stopped remembering the VMA, was reverted, and d1d8875c8c13
 * ("binder: fix UAF of alloc->vma in race with munmap()") takes the write lock.
 * binder keeps the VMA of its buffer in alloc->vma, and vm_ops->close sets it
 * to NULL. It took mmap_lock for reading, saw a VMA, and used it.
 *
 * It teaches: the read lock of mmap_lock protects a VMA that was found in the
 * tree. munmap() frees what is no longer in the tree with the very same read
 * lock, after the downgrade, so a pointer from elsewhere can be pulled away.
 * Before 4.20 there was no downgrade, and the read lock was enough. Both fixes
 * hold: the write lock (WRITE, in 6.4), or a lookup by address (BY_ADDRESS). Later
 * kernels remember no VMA, but whether the buffer is mapped: whoever has looked up
 * another VMA at that address sees it. They try the lock of the VMA before mmap_lock
 * (VMA_LOCK).
 *
 * Kernel: 6.1
 * Result: violated dangling-vma
 * Result: --kernel=5.12: violated dangling-vma
 * Result: --kernel=6.12: violated dangling-vma
 * Result: --kernel=4.19: holds
 * Result: WRITE: holds
 * Result: WRITE --kernel=5.12: holds
 * Result: WRITE --kernel=6.12: holds
 * Result: BY_ADDRESS: holds
 * Result: BY_ADDRESS --kernel=5.12: holds
 * Result: BY_ADDRESS --kernel=6.12: holds
 * Result: VMA_LOCK --kernel=6.12: holds
 * Result: VMA_LOCK --kernel=6.15: holds
 * Result: VMA_LOCK REMAP --kernel=6.12: holds
 * Result: VMA_LOCK REMAP --kernel=6.15: holds
 * Result: VMA_LOCK REMAP NO_MAPPED --kernel=6.15: violated assert
 */

#define MM_VM_CLOSE binder_vma_close
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

#define BUFFER	0x1000UL

/* What the driver knows of the buffer of one process. */
struct binder_alloc {
	struct vm_area_struct *vma;
	unsigned long buffer;
	bool mapped;
};

static struct mm_struct mm;
static struct binder_alloc alloc;

INIT
{
	mm_init(&mm);
	mm_map(&mm, BUFFER, PAGE_SIZE, VM_ANON);
	alloc.buffer = BUFFER;
	alloc.vma = vma_lookup(&mm, BUFFER);
	alloc.mapped = true;
}

static void binder_vma_close(struct vm_area_struct *vma)
{
	(void)vma;
	alloc.vma = NULL;
	smp_store_release(&alloc.mapped, false);
}

#ifdef VMA_LOCK

/* Put a page behind a part of the buffer, which vma should be. */
static void binder_page_insert(struct binder_alloc *alloc, struct vm_area_struct *vma)
{
#ifdef NO_MAPPED
	(void)alloc;
#else
	if (!smp_load_acquire(&alloc->mapped))
		return;
#endif
	assert(vma->vm_flags & VM_WRITE);	/* the other one is not */
	do_anonymous_page(vma, BUFFER);		/* vm_insert_page() */
}

static void binder_update_page_range(struct binder_alloc *alloc)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	vma = lock_vma_under_rcu(mm, alloc->buffer);
	if (vma) {
		binder_page_insert(alloc, vma);
		vma_end_read(vma);
		return;
	}
	mmap_read_lock(mm);
	vma = vma_lookup(mm, alloc->buffer);
	if (vma)
		binder_page_insert(alloc, vma);
	mmap_read_unlock(mm);
}

#else

/* Put a page behind a part of the buffer. */
static void binder_update_page_range(struct binder_alloc *alloc)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

#if defined(WRITE)
	mmap_write_lock(mm);
	vma = alloc->vma;
#elif defined(BY_ADDRESS)
	mmap_read_lock(mm);
	vma = vma_lookup(mm, alloc->buffer);
#else
	mmap_read_lock(mm);
	vma = alloc->vma;
#endif
	if (vma)
		do_anonymous_page(vma, alloc->buffer);	/* vm_insert_page() */
#if defined(WRITE)
	mmap_write_unlock(mm);
#else
	mmap_read_unlock(mm);
#endif
}

#endif

THREAD(binder, &mm)
{
	binder_update_page_range(&alloc);
}

THREAD(munmap, &mm)
{
	sys_munmap(BUFFER, PAGE_SIZE);
#ifdef REMAP
	mm_map(current->mm, BUFFER, PAGE_SIZE, VM_READ);
#endif
}
