// SPDX-License-Identifier: MIT
/*
 * fault_stale_vma: what of a VMA is left when the fault has dropped mmap_lock?
 *
 * Two repairs of one mistake, no CVE. DO_FAULT: fc8efd2ddfed ("mm/memory.c: do_fault:
 * avoid usage of stale vm_area_struct", 5.1), seen on s390. do_fault() has a page table
 * ready before it asks the filesystem for a page, and gives it back if it was not
 * needed. The filesystem may have dropped the lock to wait for the page, and munmap() may
 * have freed the VMA that do_fault() then takes the mm from (BREAK).
 *
 * PKEY: a3c4fb7c9c2e ("x86/mm: Fix fault error path using unsafe vma pointer", 4.14),
 * broken by 7b2d0dbac489. The fault code of x86 drops the lock itself, and then asks
 * the VMA for its protection key, to report the error (BREAK).
 *
 * It teaches: "retry" in a result means that the arguments are gone. What is needed
 * later must be copied while the lock is held, as both fixes do (the default).
 *
 * 5.0 and 4.13 are older than the eras of the model, which has nothing to say of these
 * bugs that changed between them and 5.10.
 *
 * Kernel: 5.0
 * Result: DO_FAULT BREAK: violated dangling-vma
 * Result: DO_FAULT BREAK --kernel=6.12: violated dangling-vma
 * Result: DO_FAULT: holds
 * Result: DO_FAULT --kernel=6.12: holds
 * Result: PKEY BREAK --kernel=4.13: violated dangling-vma
 * Result: PKEY BREAK --kernel=4.13 --find=rule: violated unstable-vma
 * Result: PKEY --kernel=4.13: holds
 * Result: PKEY --kernel=6.1: holds
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 4
#ifdef DO_FAULT
#define MM_VM_FAULT do_fault
#endif

#include <linux/mm.h>
#include <mm/filemap.h>
#include <mmcheck.h>

MM_POOL(ptdesc, 3);		/* the fault has one ready */

#define ADDR	0x1000UL
#define INDEX	0UL

#define VM_PKEY_SHIFT	24
#define VM_PKEY		(7UL << VM_PKEY_SHIFT)
#define KEY		5UL

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static struct folio *page __maybe_unused;

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, ADDR, PAGE_SIZE, VM_READ | VM_SHARED | KEY << VM_PKEY_SHIFT, INDEX);
#ifdef DO_FAULT
	page = folio_alloc(&mapping, NULL, INDEX);
	filemap_add_folio(&mapping, page);
#endif
}

#ifdef DO_FAULT

/* That of s390 has to do with the mm. */
static void pte_free(struct mm_struct *mm, struct ptdesc *table)
{
	VM_BUG_ON(!mm);
	kfree(table);
}

/* The page table is allocated before the page is locked: the file may be needed for it. */
static int do_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags)
{
	struct ptdesc *prealloc_pte = pte_alloc_one();
#ifndef BREAK
	struct mm_struct *vm_mm = vma->vm_mm;
#endif
	int ret = do_read_fault(vma, address, flags);

#ifdef BREAK
	pte_free(vma->vm_mm, prealloc_pte);
#else
	pte_free(vm_mm, prealloc_pte);
#endif
	return ret;
}

THREAD(fault, &mm)
{
	do_user_addr_fault(ADDR);
}

/* The page is being read in. */
THREAD(io, NULL)
{
	folio_lock(page);
	folio_unlock(page);
}

#else /* PKEY */

static unsigned long vma_pkey(struct vm_area_struct *vma)
{
	return (vma->vm_flags & VM_PKEY) >> VM_PKEY_SHIFT;
}

/* What the program is told. */
static void do_sigbus(unsigned long si_pkey)
{
	assert(si_pkey == KEY);
}

/* As __do_page_fault() of x86. The page is beyond the end of the file. */
static void do_page_fault(struct mm_struct *mm, unsigned long address)
{
	unsigned long pkey __maybe_unused;
	struct vm_area_struct *vma;
	int fault;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, address);
	if (!vma) {
		mmap_read_unlock(mm);
		return;
	}
	fault = handle_mm_fault(vma, address, 0, NULL);
#ifndef BREAK
	pkey = vma_pkey(vma);
#endif
	mmap_read_unlock(mm);
#ifdef BREAK
	if (fault & VM_FAULT_ERROR)
		do_sigbus(vma_pkey(vma));
#else
	if (fault & VM_FAULT_ERROR)
		do_sigbus(pkey);
#endif
}

THREAD(fault, &mm)
{
	do_page_fault(current->mm, ADDR);
}

#endif

THREAD(munmap, &mm)
{
	sys_munmap(ADDR, PAGE_SIZE);
}
