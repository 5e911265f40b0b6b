// SPDX-License-Identifier: MIT
/*
 * vm_ops: when is the driver of a VMA called, and with what lock?
 *
 * Result: holds
 * Result: --kernel=5.12: holds
 * Result: --kernel=6.4: holds
 * Result: --kernel=6.15: holds
 * Result: KEEP: violated use-after-free
 * Result: NONE: violated null-deref
 */

#define MM_TASK_PAGES 8

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);
MM_POOL(buffer, 1);

#define START	0x1000UL

/* What a mapping shows: each VMA has a reference. */
struct buffer {
	atomic_t users;
	int faults;
};

static struct mm_struct mm;
static int splits, refuse;

static void buffer_open(struct vm_area_struct *vma)
{
	struct buffer *buffer = vma->vm_private_data;

	mmap_assert_write_locked(vma->vm_mm);
	atomic_inc(&buffer->users);
}

static void buffer_close(struct vm_area_struct *vma)
{
	struct buffer *buffer = vma->vm_private_data;

	mmap_assert_locked(vma->vm_mm);
	if (atomic_dec_and_test(&buffer->users))
		kfree(buffer);
}

static int buffer_may_split(struct vm_area_struct *vma, unsigned long addr)
{
	assert(addr > vma->vm_start && addr < vma->vm_end);
	splits++;
	return refuse ? -EINVAL : 0;
}

static vm_fault_t buffer_fault(struct vm_fault *vmf)
{
	struct buffer *buffer = vmf->vma->vm_private_data;

	assert(vmf->address == (vmf->real_address & PAGE_MASK) && vmf->flags & FAULT_FLAG_ALLOW_RETRY);
	assert(vmf->pgoff == vmf->address >> PAGE_SHIFT);
	WRITE_ONCE(buffer->faults, 1);
	return vmf->address == START ? 0 : VM_FAULT_NOPAGE;
}

static const struct vm_operations_struct buffer_vm_ops = {
	.open = buffer_open,
	.close = buffer_close,
#ifndef NONE
	.may_split = buffer_may_split,
	.fault = buffer_fault,
#endif
};

static const struct vm_operations_struct no_vm_ops;

INIT
{
	struct buffer *buffer = kzalloc(sizeof(*buffer), GFP_KERNEL);
	struct vm_area_struct *vma;

	mm_init(&mm);
	atomic_set(&buffer->users, 1);
	mm_map(&mm, START, 3 * PAGE_SIZE, VM_ANON);
	vma = vma_lookup(&mm, START);
	vma->vm_private_data = buffer;
	vma->vm_ops = &buffer_vm_ops;
}

THREAD(fault, &mm)
{
#ifndef KEEP
	struct vm_area_struct *vma;
#endif
	int result = do_user_addr_fault(START + 1);

	assert(!result || result == VM_FAULT_SIGSEGV);
#ifndef KEEP
	assert(!do_user_addr_fault(START + PAGE_SIZE));
#ifndef NONE
	assert(!pt_get(&mm.pgd, START + PAGE_SIZE));
#endif
	mmap_read_lock(&mm);
	vma = vma_lookup(&mm, START + PAGE_SIZE);
	assert(!vma_is_anonymous(vma));
#ifdef NONE
	vma->vm_ops->fault(NULL);
#endif
	mmap_read_unlock(&mm);
#endif
}

THREAD(munmap, &mm)
{
#ifdef KEEP
	struct vm_area_struct *vma;
	struct buffer *buffer;
#endif

	sys_munmap(START, PAGE_SIZE);
	assert(splits <= 1);
#ifdef KEEP
	mmap_read_lock(&mm);
	vma = vma_lookup(&mm, START + PAGE_SIZE);
	buffer = vma->vm_private_data;
	mmap_read_unlock(&mm);
	sys_munmap(START, 3 * PAGE_SIZE);
	(void)READ_ONCE(buffer->faults);
#endif
}

#if !defined(KEEP) && !defined(NONE)
FINAL
{
	struct vm_area_struct *vma = vma_lookup(&mm, START + PAGE_SIZE);
	struct buffer *buffer = vma->vm_private_data;

	assert(atomic_read(&buffer->users) == 1 && READ_ONCE(buffer->faults));
	assert(!pt_get(&mm.pgd, START) && !vma_lookup(&mm, START));
	mmap_write_lock(&mm);	/* no neighbour is merged with it */
	assert(!vma_merge(&mm, START, START + PAGE_SIZE, VM_ANON, NULL, NULL, 1));
	refuse = 1;
	assert(split_vma(&mm, vma, START + 2 * PAGE_SIZE, 0) == -EINVAL);
	vma_start_write(vma);
	vma_set_anonymous(vma);
	assert(vma_is_anonymous(vma));
	vma->vm_ops = &no_vm_ops;
	assert(!split_vma(&mm, vma, START + 2 * PAGE_SIZE, 0));
	assert(find_vma(&mm, START + 2 * PAGE_SIZE)->vm_private_data == buffer);
	mmap_write_unlock(&mm);
}
#endif
