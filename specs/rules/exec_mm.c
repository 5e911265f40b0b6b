// SPDX-License-Identifier: MIT
/*
 * exec_mm: does exec need locks for the mm that it makes?
 *
 * It gives the new mm a VMA for the stack, remembers that in bprm->vma, and goes on
 * using it while the arguments are copied, with mmap_lock or without: nobody else
 * knows of the mm until exec_mmap() gives it to the task (KEEP). mm_is_private() and
 * mm_is_shared() say so to the checks, which would find fault with it (UNSAID). When others
 * know of it, the remembered VMA is worth nothing (LATE).
 *
 * Source: alloc_bprm(), setup_arg_pages() and exec_mmap() in fs/exec.c.
 *
 * Result: KEEP: holds
 * Result: KEEP --kernel=5.12: holds
 * Result: KEEP --kernel=6.12: holds
 * Result: UNSAID: violated unstable-vma
 * Result: LATE: violated dangling-vma
 * Result: LATE --find=rule: violated unstable-vma
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <mmcheck.h>

#define STACK	0x2000UL

struct linux_binprm {
	struct mm_struct *mm;
	struct vm_area_struct *vma;
};

static struct mm_struct *task_mm;
static bool activated;

static void bprm_mm_init(struct linux_binprm *bprm)
{
	struct vm_area_struct *vma;

	bprm->mm = mm_alloc();
	vma = vm_area_alloc(bprm->mm);
	vma->vm_start = STACK;
	vma->vm_end = STACK + PAGE_SIZE;
	mmap_write_lock(bprm->mm);
	vma_link(bprm->mm, vma);
	mmap_write_unlock(bprm->mm);
	bprm->vma = vma;
#ifndef UNSAID
	mm_is_private(bprm->mm);
#endif
}

static void setup_arg_pages(struct linux_binprm *bprm)
{
	mmap_write_lock(bprm->mm);
	vma_start_write(bprm->vma);
	vm_flags_reset(bprm->vma, VM_ANON | VM_GROWSDOWN);
	mmap_write_unlock(bprm->mm);
}

static void exec_mmap(struct linux_binprm *bprm)
{
#ifndef UNSAID
	mm_is_shared(bprm->mm);
#endif
	WRITE_ONCE(task_mm, bprm->mm);
	WRITE_ONCE(activated, true);
}

THREAD(exec, NULL)
{
	struct linux_binprm bprm;

	bprm_mm_init(&bprm);
	assert(bprm.vma->vm_start == STACK);
	setup_arg_pages(&bprm);
	exec_mmap(&bprm);
#ifdef LATE
	assert(bprm.vma->vm_start == STACK);
#endif
}

/* Another thread of the process, which is to come. */
THREAD(munmap, NULL)
{
	WAIT_UNTIL(READ_ONCE(activated));
	mmap_write_lock(task_mm);
	do_munmap(task_mm, STACK, PAGE_SIZE, NULL);
	mmap_write_unlock(task_mm);
}
