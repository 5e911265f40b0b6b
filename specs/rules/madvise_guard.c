// SPDX-License-Identifier: MIT
/*
 * madvise_guard: who is kept out while guards are put in place of pages?
 *
 * MADV_GUARD_INSTALL writes markers into the page table, and if there are pages it throws
 * them away and tries again. A fault may run beside it: both look at the entry under the
 * lock of the table, and in the end the guard is there. MADV_GUARD_REMOVE takes the markers
 * alone (REMOVE), and MADV_DONTNEED leaves them (DONTNEED).
 *
 * Up to 6.18 it holds mmap_lock for reading, from 6.19 on the lock of the VMA. Who looks at
 * an entry and fills it later, with mmap_lock held for writing in between, kept guards away
 * by that (FILL); now the VMA has to be locked for writing as well (FILL LOCK).
 *
 * Source: mm/madvise.c of 6.18.2 and of 6.19.
 *
 * Kernel: 7.1
 * Result: holds
 * Result: --kernel=6.18: holds
 * Result: REMOVE: holds
 * Result: DONTNEED: holds
 * Result: FILL --kernel=6.18: holds
 * Result: FILL: violated assert
 * Result: FILL LOCK: holds
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mm/madvise.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
}

THREAD(guard, &mm)
{
	assert(sys_madvise(ADDR, PAGE_SIZE, MADV_GUARD_INSTALL) == 0);
#ifdef REMOVE
	assert(sys_madvise(ADDR, PAGE_SIZE, MADV_GUARD_REMOVE) == 0);
#endif
}

#ifdef FILL

/* Look whether there is nothing, find a page, and put it there. */
THREAD(fill, &mm)
{
	bool empty;

	mmap_write_lock(current->mm);
#ifdef LOCK
	vma_start_write(vma_lookup(current->mm, ADDR));
#endif
	empty = !pt_get(&current->mm->pgd, ADDR);
	if (empty) {
		spin_lock(&current->mm->page_table_lock);
		pt_set(&current->mm->pgd, ADDR, _PAGE_PRESENT);
		spin_unlock(&current->mm->page_table_lock);
	}
	mmap_write_unlock(current->mm);
}

#else

THREAD(fault, &mm)
{
#ifdef DONTNEED
	sys_madvise(ADDR, PAGE_SIZE, MADV_DONTNEED);
#else
	do_user_addr_fault(ADDR);
#endif
}

#endif

FINAL
{
	unsigned long entry = pt_get(&mm.pgd, ADDR);

#ifdef REMOVE
	assert(!(entry & _PAGE_GUARD));
#else
	assert(entry == _PAGE_GUARD);
#endif
}
