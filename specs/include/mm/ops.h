/* SPDX-License-Identifier: MIT */
/*
 * This file holds the operations of the adversary matrix, one op_NAME() each, to
 * compose threads of in one line. They act on one process with a heap of two
 * pages, [0x1000, 0x3000), and a stack of one, [0x6000, 0x7000), that INIT sets up
 * with ops_init(). The second page of the heap is the one that most are about.
 * advise, collapse, pageout, maps, remote, swapoff, reap, mrelease, uffd_register,
 * uffd_copy and uffd_move come from outside of the process, and may meet its exit.
 *
 * Include it first, with A, B and C defined as the operations that run: some of
 * them ask for more of the model.
 */
#ifndef _MM_OPS_H
#define _MM_OPS_H

#define GUP_MAY_UNLOCK
#define MM_TASK_PAGES 8

/* What only some operations ask for, each of its own name, costs the others nothing. */
#define OPS_NEED(flag)		(OPS_NEED_(flag, A) | OPS_NEED_(flag, B) | OPS_NEED_(flag, C))
#define OPS_NEED_(flag, op)	OPS_NEED__(flag, op)
#define OPS_NEED__(flag, op)	flag##_##op

#define OOM_reap	1
#define OOM_mrelease	1
#if OPS_NEED(OOM)
#define MM_OOM 1
#endif

#define UFFD_uffd_register	1
#define UFFD_uffd_copy	2	/* the second page is registered, and not there */
#define UFFD_uffd_move	2
#if OPS_NEED(UFFD)
#define MM_USERFAULTFD 1
#endif

#define SWAP_pageout	1
#define SWAP_swapoff	1
#if OPS_NEED(SWAP)
#define MM_SWAP 1
#endif

#define FILE_willneed	1
#define FILE_advise_willneed	1
#define FILE_remove	2	/* the mappings are shared */
#if OPS_NEED(FILE)
#define MM_FILE_REF 1
#endif

#define COLLAPSE_collapse	1
#define COLLAPSE_advise_collapse	1
#if OPS_NEED(COLLAPSE)
#define MM_COLLAPSE 1
#endif

#include <linux/mm.h>
#include <fs/proc/task_mmu.h>
#include <mm/brk.h>
#include <mm/mincore.h>
#include <mm/remote.h>
#if MM_SWAP
#include <mm/swapfile.h>
#endif
#if MM_USERFAULTFD
#include <mm/userfaultfd.h>
#endif
#include <mmcheck.h>

MM_POOL(vm_area_struct, 7);
#if OPS_NEED(FILE)
MM_POOL(file, 2);
#endif

#define HEAP	0x1000UL
#define SECOND	0x2000UL
#define STACK	0x6000UL

static struct mm_struct mm;
#if MM_USERFAULTFD
static struct userfaultfd_ctx ctx = { .mm = &mm };
#endif

#if OPS_NEED(FILE)
#if OPS_NEED(FILE) & 2
#define OPS_FILE_FLAGS	(VM_READ | VM_WRITE | VM_SHARED)
#else
#define OPS_FILE_FLAGS	(VM_READ | VM_WRITE)
#endif

static struct address_space mapping;
static struct inode inode;

/* Map page index of the file, by a struct file of its own: nobody else has it open. */
static void ops_map_page(unsigned long addr, pgoff_t index)
{
	struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	file->f_mapping = &mapping;
	file->f_inode = &inode;
	atomic_set(&file->f_count, 1);
	mm_map_file(&mm, file, addr, PAGE_SIZE, OPS_FILE_FLAGS, index);
	fput(file);
}

static void ops_map_heap(void)
{
	ops_map_page(HEAP, 0);
	ops_map_page(SECOND, 1);
}
#else
static void ops_map_heap(void)
{
	mm_map(&mm, HEAP, 2 * PAGE_SIZE, VM_ANON | VM_ACCOUNT);
}
#endif

static void __maybe_unused ops_init(void)
{
	mm_init(&mm);
	mmgrab(&mm);	/* mm is not from the heap: it is never freed */
	ops_map_heap();
	mm_map(&mm, STACK, PAGE_SIZE, VM_ANON | VM_GROWSDOWN);
	mm.start_brk = HEAP;
	mm.brk = HEAP + 2 * PAGE_SIZE;
#if OPS_NEED(UFFD) & 2
	pt_set(&mm.pgd, STACK, _PAGE_PRESENT | _PAGE_RW);
	userfaultfd_register(&ctx, SECOND, PAGE_SIZE);
#else
	pt_set(&mm.pgd, SECOND, _PAGE_PRESENT | _PAGE_RW);
#endif
#if MM_SWAP
	pt_set(&mm.pgd, HEAP, _PAGE_SWAP);
#endif
}

/*
 * Every page that is present belongs to a VMA, and may be written only if that
 * may: nobody installed one too late. From a dying process all are taken.
 */
static void __maybe_unused ops_final(void)
{
	unsigned long addr;

	for (addr = 0; addr < TASK_SIZE; addr += PAGE_SIZE) {
		unsigned long entry = pt_get(&mm.pgd, addr);
		struct vm_area_struct *vma;

		if (!entry)
			continue;
		vma = mt_lookup(&mm.mm_mt, addr);
		assert(vma);
		assert(!(entry & _PAGE_RW) || vma->vm_flags & VM_WRITE);
#if MM_OOM
		assert(!test_bit(MMF_UNSTABLE, &mm.flags));
#endif
	}
}

/* Map the second page anew with other flags (MAP_FIXED). */
static void __maybe_unused op_mmap(void)
{
	mm_map(current->mm, SECOND, PAGE_SIZE, VM_READ);
}

/* Unmap the second page: split, detach, downgrade. */
static void __maybe_unused op_munmap(void)
{
	__vm_munmap(SECOND, PAGE_SIZE, true);
}

/* Grow the heap by a page. */
static void __maybe_unused op_brk_grow(void)
{
	sys_brk(HEAP + 3 * PAGE_SIZE);
}

/* Shrink it by a page. */
static void __maybe_unused op_brk_shrink(void)
{
	sys_brk(HEAP + PAGE_SIZE);
}

/* Take the right to write the second page away: split. */
static void __maybe_unused op_mprotect(void)
{
	do_mprotect_pkey(SECOND, PAGE_SIZE, PROT_READ, -1);
}

/* Bring in both pages; may drop the lock on the way. */
static void __maybe_unused op_populate(void)
{
	mm_populate(HEAP, 2 * PAGE_SIZE);
}

/* Fault on the second page: from 6.4 on with the lock of the VMA first. */
static void __maybe_unused op_fault(void)
{
	do_user_addr_fault(SECOND);
}

/* Fault below the stack, which grows. */
static void __maybe_unused op_stack(void)
{
	do_user_addr_fault(STACK - PAGE_SIZE);
}

/* Throw away what the second page holds. */
static void __maybe_unused op_dontneed(void)
{
	do_madvise(current->mm, SECOND, PAGE_SIZE, MADV_DONTNEED);
}

/* The same, from another process. */
static void __maybe_unused op_advise(void)
{
	process_madvise(&mm, SECOND, PAGE_SIZE, MADV_DONTNEED);
}

/* Read the file of both pages ahead: mmap_lock is dropped, once for each VMA. */
static void __maybe_unused op_willneed(void)
{
	do_madvise(current->mm, HEAP, 2 * PAGE_SIZE, MADV_WILLNEED);
}

/* The same, from another process (5.15 and later). */
static void __maybe_unused op_advise_willneed(void)
{
	process_madvise(&mm, HEAP, 2 * PAGE_SIZE, MADV_WILLNEED);
}

/* Punch a hole in the file, for both pages: the same, and no mapping keeps them. */
static void __maybe_unused op_remove(void)
{
	do_madvise(current->mm, HEAP, 2 * PAGE_SIZE, MADV_REMOVE);
}

#if MM_COLLAPSE
/* khugepaged puts a huge page in the place of both pages. */
static void __maybe_unused op_collapse(void)
{
	khugepaged_scan_mm_slot(&mm, HEAP);
}

/* The same at the wish of the process (6.1 and later). */
static void __maybe_unused op_advise_collapse(void)
{
	do_madvise(current->mm, HEAP, 2 * PAGE_SIZE, MADV_COLLAPSE);
}
#endif

#if MADV_GUARD
/* Put a guard in the place of the second page (6.13 and later). */
static void __maybe_unused op_guard(void)
{
	do_madvise(current->mm, SECOND, PAGE_SIZE, MADV_GUARD_INSTALL);
}
#endif

/* Ask which pages are present. */
static void __maybe_unused op_mincore(void)
{
	do_mincore(HEAP, 2 * PAGE_SIZE);
}

/* Read /proc/PID/maps in two reads: what the first one showed may be gone at the second. */
static void __maybe_unused op_maps(void)
{
	unsigned long pos = proc_maps_read(&mm, 0, 1);

	proc_maps_read(&mm, pos, 2);
}

/* Ask which VMA the second page is in. */
static void __maybe_unused op_query(void)
{
	procmap_query(&mm, SECOND);
}

/* Read the memory from another process. */
static void __maybe_unused op_remote(void)
{
	mem_rw(&mm, HEAP, 2 * PAGE_SIZE);
}

#if MM_OOM
/* The OOM reaper takes all pages of the dying process. */
static void __maybe_unused op_reap(void)
{
	oom_reap_task(&mm);
}

/* The same at the wish of another process. */
static void __maybe_unused op_mrelease(void)
{
	process_mrelease(&mm);
}
#endif

#if MM_USERFAULTFD
/* The manager of a userfaultfd registers the heap, and lets go of it. */
static void __maybe_unused op_uffd_register(void)
{
	userfaultfd_register(&ctx, HEAP, 2 * PAGE_SIZE);
	userfaultfd_release(&ctx);
}

/* It brings in the second page, and lets go of it. */
static void __maybe_unused op_uffd_copy(void)
{
	mfill_atomic_copy(&ctx, SECOND);
	userfaultfd_release(&ctx);
}

#if UFFD_VMA_LOCK
/* The same with the page of the stack (6.9 and later). */
static void __maybe_unused op_uffd_move(void)
{
	move_pages(&ctx, SECOND, STACK);
	userfaultfd_release(&ctx);
}
#endif
#endif

#if MM_SWAP
/* Write the second page out. */
static void __maybe_unused op_pageout(void)
{
	madvise_pageout(&mm, SECOND, PAGE_SIZE);
}

/* Bring in what was written out: the first page is. */
static void __maybe_unused op_swapoff(void)
{
	try_to_unuse(&mm);
}
#endif

/* The last user of the mm goes away. */
static void __maybe_unused op_exit(void)
{
	mmput(&mm);
}

#endif /* _MM_OPS_H */
