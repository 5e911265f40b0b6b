// SPDX-License-Identifier: MIT
/*
 * vma: do the small helpers find the VMA that they are asked for, and who locks it
 * before its flags change?
 *
 * Result: holds
 * Result: --kernel=5.12: holds
 * Result: --kernel=6.4: holds
 * Result: --kernel=6.15: holds
 * Result: WRONG=vm_flags_reset: violated assert
 * Result: WRONG=vm_flags_reset --kernel=6.15: violated assert
 * Result: WRONG=vm_flags_reset --kernel=6.4: holds
 * Result: WRONG=vm_flags_reset_once: violated assert
 * Result: REMOTE: violated lock-misuse
 */

#define MM_TASK_PAGES 8

#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <mmcheck.h>

#define LOW	0x1000UL
#define HIGH	0x4000UL	/* two pages */

static struct mm_struct mm, other;

INIT
{
	mm_init(&mm);
	mm_init(&other);
	mm_map(&mm, LOW, PAGE_SIZE, VM_ANON);
	mm_map(&mm, HIGH, 2 * PAGE_SIZE, VM_ANON | VM_STACK);
}

THREAD(look, &mm)
{
	struct vm_area_struct *low, *high, *prev;
	unsigned long addr = HIGH + 1;

	mmap_read_lock(&mm);
	low = find_vma_prev(&mm, 0, &prev);
	assert(low->vm_start == LOW && !prev);
	high = find_vma_prev(&mm, addr, &prev);
	assert(high->vm_start == HIGH && prev == low);
	assert(find_vma_prev(&mm, LOW + PAGE_SIZE, &prev) == high && prev == low);
	assert(!find_vma_prev(&mm, HIGH + 2 * PAGE_SIZE, &prev) && prev == high);
	assert(find_exact_vma(&mm, HIGH, HIGH + 2 * PAGE_SIZE) == high);
	assert(!find_exact_vma(&mm, HIGH, HIGH + PAGE_SIZE));
	assert(!find_exact_vma(&mm, HIGH + PAGE_SIZE, HIGH + 2 * PAGE_SIZE));
	assert(range_in_vma(high, HIGH + PAGE_SIZE, HIGH + 2 * PAGE_SIZE));
	assert(!range_in_vma(high, HIGH + PAGE_SIZE, HIGH + 3 * PAGE_SIZE));
	assert(!range_in_vma(high, LOW, addr) && !range_in_vma(NULL, LOW, addr));
	assert(vma_pages(low) == 1 && vma_pages(high) == 2);
	assert(!vma_is_foreign(low) && vma_is_accessible(high));
	assert(!is_vm_hugetlb_page(low) && !vma_is_temporary_stack(high));
	assert(offset_in_page(addr) == 1 && !PAGE_ALIGNED(addr) && PAGE_ALIGNED(HIGH));
	assert(PAGE_ALIGN_DOWN(addr) == HIGH && PAGE_ALIGN(addr) == HIGH + PAGE_SIZE);
	assert(PFN_UP(addr) == 5 && PFN_DOWN(addr) == 4 && PFN_ALIGN(addr) == HIGH + PAGE_SIZE);
	assert(PFN_PHYS(4) == HIGH && PHYS_PFN(addr) == 4);
	assert(untagged_addr(addr) == addr);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	assert(untagged_addr_remote(&mm, addr) == addr);
#endif
	mmap_read_unlock(&mm);
#ifdef REMOTE
	assert(untagged_addr_remote(&mm, addr) == addr);
#endif
}

THREAD(foreign, &other)
{
	struct vm_area_struct *vma;

	mmap_read_lock(&mm);
	vma = vma_lookup(&mm, LOW);
	assert(vma_is_foreign(vma));
	mmap_read_unlock(&mm);
}

THREAD(flags, &mm)
{
	struct vm_area_struct *vma;

	mmap_write_lock(&mm);
	vma = vma_lookup(&mm, HIGH);
#ifdef WRONG
	WRONG(vma, VM_READ);
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
	vma->vm_flags |= VM_HUGETLB;
	assert(is_vm_hugetlb_page(vma));
#else
	vm_flags_set(vma, VM_HUGETLB);
	assert(is_vm_hugetlb_page(vma));
	vma_assert_write_locked(vma);
	vm_flags_reset(vma, VM_STACK | VM_STACK_INCOMPLETE_SETUP);
	assert(vma_is_temporary_stack(vma) && !vma_is_accessible(vma));
	vm_flags_mod(vma, VM_READ | VM_RAND_READ, VM_RAND_READ | VM_SEQ_READ);
	assert(vma->vm_flags == (VM_STACK | VM_READ) && !vma_is_temporary_stack(vma));
	vm_flags_reset_once(vma, VM_ANON | VM_STACK | VM_LOCKED);
	vm_flags_clear(vma, VM_LOCKED);
	assert(vma->vm_flags == (VM_ANON | VM_STACK));
#endif
	mmap_write_unlock(&mm);
}
