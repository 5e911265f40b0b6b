/* SPDX-License-Identifier: MIT */
/*
 * This file is the configuration of the kernel that the model stands for: x86-64,
 * several processors, and of mm what a spec asks for by its MM_ flags. A symbol
 * is 1 or, as in the kernel, not defined at all: test it with #ifdef or
 * IS_ENABLED(). One may be given by hand instead (-D CONFIG_PER_VMA_LOCK=0 takes
 * it away).
 */
#ifndef _LINUX_KCONFIG_H
#define _LINUX_KCONFIG_H

#include <linux/version.h>

#define CONFIG_64BIT	1
#define CONFIG_MMU	1
#define CONFIG_SMP	1
#define CONFIG_X86	1
#define CONFIG_X86_64	1

/* VM_BUG_ON() and might_sleep() are tests, and locks know who holds them. */
#define CONFIG_DEBUG_ATOMIC_SLEEP	1
#define CONFIG_DEBUG_VM			1
#define CONFIG_LOCKDEP			1
#define CONFIG_PROVE_LOCKING		1

/* One lock per VMA beside mmap_lock (6.4 and later). */
#if !defined(CONFIG_PER_VMA_LOCK) && LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define CONFIG_PER_VMA_LOCK	1
#endif

#if defined(CONFIG_PER_VMA_LOCK) && !CONFIG_PER_VMA_LOCK
#undef CONFIG_PER_VMA_LOCK
/* With it go those who lock a VMA, or look whether a writer was there. */
#undef VMA_LOCK_REFCOUNT
#define VMA_LOCK_REFCOUNT	0
#undef VMA_WRITE_KILLABLE
#define VMA_WRITE_KILLABLE	0
#undef VMA_LOOKUP_WAIT
#define VMA_LOOKUP_WAIT	0
#undef SPECULATE_USERS
#define SPECULATE_USERS	0
#undef PROC_MAPS_VMA_LOCK
#define PROC_MAPS_VMA_LOCK	0
#undef PROCMAP_QUERY_VMA_LOCK
#define PROCMAP_QUERY_VMA_LOCK	0
#undef MINCORE_VMA_LOCK
#define MINCORE_VMA_LOCK	0
#undef BPF_TASK_VMA_LOCK
#define BPF_TASK_VMA_LOCK	0
#undef MADVISE_VMA_LOCK
#define MADVISE_VMA_LOCK	0
#undef MADV_GUARD_VMA_LOCK
#define MADV_GUARD_VMA_LOCK	0
#undef UFFD_VMA_LOCK
#define UFFD_VMA_LOCK	0
#endif

#if MM_NOTIFIER
#define CONFIG_MMU_NOTIFIER	1
#endif
#if MM_SWAP
#define CONFIG_SWAP	1
#endif
#if MM_USERFAULTFD
#define CONFIG_USERFAULTFD	1
#endif
#if MM_COLLAPSE || MM_KHUGEPAGED
#define CONFIG_TRANSPARENT_HUGEPAGE	1
#endif

/*
 * 1 where a symbol is defined as 1, else 0, in #if and in C: what stands behind
 * __MMCHECK_IS_ is a comma only where the symbol was expanded to 1.
 */
#define __MMCHECK_IS_1			0,
#define __mmcheck_second(a, b, ...)	b
#define __mmcheck_is(comma_or_not)	__mmcheck_second(comma_or_not 1, 0, 0)
#define __mmcheck_defined(value)	__mmcheck_is(__MMCHECK_IS_##value)
#define __mmcheck_expand(symbol)	__mmcheck_defined(symbol)

#define IS_BUILTIN(symbol)	__mmcheck_expand(symbol)
#define IS_MODULE(symbol)	__mmcheck_expand(symbol##_MODULE)
#define IS_ENABLED(symbol)	(IS_BUILTIN(symbol) || IS_MODULE(symbol))
#define IS_REACHABLE(symbol)	IS_ENABLED(symbol)

#endif /* _LINUX_KCONFIG_H */
