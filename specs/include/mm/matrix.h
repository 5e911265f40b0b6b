/* SPDX-License-Identifier: MIT */
/*
 * This file is the adversary matrix: one thread each for the operations A and B, and C
 * where there is one, of <mm/ops.h>. They act on one process with a heap of two pages,
 * [0x1000, 0x3000), and a stack of one, [0x6000, 0x7000). The second page of the heap is
 * the one that most are about.
 */
#ifndef _MM_MATRIX_H
#define _MM_MATRIX_H

#ifndef A
#define A	munmap
#endif
#ifndef B
#define B	populate
#endif

#define GUP_MAY_UNLOCK
#define MM_TASK_PAGES 8

/* What only some operations ask for, each of its own name, costs the others nothing. */
#define NEED(flag)		(NEED_(flag, A) | NEED_(flag, B) | NEED_(flag, C))
#define NEED_(flag, op)	NEED__(flag, op)
#define NEED__(flag, op)	flag##_##op

#define OOM_reap	1
#define OOM_mrelease	1
#if NEED(OOM)
#define MM_OOM 1
#endif

#define UFFD_uffd_register	1
#define UFFD_uffd_copy	2	/* the second page is registered, and not there */
#define UFFD_uffd_move	2
#if NEED(UFFD)
#define MM_USERFAULTFD 1
#endif

#define SWAP_pageout	1
#define SWAP_swapoff	1
#if NEED(SWAP)
#define MM_SWAP 1
#endif

#define FILE_willneed	1
#define FILE_advise_willneed	1
#define FILE_remove	2	/* the mappings are shared */
#if NEED(FILE)
#define MM_FILE_REF 1
#endif

#define COLLAPSE_collapse	1
#define COLLAPSE_advise_collapse	1
#if NEED(COLLAPSE)
#define MM_COLLAPSE 1
#endif

#include <linux/mm_types.h>

static struct mm_struct mm;

#include <mm/ops.h>

MM_POOL(vm_area_struct, 7);
#if NEED(FILE)
MM_POOL(file, 2);
#endif

#define HEAP	0x1000UL
#define SECOND	0x2000UL
#define STACK	0x6000UL
#if NEED(FILE)
#if NEED(FILE) & 2
#define FILE_FLAGS	(VM_READ | VM_WRITE | VM_SHARED)
#else
#define FILE_FLAGS	(VM_READ | VM_WRITE)
#endif

static struct address_space mapping;
static struct inode inode;

/* Map page index of the file, by a struct file of its own: nobody else has it open. */
static void map_page(unsigned long addr, pgoff_t index)
{
	struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	file->f_mapping = &mapping;
	file->f_inode = &inode;
	atomic_set(&file->f_count, 1);
	mm_map_file(&mm, file, addr, PAGE_SIZE, FILE_FLAGS, index);
	fput(file);
}

static void map_heap(void)
{
	map_page(HEAP, 0);
	map_page(SECOND, 1);
}
#else
static void map_heap(void)
{
	mm_map(&mm, HEAP, 2 * PAGE_SIZE, VM_ANON | VM_ACCOUNT);
}
#endif

INIT
{
	mm_init(&mm);
	mmgrab(&mm);	/* mm is not from the heap: it is never freed */
	map_heap();
	mm_map(&mm, STACK, PAGE_SIZE, VM_ANON | VM_GROWSDOWN);
	mm.start_brk = HEAP;
	mm.brk = HEAP + 2 * PAGE_SIZE;
#if NEED(UFFD) & 2
	pt_set(&mm.pgd, STACK, _PAGE_PRESENT | _PAGE_RW);
	userfaultfd_register(&ops_ctx, SECOND, PAGE_SIZE);
#else
	pt_set(&mm.pgd, SECOND, _PAGE_PRESENT | _PAGE_RW);
#endif
#if MM_SWAP
	pt_set(&mm.pgd, HEAP, _PAGE_SWAP);
#endif
}

#define HEAP_PAGES	HEAP, 2 * PAGE_SIZE
#define SECOND_PAGE	SECOND, PAGE_SIZE

#define PAGES_munmap		SECOND_PAGE
#define PAGES_brk_grow		HEAP_PAGES
#define PAGES_brk_shrink	HEAP_PAGES
#define PAGES_mmap		SECOND_PAGE
#define PAGES_mprotect		SECOND_PAGE
#define PAGES_populate		HEAP_PAGES
#define PAGES_fault		SECOND_PAGE
#define PAGES_stack		STACK, PAGE_SIZE
#define PAGES_dontneed		SECOND_PAGE
#define PAGES_advise		SECOND_PAGE
#define PAGES_willneed		HEAP_PAGES
#define PAGES_advise_willneed	HEAP_PAGES
#define PAGES_remove		HEAP_PAGES
#define PAGES_collapse		HEAP_PAGES
#define PAGES_advise_collapse	HEAP_PAGES
#define PAGES_guard		SECOND_PAGE
#define PAGES_mincore		HEAP_PAGES
#define PAGES_maps		HEAP_PAGES
#define PAGES_query		SECOND_PAGE
#define PAGES_remote		HEAP_PAGES
#define PAGES_reap		HEAP_PAGES
#define PAGES_mrelease		HEAP_PAGES
#define PAGES_uffd_register	HEAP_PAGES
#define PAGES_uffd_copy		SECOND_PAGE
#define PAGES_uffd_move		SECOND, STACK + PAGE_SIZE - SECOND
#define PAGES_pageout		SECOND_PAGE
#define PAGES_swapoff		HEAP_PAGES
#define PAGES_exit		HEAP_PAGES

#define RUN(op)		RUN_(op)
#define RUN_(op)	RUN__(op_##op, PAGES_##op)
#define RUN__(f, ...)	f(__VA_ARGS__)

THREAD(a, &mm)
{
	RUN(A);
}

THREAD(b, &mm)
{
	RUN(B);
}

#ifdef C
THREAD(c, &mm)
{
	RUN(C);
}
#endif

FINAL
{
	ops_final();
}

#endif /* _MM_MATRIX_H */
