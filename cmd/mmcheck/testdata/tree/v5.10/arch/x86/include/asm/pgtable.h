/* SPDX-License-Identifier: MIT */
#ifndef _ASM_X86_PGTABLE_H
#define _ASM_X86_PGTABLE_H
#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#ifdef CONFIG_X86_64
#define FAULT_ANGLE	64
#else
#define FAULT_ANGLE	32
#endif
#endif
