// SPDX-License-Identifier: MIT
/*
 * vma_lock_alone: what looks at a VMA while mmap_lock is held for writing?
 *
 * A writer holds mmap_lock, and has locked one VMA for writing. It waits for an operation OP
 * on another VMA of the process. An operation that takes mmap_lock, for reading, never
 * comes to an end; one that has the lock of its VMA alone does. That says which they are,
 * in each kernel: and so who is no longer kept out by mmap_lock, but by vma_start_write().
 *
 * Source: of those before 7.4, the comment of each in <mm/fault.h>, <mm/userfaultfd.h>,
 * <mm/madvise.h> and <fs/proc/task_mmu.h>. Of mincore() in 7.4 a title alone.
 *
 * Kernel: 7.1
 * Result: OP=fault --kernel=6.1: violated deadlock
 * Result: OP=fault --kernel=6.4: holds
 * Result: OP=uffd_copy --kernel=6.6: violated deadlock
 * Result: OP=uffd_copy --kernel=6.12: holds
 * Matrix: OP=maps,dontneed --kernel=6.12,6.15: violated deadlock
 * Matrix: OP=maps,dontneed --kernel=6.17,6.18: holds
 * Result: OP=query --kernel=6.17: violated deadlock
 * Result: OP=query --kernel=6.18: holds
 * Result: OP=guard --kernel=6.18: violated deadlock
 * Result: OP=mincore --kernel=7.1: violated deadlock
 * Result: OP=mincore --kernel=7.4: holds
 * Matrix: OP=fault,uffd_copy,maps,dontneed,query,guard --kernel=7.1,7.4: holds
 */

#define MM_TASK_PAGES 4
#define CAT(a, b)	CAT_(a, b)
#define CAT_(a, b)	a##b
#define UFFD_uffd_copy	1
#if CAT(UFFD_, OP)
#define MM_USERFAULTFD 1
#endif

#include <linux/completion.h>
#include <linux/mm.h>
#include <fs/proc/task_mmu.h>
#include <mm/madvise.h>
#include <mm/mincore.h>
#if MM_USERFAULTFD
#include <mm/userfaultfd.h>
#endif
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);

#ifndef OP
#define OP	fault
#endif

#define ADDR	0x1000UL
#define OTHER	0x2000UL

static struct mm_struct mm;
static struct completion done;
#if MM_USERFAULTFD
static struct userfaultfd_ctx ctx = { .mm = &mm };
#endif

INIT
{
	mm_init(&mm);
	mmgrab(&mm);	/* mm is not from the heap: it is never freed */
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
	mm_map(&mm, OTHER, PAGE_SIZE, VM_READ);
	init_completion(&done);
#if MM_USERFAULTFD
	userfaultfd_register(&ctx, ADDR, PAGE_SIZE);
#endif
}

static void __maybe_unused op_fault(void)
{
	do_user_addr_fault(ADDR);
}

#if MM_USERFAULTFD
static void __maybe_unused op_uffd_copy(void)
{
	mfill_atomic_copy(&ctx, ADDR);
}
#endif

static void __maybe_unused op_maps(void)
{
	proc_maps_read(&mm, 0, 1);
}

static void __maybe_unused op_dontneed(void)
{
	sys_madvise(ADDR, PAGE_SIZE, MADV_DONTNEED);
}

static void __maybe_unused op_query(void)
{
	procmap_query(&mm, ADDR);
}

#if MADV_GUARD
static void __maybe_unused op_guard(void)
{
	sys_madvise(ADDR, PAGE_SIZE, MADV_GUARD_INSTALL);
}
#endif

static void __maybe_unused op_mincore(void)
{
	do_mincore(ADDR, PAGE_SIZE);
}

THREAD(reader, &mm)
{
	CAT(op_, OP)();
	complete(&done);
}

THREAD(writer, &mm)
{
	mmap_write_lock(current->mm);
	vma_start_write(vma_lookup(current->mm, OTHER));
	wait_for_completion(&done);
	mmap_write_unlock(current->mm);
}
