// SPDX-License-Identifier: MIT
/*
 * fork_fail: what is left in a child that could not be completed?
 *
 * A signal ends fork when some VMAs have been copied. Nothing ever runs in that child, and
 * exit frees what there is; but when fork gives the locks up, others may have found the
 * child already, by its pages or its swap entries, and look into it. From 6.14 on it is
 * marked as unstable, and they have to test that with mmap_lock held (not so: NO_TEST).
 * From 7.0 on fork frees the VMAs itself, and there is nothing to be found.
 *
 * What VMAs of the parent do in the tree of such a child, from 6.8 to 6.19, is in
 * bugs/dup_mmap_fail.c.
 *
 * Source: kernel/fork.c of 6.12 and 6.14; mm/mmap.c of 6.18.2 and of 7.0.
 *
 * Kernel: 7.1
 * Result: holds
 * Result: NO_TEST: holds
 * Result: --kernel=6.18: holds
 * Result: NO_TEST --kernel=6.18: violated assert
 * Result: --kernel=6.12: violated assert
 */

#define MM_OOM 1
#define MM_RMAP 1
#define MM_SIGNALS
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <linux/oom.h>
#include <mmcheck.h>

MM_POOL(ptdesc, 4);
MM_POOL(vm_area_struct, 4);

#define FIRST	0x1000UL
#define SECOND	0x3000UL

static struct mm_struct mm, child;
static bool failed;

INIT
{
	mm_init(&mm);
	mm_init(&child);
	mm_map(&mm, FIRST, PAGE_SIZE, VM_ANON);
	mm_map(&mm, SECOND, PAGE_SIZE, VM_ANON);
}

THREAD(fork, &mm)
{
	if (dup_mmap(&child, current->mm))
		WRITE_ONCE(failed, true);
}

/* As swapoff, which has found the child in the list of those with swap entries. */
THREAD(swapoff, NULL)
{
	bool stable = true;

	mmap_read_lock(&child);
#ifndef NO_TEST
	stable = check_stable_address_space(&child);
#endif
	if (stable && find_vma(&child, 0))
		assert(!READ_ONCE(failed));
	mmap_read_unlock(&child);
}
