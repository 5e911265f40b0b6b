// SPDX-License-Identifier: MIT
/*
 * uffd_release_coredump: what must be done even while a process is dumped?
 *
 * 46d0b24c5ee1 ("userfaultfd_release: always remove uffd flags and clear
 * vm_userfaultfd_ctx", 5.3), Oleg Nesterov; broken in 5.1 by 04f5866e41fb, the repair that
 * coredump_walk.c is about. That one leaves the VMAs of a process alone that is being
 * dumped. userfaultfd_release() left its context in the VMA by that, and freed it: when
 * the dump reads memory in that VMA, its fault takes a reference to what is freed, and
 * waits there (SKIP_ALL). Since then what the VMA says of the context is always taken
 * away, and only the merge is passed over (the default).
 *
 * It teaches: to skip what is not safe now is a decision about all that depends on it.
 * And that a repair has to be looked at with the question of the next bug: WALK adds
 * the walk without a lock that the first repair is for, with NO_CHECK that repair is
 * taken back.
 *
 * Kernel: 5.2
 * Result: SKIP_ALL: violated refcount
 * Result: SKIP_ALL --property=use-after-free: violated use-after-free
 * Result: holds
 * Result: WALK SKIP_ALL: violated refcount
 * Result: WALK NO_CHECK: violated dangling-vma
 * Result: WALK: holds
 */

#define MM_USERFAULTFD 1
#define MM_UFFD_REF 1
#define MM_TASK_PAGES 4
#define MM_MEMBERS_mm_struct bool core_state;	/* a pointer in the kernel */
#if defined(SKIP_ALL)
#define UFFD_STILL_VALID 1
#elif !defined(NO_CHECK)
#define UFFD_STILL_VALID 2
#endif

#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <fs/userfaultfd.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 2);

#define FIRST	0x1000UL
#define SECOND	0x2000UL
#define END	0x3000UL

static struct mm_struct mm;
static struct userfaultfd_ctx *ctx;	/* as the descriptor names it */

INIT
{
	mm_init(&mm);
	mmget(&mm);		/* for as long as the dump lasts */
	mm_map(&mm, FIRST, END - FIRST, VM_ANON);
	ctx = kzalloc(sizeof(*ctx), GFP_KERNEL);
	ctx->mm = &mm;
	refcount_set(&ctx->refcount, 1);
	userfaultfd_register(ctx, SECOND, PAGE_SIZE);
}

#ifdef WALK

/*
 * The walk and the flags that change under it do not disturb each other: what it reads
 * stays as it is.
 */
MM_STABLE_WHILE(vma->vm_mm->core_state, vma);

static void elf_core_dump(struct mm_struct *mm)
{
	for (struct vm_area_struct *vma = mm->mmap; vma; vma = vma->vm_next)
		assert(vma->vm_start < vma->vm_end);
}

#else
#define elf_core_dump(mm)	((void)(mm))
#endif

THREAD(coredump, &mm)
{
	struct mm_struct *mm = current->mm;

	mmap_write_lock(mm);
	mm->core_state = true;
	mmap_write_unlock(mm);

	elf_core_dump(mm);
	do_user_addr_fault(SECOND);	/* what is written out is read first */
}

THREAD(manager, NULL)
{
	userfaultfd_release(ctx);
}
