// SPDX-License-Identifier: MIT
/*
 * atomic_sleep: may a thread sleep with a page table lock held?
 *
 * mmap_lock sleeps. Under a spinlock that is an error even if the lock happens
 * to be free (BREAK), and so is an allocation that may wait (ALLOC). A trylock
 * does not sleep (TRYLOCK). KEEP takes them in the right order. To write-lock a
 * VMA is to wait for its readers, with either of its locks (VMA).
 *
 * Kernel: 5.12
 * Result: BREAK: violated atomic-sleep
 * Result: ALLOC: violated atomic-sleep
 * Result: VMA --kernel=6.12: violated atomic-sleep
 * Result: VMA --kernel=6.15: violated atomic-sleep
 * Result: VMA KEEP --kernel=6.12: holds
 * Result: VMA KEEP --kernel=6.15: holds
 * Result: TRYLOCK: holds, 17 states
 * Result: KEEP: holds, 18 states
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
#ifdef VMA
	mm_map(&mm, 0x1000, PAGE_SIZE, VM_ANON);
#endif
}

THREAD(user, &mm)
{
	struct mm_struct *mm = current->mm;

#if defined(BREAK)
	spin_lock(&mm->page_table_lock);
	mmap_read_lock(mm);
	mmap_read_unlock(mm);
	spin_unlock(&mm->page_table_lock);
#elif defined(VMA)
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = find_vma(mm, 0);
#ifdef KEEP
	vma_start_write(vma);
	spin_lock(&mm->page_table_lock);
#else
	spin_lock(&mm->page_table_lock);
	vma_start_write(vma);
#endif
	spin_unlock(&mm->page_table_lock);
	mmap_write_unlock(mm);
#elif defined(ALLOC)
	struct vm_area_struct *vma;

	spin_lock(&mm->page_table_lock);
	vma = vm_area_alloc(mm);
	spin_unlock(&mm->page_table_lock);
	vm_area_free(vma);
#elif defined(TRYLOCK)
	spin_lock(&mm->page_table_lock);
	if (mmap_read_trylock(mm))
		mmap_read_unlock(mm);
	spin_unlock(&mm->page_table_lock);
#else
	mmap_read_lock(mm);
	spin_lock(&mm->page_table_lock);
	spin_unlock(&mm->page_table_lock);
	mmap_read_unlock(mm);
#endif
}

THREAD(writer, &mm)
{
	mmap_write_lock(current->mm);
	mmap_write_unlock(current->mm);
}
