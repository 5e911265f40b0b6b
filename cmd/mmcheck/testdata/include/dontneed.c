// SPDX-License-Identifier: MIT
/*
 * dontneed: what does MADV_DONTNEED hold while it takes pages away?
 *
 * mmap_lock for reading; from 6.17 on, where all lies in one VMA of the caller's own, the
 * lock of that VMA alone. Who has mmap_lock for writing has to lock the VMA as well then.
 *
 * Result: --kernel=6.15: holds
 * Result: --kernel=6.17: violated assert
 * Result: LOCKED --kernel=6.17: holds
 * Result: TWO --kernel=6.17: holds
 * Result: REMOTE --kernel=6.17: holds
 * Result: HELD --kernel=6.17: holds
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mm/mmap_lock.h>
#include <mm/remote.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mmgrab(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
#ifdef TWO
	mm_map(&mm, 2 * PAGE_SIZE, PAGE_SIZE, VM_READ);
#endif
#ifdef HELD
	vma_lookup(&mm, ADDR)->vm_flags |= VM_LOCKED;
#endif
	pt_set(&mm.pgd, ADDR, _PAGE_PRESENT | _PAGE_RW);
}

#ifdef REMOTE
THREAD(dontneed, NULL)
{
	process_madvise(&mm, ADDR, PAGE_SIZE, MADV_DONTNEED);
}
#else
THREAD(dontneed, &mm)
{
#if defined(TWO)
	assert(!sys_madvise(ADDR, 2 * PAGE_SIZE, MADV_DONTNEED));
#elif defined(HELD)
	assert(sys_madvise(ADDR, PAGE_SIZE, MADV_DONTNEED) == -EINVAL);
#else
	assert(!sys_madvise(ADDR, PAGE_SIZE, MADV_DONTNEED));
#endif
}
#endif

THREAD(writer, &mm)
{
	unsigned long entry;

	mmap_write_lock(&mm);
#ifdef LOCKED
	vma_start_write(vma_lookup(&mm, ADDR));
#endif
	entry = pt_get(&mm.pgd, ADDR);
	assert(pt_get(&mm.pgd, ADDR) == entry);
	mmap_write_unlock(&mm);
}

FINAL
{
#ifdef HELD
	assert(pt_get(&mm.pgd, ADDR));
#else
	assert(!pt_get(&mm.pgd, ADDR));
#endif
}
