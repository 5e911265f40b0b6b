// SPDX-License-Identifier: MIT
/*
 * uffd_wake: who wakes those who wait because of a userfaultfd?
 *
 * A process throws a page away, of which its manager wants to know, and faults on another
 * one. The event wakes the manager, who waits for it; that it was read wakes the process,
 * and the page, when it is there, wakes the fault. With UFFDIO_COPY_MODE_DONTWAKE the page
 * comes, and nobody hears of it (DONTWAKE).
 *
 * Source: fs/userfaultfd.c.
 *
 * Result: holds
 * Result: --kernel=6.1: holds
 * Result: DONTWAKE: violated deadlock
 */

#define MM_USERFAULTFD 1
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mm/userfaultfd.h>
#include <mmcheck.h>

#define MISSING	0x1000UL
#define THERE	0x2000UL

static struct mm_struct mm;
static struct userfaultfd_ctx ctx = { .mm = &mm, .features = UFFD_FEATURE_EVENT_REMOVE };

INIT
{
	mm_init(&mm);
	mm_map(&mm, MISSING, 2 * PAGE_SIZE, VM_ANON);
	userfaultfd_register(&ctx, MISSING, 2 * PAGE_SIZE);
	pt_set(&mm.pgd, THERE, _PAGE_PRESENT | _PAGE_RW);
}

THREAD(process, &mm)
{
	sys_madvise(THERE, PAGE_SIZE, MADV_DONTNEED);
	do_user_addr_fault(MISSING);
}

THREAD(manager, NULL)
{
	userfaultfd_ctx_read(&ctx);
#ifdef DONTWAKE
	spin_lock(&mm.page_table_lock);
	pt_set(&mm.pgd, MISSING, _PAGE_PRESENT | _PAGE_RW);
	spin_unlock(&mm.page_table_lock);
#else
	mfill_atomic_copy(&ctx, MISSING);
#endif
}

FINAL
{
	assert(pt_get(&mm.pgd, MISSING) && !pt_get(&mm.pgd, THERE));
}
