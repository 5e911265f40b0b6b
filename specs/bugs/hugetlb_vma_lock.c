// SPDX-License-Identifier: MIT
/*
 * hugetlb_vma_lock: under which lock does a VMA of hugetlbfs say that it goes?
 *
 * ecfbd733878d ("hugetlb: take hugetlb vma_lock when clearing vma_lock->vma pointer"),
 * Mike Kravetz, on the way to 6.1, with 131a79b474e9 and bbff39cc6cbc; no CVE. Each VMA
 * of hugetlbfs has a lock in an object of its own, which is counted and leads back to
 * the VMA. Who unmaps a page of the file holds i_mmap_rwsem and tries for the lock of
 * each VMA. Where that fails it has to go the other way round: it takes a reference,
 * leaves i_mmap_rwsem, waits for the lock, takes i_mmap_rwsem, and asks the lock for its
 * VMA. munmap() has the VMA leave i_mmap, then vm_ops->close clears that pointer, and the
 * VMA is freed. BREAK clears it without the lock: the VMA that was read just before
 * is gone.
 *
 * The fix (the default) clears it with the lock held. BLOCK waits for the lock with
 * i_mmap_rwsem held, against the order of the fault, which takes i_mmap_rwsem under the
 * lock to look for a page table to share.
 *
 * It teaches: a pointer back is as good as the lock under which it is cleared; that
 * whoever reads it holds the same lock is only half of it.
 *
 * What keeps the VMA here is a lock of hugetlbfs, which no rule knows of:
 * MM_STABILISES() says so.
 *
 * Kernel: 6.1
 * Result: holds
 * Result: BREAK: violated dangling-vma
 * Result: BLOCK: violated deadlock
 * Result: --kernel=6.12: holds
 * Result: BREAK --kernel=6.12: violated dangling-vma
 */

#define MM_TASK_PAGES 2
#define MM_MEMBERS_vm_area_struct struct hugetlb_vma_lock *vma_lock; /* vm_private_data */

struct hugetlb_vma_lock;

#include <linux/kref.h>
#include <linux/mm.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

struct hugetlb_vma_lock {
	struct kref refs;
	struct rw_semaphore rw_sema;
	struct vm_area_struct *vma;
};

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };

MM_STABILISES(&vma->vma_lock->rw_sema, vma);

static void hugetlb_vma_lock_release(struct kref *kref)
{
	kfree(container_of(kref, struct hugetlb_vma_lock, refs));
}

static void hugetlb_vma_lock_put(struct hugetlb_vma_lock *vma_lock)
{
	kref_put(&vma_lock->refs, hugetlb_vma_lock_release);
}

/* The VMA goes away; its lock stays with those who have a reference. */
static void hugetlb_vm_op_close(struct vm_area_struct *vma)
{
	struct hugetlb_vma_lock *vma_lock = vma->vma_lock;

#ifndef BREAK
	down_write(&vma_lock->rw_sema);
#endif
	WRITE_ONCE(vma_lock->vma, NULL);
#ifndef BREAK
	up_write(&vma_lock->rw_sema);
#endif
	vma->vma_lock = NULL;
	hugetlb_vma_lock_put(vma_lock);
}

static const struct vm_operations_struct hugetlb_vm_ops = {
	.close = hugetlb_vm_op_close,
};

INIT
{
	struct hugetlb_vma_lock *vma_lock = kmalloc(sizeof(*vma_lock), GFP_KERNEL);
	struct vm_area_struct *vma;

	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, ADDR, PAGE_SIZE, VM_READ | VM_WRITE | VM_SHARED | VM_HUGETLB, 0);
	vma = vma_lookup(&mm, ADDR);
	vma->vm_ops = &hugetlb_vm_ops;
	vma->vma_lock = vma_lock;
	kref_init(&vma_lock->refs);
	init_rwsem(&vma_lock->rw_sema);
	vma_lock->vma = vma;
}

/* Unmap page 0 of the file wherever it is mapped. */
static void hugetlb_unmap_file_folio(void)
{
	struct hugetlb_vma_lock *vma_lock;
	struct vm_area_struct *vma;

retry:
	vma_lock = NULL;
	i_mmap_lock_write(&mapping);
	vma_interval_tree_foreach(vma, &mapping.i_mmap, 0, 0) {
#ifdef BLOCK
		down_write(&vma->vma_lock->rw_sema);
#else
		if (!down_write_trylock(&vma->vma_lock->rw_sema)) {
			vma_lock = vma->vma_lock;
			kref_get(&vma_lock->refs);
			break;
		}
#endif
		zap_page_range(vma->vm_mm, vma->vm_start, vma->vm_end);
		up_write(&vma->vma_lock->rw_sema);
	}
	i_mmap_unlock_write(&mapping);
	if (!vma_lock)
		return;

	down_write(&vma_lock->rw_sema);
	i_mmap_lock_write(&mapping);
	vma = READ_ONCE(vma_lock->vma);
	if (vma)
		zap_page_range(vma->vm_mm, vma->vm_start, vma->vm_end);
	i_mmap_unlock_write(&mapping);
	up_write(&vma_lock->rw_sema);
	hugetlb_vma_lock_put(vma_lock);
	goto retry;
}

THREAD(punch_hole, NULL)
{
	hugetlb_unmap_file_folio();
}

THREAD(munmap, &mm)
{
	sys_munmap(ADDR, PAGE_SIZE);
}

/* As hugetlb_fault(): the lock for reading, and with it a look who else has a table. */
THREAD(fault, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, ADDR);
	if (vma) {
		down_read(&vma->vma_lock->rw_sema);
		i_mmap_lock_read(&mapping);
		i_mmap_unlock_read(&mapping);
		up_read(&vma->vma_lock->rw_sema);
	}
	mmap_read_unlock(mm);
}
