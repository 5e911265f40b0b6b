// SPDX-License-Identifier: MIT
#include <linux/mm.h>

#define STEP_WRITE	(1 << 1)

static bool step_error(unsigned long code, struct vm_area_struct *vma)
{
	return (code & STEP_WRITE) && !(vma->vm_flags & VM_WRITE);
}

void step_fault(struct pt_regs *regs, unsigned long code, unsigned long address)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	if (unlikely(!mmap_read_trylock(mm)))
		mmap_read_lock(mm);
	vma = find_vma(mm, address);
	if (vma && step_error(code, vma))
		step_signal(regs, address);
	mmap_read_unlock(mm);
}
