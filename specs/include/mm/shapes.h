/* SPDX-License-Identifier: MIT */
/*
 * This file holds shapes of an address space to begin with, shape_NAME(addr) each:
 * 'mmcheck check --against' tries them with a spec that has no INIT. addr is the lowest
 * page that may be mapped, the first of two that most shapes map.
 *
 * What only some of them need is asked for by MM_USERFAULTFD, MM_RMAP and OPS_FILE
 * (with MM_FILE_REF).
 */
#ifndef _MM_SHAPES_H
#define _MM_SHAPES_H

#include <mm/ops.h>

#define SHAPE(name)							\
	static void __maybe_unused shape_##name(unsigned long addr __maybe_unused)

/* Nothing is mapped. OPS_MM is not from the heap, and never freed. */
SHAPE(empty)
{
	mm_init(OPS_MM);
	mmgrab(OPS_MM);
}

/* One anonymous VMA; its second page is present. */
SHAPE(anon)
{
	shape_empty(addr);
	mm_map(OPS_MM, addr, 2 * PAGE_SIZE, VM_ANON | VM_ACCOUNT);
#if !MM_RMAP
	pt_set(&OPS_MM->pgd, addr + PAGE_SIZE, _PAGE_PRESENT | _PAGE_RW);
#endif
}

/* It is the heap: brk() moves its end. */
SHAPE(heap)
{
	shape_anon(addr);
	OPS_MM->start_brk = addr;
	OPS_MM->brk = addr + 2 * PAGE_SIZE;
}

/* The same, of a process that called mlockall(MCL_FUTURE): what is mapped is populated. */
SHAPE(locked)
{
	shape_empty(addr);
	OPS_MM->def_flags = VM_LOCKED;
	mm_map(OPS_MM, addr, 2 * PAGE_SIZE, VM_ANON | VM_ACCOUNT | VM_LOCKED);
	OPS_MM->start_brk = addr;
	OPS_MM->brk = addr + 2 * PAGE_SIZE;
}

/* Two anonymous VMAs side by side that differ in their rights, and else would be one. */
SHAPE(neighbours)
{
	shape_empty(addr);
	mm_map(OPS_MM, addr, PAGE_SIZE, VM_ANON | VM_ACCOUNT);
	mm_map(OPS_MM, addr + PAGE_SIZE, PAGE_SIZE, VM_READ | VM_ACCOUNT);
}

/* A stack that grows, with a free page below. */
SHAPE(stack)
{
	shape_empty(addr);
	mm_map(OPS_MM, addr + PAGE_SIZE, PAGE_SIZE, VM_ANON | VM_GROWSDOWN);
}

#if OPS_FILE
static struct address_space ops_mapping;
static struct inode ops_inode;

static void __maybe_unused shape_of_file(unsigned long addr, vm_flags_t vm_flags)
{
	struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	file->f_mapping = &ops_mapping;
	file->f_inode = &ops_inode;
	atomic_set(&file->f_count, 1);
	shape_empty(addr);
	mm_map_file(OPS_MM, file, addr, 2 * PAGE_SIZE, vm_flags, 0);
	fput(file);
}

/* Two pages of a file that nobody else has open, shared with it. */
SHAPE(shared)
{
	shape_of_file(addr, VM_READ | VM_WRITE | VM_SHARED);
}

/* The same, private. */
SHAPE(private)
{
	shape_of_file(addr, VM_READ | VM_WRITE);
}
#endif

#if MM_USERFAULTFD && !MM_RMAP
/* One anonymous VMA that is registered with a userfaultfd. */
SHAPE(uffd)
{
	shape_empty(addr);
	mm_map(OPS_MM, addr, 2 * PAGE_SIZE, VM_ANON | VM_ACCOUNT);
	userfaultfd_register(&ops_ctx, addr, 2 * PAGE_SIZE);
}
#endif

#if MM_RMAP
/* One anonymous VMA of a process that has just forked. */
SHAPE(forked)
{
	shape_anon(addr);
	mm_init(&ops_child);
	dup_mmap(&ops_child, OPS_MM);
}
#endif

#endif /* _MM_SHAPES_H */
