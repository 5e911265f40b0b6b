/* SPDX-License-Identifier: MIT */
/*
 * This file calls the driver of a VMA: vm_ops. A VMA with vm_ops is not anonymous, and is
 * merged with no other. ->fault serves a fault (without MM_RMAP); what it leaves to do is to
 * map the page, unless it says VM_FAULT_NOPAGE. In a spec that does not name vm_ops nothing is called,
 * and nobody looks.
 */
#ifndef _MM_VM_OPS_H
#define _MM_VM_OPS_H

#include <mm/internal.h>

struct page;

struct vm_fault {
	struct vm_area_struct *vma;
	gfp_t gfp_mask;
	pgoff_t pgoff;
	unsigned long address;		/* of the page */
	unsigned long real_address;
	unsigned int flags;		/* FAULT_FLAG_ bits */
	struct page *page;
};

struct vm_operations_struct {
	void (*open)(struct vm_area_struct *vma);	/* of a copy, not of the first one */
	void (*close)(struct vm_area_struct *vma);
	int (*may_split)(struct vm_area_struct *vma, unsigned long addr);
	vm_fault_t (*fault)(struct vm_fault *vmf);
};

#define vma_has_ops(vma)	(__mmcheck_named("vm_ops") && (vma)->vm_ops)

static inline void vma_open(struct vm_area_struct *vma)
{
	if (vma_has_ops(vma) && vma->vm_ops->open)
		vma->vm_ops->open(vma);
}

static inline int vma_may_split(struct vm_area_struct *vma, unsigned long addr)
{
	if (vma_has_ops(vma) && vma->vm_ops->may_split)
		return vma->vm_ops->may_split(vma, addr);
	return 0;
}

#endif /* _MM_VM_OPS_H */
