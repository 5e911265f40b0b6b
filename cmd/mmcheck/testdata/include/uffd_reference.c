// SPDX-License-Identifier: MIT
/*
 * uffd_reference: what keeps the context of a fault that waits for its manager, when that
 * closes the descriptor?
 *
 * A reference that the fault takes before it gives up its lock.
 *
 * Result: holds
 * Result: --kernel=6.1: holds
 * Result: UFFD_NO_REF: violated use-after-free
 */

#define MM_USERFAULTFD 1
#define MM_UFFD_REF 1
#define MM_TASK_PAGES 2

#include <linux/mm.h>
#include <fs/userfaultfd.h>
#include <mmcheck.h>

static struct mm_struct mm;
static struct userfaultfd_ctx *ctx;

INIT
{
	mm_init(&mm);
	mmget(&mm);
	mm_map(&mm, 0x1000, PAGE_SIZE, VM_ANON);
	ctx = kzalloc(sizeof(*ctx), GFP_KERNEL);
	ctx->mm = &mm;
	refcount_set(&ctx->refcount, 1);
	userfaultfd_register(ctx, 0x1000, PAGE_SIZE);
}

THREAD(fault, &mm)
{
	do_user_addr_fault(0x1000);
}

THREAD(manager, NULL)
{
	userfaultfd_release(ctx);
}
