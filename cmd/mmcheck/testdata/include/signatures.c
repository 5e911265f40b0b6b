// SPDX-License-Identifier: MIT
/*
 * signatures: do the functions of mm take what they take in the kernel?
 *
 * OWN defines handle_mm_fault() anew, as it stands in the kernel.
 *
 * Result: holds
 * Result: --kernel=5.12: holds
 * Result: --kernel=6.15: holds
 * Result: OWN: violated assert
 * Result: RMAP --kernel=6.12: holds
 */

#define MM_TASK_PAGES 4
#ifdef RMAP
#define MM_RMAP 1
#endif

#include <linux/mm.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

MM_POOL(vm_area_struct, 4);

static struct mm_struct mm;

#ifdef OWN
static int handle_mm_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags,
			   struct pt_regs *regs)
{
	(void)address, (void)flags, (void)regs;
	assert(!vma);
	return 0;
}
#endif

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
}

#ifdef RMAP

THREAD(t, &mm)
{
	struct vm_area_struct *vma = NULL, *copy;
	struct anon_vma *anon_vma;
	struct folio *folio;

	mmap_write_lock(&mm);
	vma = vma_lookup(&mm, ADDR);
	assert(!anon_vma_prepare(vma) && vma->anon_vma && !anon_vma_prepare(vma));
	copy = vm_area_dup(vma);
	assert(!anon_vma_clone(copy, vma) && copy->anon_vma_chain[0] == vma->anon_vma);
	unlink_anon_vmas(copy);
	copy->anon_vma = NULL;
	assert(!anon_vma_fork(copy, vma) && copy->anon_vma != vma->anon_vma);
	assert(copy->anon_vma->root == vma->anon_vma);
	unlink_anon_vmas(copy);
	vm_area_free(copy);
	folio = folio_alloc(NULL, vma->anon_vma, 1);
	assert(!folio_lock_anon_vma_read(folio, NULL));
	mm_map_folio(&mm, ADDR, folio, _PAGE_PRESENT);
	anon_vma = folio_lock_anon_vma_read(folio, NULL);
	assert(anon_vma == vma->anon_vma);
	anon_vma_unlock_read(anon_vma);
	folio_put(folio);
	mmap_write_unlock(&mm);
}

#else

THREAD(t, &mm)
{
	struct vm_area_struct *vma;
	int one = 1;

	mmap_read_lock(&mm);
	vma = vma_lookup(&mm, ADDR);
	assert(!handle_mm_fault(vma, ADDR + one, 0, NULL));
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
	mmap_read_unlock(&mm);
	vma = lock_mm_and_find_vma(&mm, ADDR + one, NULL);
#endif
	assert(vma && vma->vm_start == ADDR);
	assert(userfaultfd_remove(vma, ADDR, ADDR + one * PAGE_SIZE) && !userfaultfd_armed(vma));
	mmap_read_unlock(&mm);
	assert(!do_mprotect_pkey(ADDR, one * PAGE_SIZE, PROT_READ, -1));
	mmap_write_lock(&mm);
	assert(mmap_region(NULL, 2 * PAGE_SIZE, PAGE_SIZE, VM_ANON, one + 1, NULL) == 2 * PAGE_SIZE);
	assert(find_vma(&mm, 2 * PAGE_SIZE)->vm_pgoff == 2);
	assert(!do_munmap(&mm, ADDR, 2 * PAGE_SIZE * one, NULL) && !find_vma(&mm, 0));
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
	VMA_ITERATOR(vmi, &mm, 0);
	mmap_region(NULL, ADDR, PAGE_SIZE, VM_ANON, one, NULL);
	assert(!do_vmi_munmap(&vmi, &mm, ADDR, PAGE_SIZE, NULL, false) && !find_vma(&mm, 0));
	mmap_region(NULL, ADDR, PAGE_SIZE, VM_ANON, one, NULL);
	assert(!do_vmi_munmap(&vmi, &mm, ADDR, PAGE_SIZE, NULL, true));
	assert(!lockdep_is_held(&mm.mmap_lock));
	mmap_write_lock(&mm);
#endif
	mmap_write_unlock(&mm);
}

#endif
