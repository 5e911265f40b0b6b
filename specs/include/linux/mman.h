/* SPDX-License-Identifier: MIT */
/*
 * This file holds the bits that user space passes to mmap(), mprotect() and madvise().
 * PROT_* and VM_* agree in their lowest three bits, as in the kernel.
 */
#ifndef _LINUX_MMAN_H
#define _LINUX_MMAN_H

#define PROT_NONE	0x0UL
#define PROT_READ	0x1UL
#define PROT_WRITE	0x2UL
#define PROT_EXEC	0x4UL

#define MADV_WILLNEED	3
#define MADV_DONTNEED	4
#define MADV_REMOVE	9
#define MADV_COLLAPSE	25
#define MADV_GUARD_INSTALL	102
#define MADV_GUARD_REMOVE	103

#endif /* _LINUX_MMAN_H */
