/* SPDX-License-Identifier: MIT */
/*
 * This file holds the operations of the adversary matrix, one op_NAME() each, to
 * compose threads of in one line. They act on one process with a heap of two
 * pages, [0x1000, 0x3000), and a stack of one, [0x6000, 0x7000), that INIT sets up
 * with ops_init().
 *
 *	mmap		map the second page anew with other flags (MAP_FIXED)
 *	munmap		unmap the second page: split, detach, downgrade
 *	brk_grow	grow the heap by a page
 *	brk_shrink	shrink it by a page
 *	mprotect	take the right to write the second page away: split
 *	populate	bring in both pages; may drop the lock on the way
 *	fault		fault on the second page: from 6.4 on with the lock of the VMA first
 *	stack		fault below the stack, which grows
 *	dontneed	throw away what the second page holds
 *	mincore		ask which pages are present
 *	maps		read /proc/PID/maps, from another process
 *	remote		read the memory from another process
 *	exit		the last user goes away: those who do not count themselves
 *			as users, as maps and remote do, cannot meet it
 *
 * Include it first.
 */
#ifndef _MM_OPS_H
#define _MM_OPS_H

#define GUP_MAY_UNLOCK
#define MM_TASK_PAGES 8

#include <linux/mm.h>
#include <fs/proc/task_mmu.h>
#include <mm/brk.h>
#include <mm/mincore.h>
#include <mm/remote.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 7);

#define HEAP	0x1000UL
#define SECOND	0x2000UL	/* the page that most operations are about */
#define STACK	0x6000UL

static struct mm_struct mm;

static void __maybe_unused ops_init(void)
{
	mm_init(&mm);
	mmgrab(&mm);	/* mm is not from the heap: it is never freed */
	mm_map(&mm, HEAP, 2 * PAGE_SIZE, VM_ANON | VM_ACCOUNT);
	mm_map(&mm, STACK, PAGE_SIZE, VM_ANON | VM_GROWSDOWN);
	mm.start_brk = HEAP;
	mm.brk = HEAP + 2 * PAGE_SIZE;
	pt_set(&mm.pgd, SECOND, _PAGE_PRESENT | _PAGE_RW);
}

/* Every page that is present belongs to a VMA: nobody installed one too late. */
static void __maybe_unused ops_final(void)
{
	unsigned long addr;

	for (addr = 0; addr < TASK_SIZE; addr += PAGE_SIZE)
		assert(!pt_get(&mm.pgd, addr) || mt_lookup(&mm.mm_mt, addr));
}

static void __maybe_unused op_mmap(void)
{
	mm_map(current->mm, SECOND, PAGE_SIZE, VM_READ);
}

static void __maybe_unused op_munmap(void)
{
	__vm_munmap(SECOND, PAGE_SIZE, true);
}

static void __maybe_unused op_brk_grow(void)
{
	sys_brk(HEAP + 3 * PAGE_SIZE);
}

static void __maybe_unused op_brk_shrink(void)
{
	sys_brk(HEAP + PAGE_SIZE);
}

static void __maybe_unused op_mprotect(void)
{
	do_mprotect_pkey(SECOND, PAGE_SIZE, PROT_READ);
}

static void __maybe_unused op_populate(void)
{
	mm_populate(HEAP, 2 * PAGE_SIZE);
}

static void __maybe_unused op_fault(void)
{
	do_user_addr_fault(SECOND);
}

static void __maybe_unused op_stack(void)
{
	do_user_addr_fault(STACK - PAGE_SIZE);
}

static void __maybe_unused op_dontneed(void)
{
	do_madvise(SECOND, PAGE_SIZE);
}

static void __maybe_unused op_mincore(void)
{
	do_mincore(HEAP, 2 * PAGE_SIZE);
}

/* Two reads, since what the first one showed may be gone at the second. */
static void __maybe_unused op_maps(void)
{
	unsigned long pos = proc_maps_read(&mm, 0, 1);

	proc_maps_read(&mm, pos, 2);
}

static void __maybe_unused op_remote(void)
{
	mem_rw(&mm, HEAP, 2 * PAGE_SIZE);
}

static void __maybe_unused op_exit(void)
{
	mmput(&mm);
}

#endif /* _MM_OPS_H */
