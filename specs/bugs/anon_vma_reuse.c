// SPDX-License-Identifier: MIT
/*
 * anon_vma_reuse: how does fork know that nobody uses an anon_vma any more?
 *
 * CVE-2022-42703, found by Jann Horn. Broken in 3.19 by 7a3ef208e662, fixed in 6.0 by
 * 2555283eb40d ("mm/rmap: Fix anon_vma->degree ambiguity leading to double-reuse"). A
 * process that forks, whose child forks, and so on, would collect anon_vmas without
 * end. So fork gives the VMA of the child an old one that no VMA has for its own, and
 * that has one child at most. Both were in one counter, degree, and 1 was read as "one
 * child, no VMA" where it can be "no child, one VMA". Then two VMAs that are linked
 * in different trees have the same anon_vma, and when they are merged, pages go on to
 * name one that is freed. The fix counts them apart.
 *
 * It is no race: one thread lets processes fork and exit, STEPS times, in any order. Each
 * process has one VMA here, and nothing else.
 *
 * It teaches: a counter of two things can be compared with its sum only.
 *
 * Kernel: 5.12
 * Result: violated assert
 * Result: STEPS=4: holds
 * Result: --kernel=6.0: holds
 */

#define MM_RMAP 1
#define MM_ANON_VMA_REUSE 1
#ifndef STEPS
#define STEPS	5
#endif
#define VMAS	(STEPS + 1)
#define MM_ANON_VMA_CHAIN VMAS
#define MM_TASK_PAGES 2

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, VMAS);
MM_POOL(anon_vma, VMAS);

#define ADDR	0x1000UL

static struct mm_struct mm;		/* all VMAs say that they belong to it */
static struct vm_area_struct *vmas[VMAS];

/* Nobody else is there. */
MM_STABLE_WHILE(vma->vm_mm == &mm, vma);

static struct vm_area_struct *new_vma(void)
{
	struct vm_area_struct *vma = vm_area_alloc(&mm);

	vma->vm_start = ADDR;
	vma->vm_end = ADDR + PAGE_SIZE;
	vma->vm_pgoff = ADDR >> PAGE_SHIFT;
	return vma;
}

INIT
{
	mm_init(&mm);
	vmas[0] = new_vma();
	anon_vma_prepare(vmas[0]);
}

/* A new process, the n-th, and what fork does for its VMA. */
static void fork_process(int n, struct vm_area_struct *pvma)
{
	struct vm_area_struct *vma = new_vma();

	anon_vma_fork(vma, pvma);
	for (int i = 0; i < n; i++)
		assert(!vmas[i] || vmas[i]->anon_vma != vma->anon_vma);
	vmas[n] = vma;
}

static void exit_process(int n)
{
	unlink_anon_vmas(vmas[n]);
	vm_area_free(vmas[n]);
	vmas[n] = NULL;
}

THREAD(family, NULL)
{
	int born = 1;

	mmap_write_lock(&mm);
	for (int i = 0; i < STEPS; i++) {
		int n = nondet(0, VMAS - 1);

		if (n >= born || !vmas[n])
			continue;
		if (nondet(0, 1))
			fork_process(born++, vmas[n]);
		else
			exit_process(n);
	}
	mmap_write_unlock(&mm);
}
