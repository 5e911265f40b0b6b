// SPDX-License-Identifier: MIT
#include <linux/mm.h>

static noinline void bad_angle(struct pt_regs *regs, unsigned long address)
{
	show_angle(regs, address, FAULT_ANGLE);
}

void angle_fault(struct pt_regs *regs, unsigned long address)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, address);
	if (unlikely(!vma || vma->vm_start > address)) {
		mmap_read_unlock(mm);
		bad_angle(regs, address);
		return;
	}
	if (vma->vm_flags & VM_WRITE)
		angle_note(address, vma->vm_flags);
	mmap_read_unlock(mm);
}

/* A bug: unlocked twice where nothing is mapped. */
void angle_peek(struct pt_regs *regs, unsigned long address)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, address);
	if (!vma) {
		mmap_read_unlock(mm);
		bad_angle(regs, address);
	}
	mmap_read_unlock(mm);
}
