/* SPDX-License-Identifier: MIT */
/*
 * This file holds what else may happen to an address space: the operations that a lock
 * sequence meets, op_NAME(start, len) each, one call of which makes a thread. They act on
 * the pages from start on, in the address space OPS_MM. Those of <mm/matrix.h> are tried
 * in pairs, and 'mmcheck check --against' tries them against a spec.
 *
 * What only some of them need is asked for by MM_OOM, MM_SWAP, MM_USERFAULTFD,
 * MM_COLLAPSE and MM_RMAP. advise, collapse, pageout, maps, remote, swapoff, reap, mrelease,
 * uffd_register, uffd_copy and uffd_move come from outside of the process, and may
 * meet its exit.
 */
#ifndef _MM_OPS_H
#define _MM_OPS_H

#include <linux/mm.h>
#include <fs/proc/task_mmu.h>
#include <mm/brk.h>
#if MM_RMAP
#include <mm/fork.h>
#include <mm/mremap.h>
#else
#include <mm/mincore.h>
#include <mm/remote.h>
#endif
#if MM_SWAP
#include <mm/swapfile.h>
#endif
#if MM_USERFAULTFD
#include <mm/userfaultfd.h>
#endif
#include <mmcheck.h>

#ifndef OPS_MM
#define OPS_MM	(&mm)
#endif

#if MM_USERFAULTFD
static struct userfaultfd_ctx ops_ctx = { .mm = OPS_MM };
#endif

#if MM_RMAP
static struct mm_struct ops_child;	/* never freed */
#endif

#define OPERATION(name)							\
	static void __maybe_unused op_##name(unsigned long start __maybe_unused, \
					     unsigned long len __maybe_unused)

/* Unmap the pages: split, detach, downgrade. */
OPERATION(munmap)
{
	__vm_munmap(start, len, true);
}

/* Map the pages anew with other flags (MAP_FIXED). */
OPERATION(mmap)
{
	mm_map(current->mm, start, len, VM_READ);
}

/* Grow the heap, which ends with these pages, by a page. */
OPERATION(brk_grow)
{
	sys_brk(start + len + PAGE_SIZE);
}

/* Shrink the heap by a page. */
OPERATION(brk_shrink)
{
	sys_brk(start + len - PAGE_SIZE);
}

/* Fault on the first page: from 6.4 on, the VMA lock first. */
OPERATION(fault)
{
	do_user_addr_fault(start);
}

/* Fault below the pages: a stack grows. */
OPERATION(stack)
{
	do_user_addr_fault(start - PAGE_SIZE);
}

/* Bring in the pages; may drop the lock on the way. */
OPERATION(populate)
{
	mm_populate(start, len);
}

/* Read /proc/PID/maps in two reads. */
OPERATION(maps)
{
	unsigned long pos = proc_maps_read(OPS_MM, 0, 1);

	proc_maps_read(OPS_MM, pos, 2);
}

/* Ask which VMA the first page is in. */
OPERATION(query)
{
	procmap_query(OPS_MM, start);
}

/* The last user of the mm goes away. */
OPERATION(exit)
{
	mmput(OPS_MM);
}

#if MM_RMAP
/* Move the pages to the end of the address space. */
OPERATION(mremap)
{
	do_mremap(start, len, TASK_SIZE - len);
}

/* Copy all mappings to a child. */
OPERATION(fork)
{
	mm_init(&ops_child);
	dup_mmap(&ops_child, OPS_MM);
}

#else
/* Take the right to write the pages away: split. */
OPERATION(mprotect)
{
	do_mprotect_pkey(start, len, PROT_READ, -1);
}

/* Throw away what the pages hold. */
OPERATION(dontneed)
{
	do_madvise(current->mm, start, len, MADV_DONTNEED);
}

/* Throw away what the pages hold, from another process. */
OPERATION(advise)
{
	process_madvise(OPS_MM, start, len, MADV_DONTNEED);
}

/* Read the file of the pages ahead; mmap_lock is dropped. */
OPERATION(willneed)
{
	do_madvise(current->mm, start, len, MADV_WILLNEED);
}

/* Read the file ahead from another process (5.15 and later). */
OPERATION(advise_willneed)
{
	process_madvise(OPS_MM, start, len, MADV_WILLNEED);
}

/* Punch a hole in the file; mmap_lock is dropped. */
OPERATION(remove)
{
	do_madvise(current->mm, start, len, MADV_REMOVE);
}

#if MADV_GUARD
/* Put guards in the place of the pages (6.13 and later). */
OPERATION(guard)
{
	do_madvise(current->mm, start, len, MADV_GUARD_INSTALL);
}
#endif

/* Ask which pages are present. */
OPERATION(mincore)
{
	do_mincore(start, len);
}

/* Read the memory from another process. */
OPERATION(remote)
{
	mem_rw(OPS_MM, start, len);
}

#if MM_COLLAPSE
/* khugepaged puts a huge page in the place of the pages. */
OPERATION(collapse)
{
	khugepaged_scan_mm_slot(OPS_MM, start);
}

/* Collapse the pages into a huge one (6.1 and later). */
OPERATION(advise_collapse)
{
	do_madvise(current->mm, start, len, MADV_COLLAPSE);
}
#endif

#if MM_OOM
/* The OOM reaper takes all pages of the dying process. */
OPERATION(reap)
{
	oom_reap_task(OPS_MM);
}

/* process_mrelease() takes all pages of the dying process. */
OPERATION(mrelease)
{
	process_mrelease(OPS_MM);
}
#endif

#if MM_USERFAULTFD
/* A userfaultfd registers the pages, and lets go of them. */
OPERATION(uffd_register)
{
	userfaultfd_register(&ops_ctx, start, len);
	userfaultfd_release(&ops_ctx);
}

/* A userfaultfd brings in the first page, and lets go of all. */
OPERATION(uffd_copy)
{
	mfill_atomic_copy(&ops_ctx, start);
	userfaultfd_release(&ops_ctx);
}

#if UFFD_VMA_LOCK
/* A userfaultfd moves a page from last to first (6.9 and later). */
OPERATION(uffd_move)
{
	move_pages(&ops_ctx, start, start + len - PAGE_SIZE);
	userfaultfd_release(&ops_ctx);
}
#endif
#endif

#if MM_SWAP
/* Write the pages out. */
OPERATION(pageout)
{
	madvise_pageout(OPS_MM, start, len);
}

/* Bring in what was written out. */
OPERATION(swapoff)
{
	try_to_unuse(OPS_MM);
}
#endif
#endif /* !MM_RMAP */

/*
 * What holds in the end: every page that is present belongs to a VMA, and may be
 * written only if that may: nobody installed one too late. From a dying process all
 * are taken. (With MM_RMAP the checker looks at pages itself.)
 */
static void __maybe_unused ops_final(void)
{
#if !MM_RMAP
	unsigned long addr;

	for (addr = 0; addr < TASK_SIZE; addr += PAGE_SIZE) {
		unsigned long entry = pt_get(&OPS_MM->pgd, addr);
		struct vm_area_struct *vma;

		if (!entry)
			continue;
		vma = mt_lookup(&OPS_MM->mm_mt, addr);
		assert(vma);
		assert(!(entry & _PAGE_RW) || vma->vm_flags & VM_WRITE);
#if MM_OOM
		assert(!test_bit(MMF_UNSTABLE, &OPS_MM->flags));
#endif
	}
#endif
}

#endif /* _MM_OPS_H */
