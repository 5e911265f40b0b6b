// SPDX-License-Identifier: MIT
/*
 * uffd_copy: what does the manager of a userfaultfd test before it puts a page?
 *
 * With the lock of the VMA, or mmap_lock, whether the VMA is one of its own: meanwhile the
 * process may map memory there that has no manager. And with that of the page table whether
 * another thread of the manager was faster (TWICE). The same goes for a page that is moved
 * to the place (MOVE). LATE goes on with what it has seen of the VMA behind the lock.
 *
 * Source: mm/userfaultfd.c of 6.1 and 6.12.
 *
 * Result: --kernel=6.1: holds
 * Result: --kernel=6.12: holds
 * Result: LATE: violated assert
 * Result: TWICE --kernel=6.1: holds
 * Result: TWICE --kernel=6.12: holds
 * Result: MOVE --kernel=6.12: holds
 * Result: MOVE TWICE --kernel=6.12: holds
 */

#define MM_USERFAULTFD 1
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mm/userfaultfd.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);

#define ADDR	0x1000UL
#define SRC	0x3000UL

static struct mm_struct mm;
static struct userfaultfd_ctx ctx = { .mm = &mm };
static int error, other_error = -EEXIST;

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
	userfaultfd_register(&ctx, ADDR, PAGE_SIZE);
#ifdef MOVE
	mm_map(&mm, SRC, PAGE_SIZE, VM_ANON);
	pt_set(&mm.pgd, SRC, _PAGE_PRESENT | _PAGE_RW);
#endif
}

THREAD(manager, NULL)
{
#if defined(LATE)
	struct vm_area_struct *vma = uffd_lock_vma(&mm, ADDR);
	bool registered = vma && vma->vm_userfaultfd_ctx == &ctx;

	if (vma)
		uffd_unlock_vma(&mm, vma);
	spin_lock(&mm.page_table_lock);
	if (registered && !pt_get(&mm.pgd, ADDR))
		pt_set(&mm.pgd, ADDR, _PAGE_PRESENT | _PAGE_RW);
	spin_unlock(&mm.page_table_lock);
#elif defined(MOVE)
	error = move_pages(&ctx, ADDR, SRC);
#else
	error = mfill_atomic_copy(&ctx, ADDR);
#endif
}

#ifdef TWICE

THREAD(other, NULL)
{
	other_error = mfill_atomic_copy(&ctx, ADDR);
}

#else

/* Memory that has no manager takes the place. */
THREAD(mmap, &mm)
{
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
}

#endif

FINAL
{
	assert(!pt_get(&mm.pgd, ADDR) || vma_lookup(&mm, ADDR)->vm_userfaultfd_ctx == &ctx);
	assert(error || other_error);
}
