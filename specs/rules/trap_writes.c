// SPDX-License-Identifier: MIT
/*
 * trap_writes: which writes to a VMA go without the locks of most fields?
 *
 * A fault gives a VMA its anon_vma with mmap_lock held for reading: the field
 * goes from NULL to a value once, under page_table_lock, and the chain with it
 * under the lock of the anon_vma (ANON). Without page_table_lock two faults may
 * both do so (NO_PTL); taking it back needs mmap_lock for writing (UNSET). What
 * was inserted with the VMA lock held may be completed until the unlock (FRESH),
 * not later (FRESH LATE). A VMA that is out of the tree may be unlinked from its
 * file with the lock downgraded (UNLINK). A walker of the rmap reads flags that
 * somebody else is writing, without a lock in common (RACY): allowed. While the
 * write lock is held there may be a hole in the tree (HOLE); other readers must
 * not see it (HOLE UNLOCK).
 *
 * Before 6.1 a fault lets a stack grow with mmap_lock held for reading, under
 * page_table_lock (STACK); two at once without that may both do so (STACK NO_PTL).
 * The maple tree of 6.1 must not be changed like that: StackRot.
 *
 * Result: ANON: holds
 * Result: ANON NO_PTL --find=rule: violated unlocked-write
 * Result: ANON UNSET --find=rule: violated unlocked-write
 * Result: ANON --kernel=5.12: holds
 * Result: ANON NO_PTL --find=rule --kernel=5.12: violated unlocked-write
 * Result: FRESH: holds
 * Result: FRESH --kernel=6.12: holds
 * Result: FRESH LATE: violated unlocked-write
 * Result: FRESH LATE --kernel=6.12: violated unlocked-write
 * Result: UNLINK --kernel=5.12: holds
 * Result: RACY: holds
 * Result: STACK --kernel=5.12: holds
 * Result: STACK NO_PTL --kernel=5.12 --find=rule: violated unlocked-write
 * Result: STACK --kernel=6.1: violated unlocked-write
 * Result: HOLE: holds
 * Result: HOLE UNLOCK: violated assert
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
#if defined(ANON)
	mm_map(&mm, 0x1000, PAGE_SIZE, VM_ANON);
#elif defined(STACK)
	mm_map(&mm, 0x1000, PAGE_SIZE, VM_ANON | VM_GROWSDOWN);
#else
	mm_map_file(&mm, &file, 0x1000, PAGE_SIZE, VM_READ | VM_SHARED, 0);
#endif
}

#if defined(ANON)

/* As two faults do: the first one wins. */
THREADS(fault, 2, &mm)
{
	struct vm_area_struct *vma;
	struct anon_vma *anon_vma, *unused;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, 0x1000);
	if (!data_race(vma->anon_vma)) {	/* plain in the kernel */
		unused = anon_vma = anon_vma_alloc(NULL);
		anon_vma_lock_write(anon_vma);
#ifndef NO_PTL
		spin_lock(&current->mm->page_table_lock);
#endif
		if (!vma->anon_vma) {
			vma->anon_vma = anon_vma;
			anon_vma_chain_link(vma, anon_vma, 0);
			unused = NULL;
		}
#ifdef UNSET
		vma->anon_vma = NULL;
#endif
#ifndef NO_PTL
		spin_unlock(&current->mm->page_table_lock);
#endif
		anon_vma_unlock_write(anon_vma);
		if (unused)
			put_anon_vma(unused);
	}
	mmap_read_unlock(current->mm);
}

#elif defined(STACK)

/* As expand_downwards() of the kernels that have the lock for reading. */
THREADS(fault, 2, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, 0);
#ifndef NO_PTL
	spin_lock(&mm->page_table_lock);
#endif
	if (vma->vm_start > 0) {
		vma->vm_pgoff--;
		vma->vm_start -= PAGE_SIZE;
#if VMA_MAPLE_TREE
		mt_store(&mm->mm_mt, vma->vm_start, vma->vm_end, vma);
#else
		__mmcheck_mt_grow(&mm->mm_mt, vma->vm_start, vma->vm_end, vma);
#endif
	}
#ifndef NO_PTL
	spin_unlock(&mm->page_table_lock);
#endif
	mmap_read_unlock(mm);
}

#elif defined(FRESH)

THREAD(mmap, &mm)
{
	struct vm_area_struct *vma = vm_area_alloc(current->mm);

	vma->vm_start = 0x2000;
	vma->vm_end = 0x3000;
	mmap_write_lock(current->mm);
	vma_start_write(vma);
	vma_link(current->mm, vma);
#ifdef LATE
	mmap_write_downgrade(current->mm);
#endif
	vma->vm_flags = VM_ANON;
#ifdef LATE
	mmap_read_unlock(current->mm);
#else
	mmap_write_unlock(current->mm);
#endif
}

THREAD(reader, &mm)
{
	mmap_read_lock(current->mm);
	mmap_read_unlock(current->mm);
}

#elif defined(UNLINK)

THREAD(munmap, &mm)
{
	struct vm_area_struct *vma;

	mmap_write_lock(current->mm);
	vma = vma_lookup(current->mm, 0x1000);
	mt_clear(&current->mm->mm_mt, 0x1000, 0x2000);
	current->mm->map_count--;
	mmap_write_downgrade(current->mm);
	unlink_file_vma(vma);
	mmap_read_unlock(current->mm);
	vm_area_free(vma);
}

THREAD(rmap_walk, NULL)
{
	struct vm_area_struct *vma;

	i_mmap_lock_read(&mapping);
	vma_interval_tree_foreach(vma, &mapping.i_mmap, 0, 0)
		assert(vma->vm_start == 0x1000);
	i_mmap_unlock_read(&mapping);
}

#elif defined(RACY)

THREAD(mlock, &mm)
{
	struct vm_area_struct *vma;

	mmap_write_lock(current->mm);
	vma = vma_lookup(current->mm, 0x1000);
	vma_start_write(vma);
	vm_flags_reset(vma, VM_READ | VM_SHARED | VM_LOCKED);
	mmap_write_unlock(current->mm);
}

THREAD(rmap_walk, NULL)
{
	struct vm_area_struct *vma;

	i_mmap_lock_read(&mapping);
	vma_interval_tree_foreach(vma, &mapping.i_mmap, 0, 0)
		assert(data_race(vma->vm_flags) & VM_SHARED);
	i_mmap_unlock_read(&mapping);
}

#else

THREAD(replace, &mm)
{
	struct vm_area_struct *vma;

	mmap_write_lock(current->mm);
	vma = vma_lookup(current->mm, 0x1000);
	mt_clear(&current->mm->mm_mt, 0x1000, 0x2000);
#ifdef UNLOCK
	mmap_write_unlock(current->mm);
	mmap_write_lock(current->mm);
#endif
	mt_store(&current->mm->mm_mt, 0x1000, 0x2000, vma);
	mmap_write_unlock(current->mm);
}

THREAD(reader, &mm)
{
	mmap_read_lock(current->mm);
	assert(vma_lookup(current->mm, 0x1000));
	mmap_read_unlock(current->mm);
}

#endif
