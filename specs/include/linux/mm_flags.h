/* SPDX-License-Identifier: MIT */
/*
 * This file has the bits of mm: what a VMA is (VM_), what is known of a process
 * (MMF_), how a fault came about and what came of it (FAULT_FLAG_, VM_FAULT_), and how
 * pages are asked for (FOLL_). They have the values of x86-64. What nothing in the
 * model looks at is there for the code that sets and tests it.
 */
#ifndef _LINUX_MM_FLAGS_H
#define _LINUX_MM_FLAGS_H

#include <linux/version.h>

#define VM_NONE		0x00000000UL
#define VM_READ		0x00000001UL
#define VM_WRITE	0x00000002UL
#define VM_EXEC		0x00000004UL
#define VM_SHARED	0x00000008UL
#define VM_MAYREAD	0x00000010UL	/* what mprotect() may add */
#define VM_MAYWRITE	0x00000020UL
#define VM_MAYEXEC	0x00000040UL
#define VM_MAYSHARE	0x00000080UL
#define VM_GROWSDOWN	0x00000100UL
#define VM_UFFD_MISSING	0x00000200UL
#define VM_PFNMAP	0x00000400UL	/* no struct page behind it */
#define VM_UFFD_WP	0x00001000UL
#define VM_LOCKED	0x00002000UL
#define VM_IO		0x00004000UL
#define VM_SEQ_READ	0x00008000UL
#define VM_RAND_READ	0x00010000UL
#define VM_DONTCOPY	0x00020000UL
#define VM_DONTEXPAND	0x00040000UL
#define VM_LOCKONFAULT	0x00080000UL
#define VM_ACCOUNT	0x00100000UL
#define VM_NORESERVE	0x00200000UL
#define VM_HUGETLB	0x00400000UL
#define VM_SYNC		0x00800000UL
#define VM_ARCH_1	0x01000000UL
#define VM_WIPEONFORK	0x02000000UL
#define VM_DONTDUMP	0x04000000UL
#define VM_SOFTDIRTY	0x08000000UL
#define VM_MIXEDMAP	0x10000000UL
#define VM_HUGEPAGE	0x20000000UL
#define VM_NOHUGEPAGE	0x40000000UL
#define VM_MERGEABLE	0x80000000UL
#define VM_GROWSUP	VM_NONE
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 15, 0)
#define VM_DENYWRITE	0x00000800UL
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
#define VM_SEALED	(1UL << 42)
#endif

#if VMA_FLAGS_EXPLICIT_LOCK
/* The same by their numbers: for vma_set_flags() and its like, in <mm/internal.h>. */
typedef enum {
	VMA_READ_BIT,
	VMA_WRITE_BIT,
	VMA_EXEC_BIT,
	VMA_SHARED_BIT,
	VMA_MAYREAD_BIT,
	VMA_MAYWRITE_BIT,
	VMA_MAYEXEC_BIT,
	VMA_MAYSHARE_BIT,
	VMA_GROWSDOWN_BIT,
	VMA_UFFD_MISSING_BIT,
	VMA_PFNMAP_BIT,
	VMA_UFFD_WP_BIT = 12,
	VMA_LOCKED_BIT,
	VMA_IO_BIT,
	VMA_SEQ_READ_BIT,
	VMA_RAND_READ_BIT,
	VMA_DONTCOPY_BIT,
	VMA_DONTEXPAND_BIT,
	VMA_LOCKONFAULT_BIT,
	VMA_ACCOUNT_BIT,
	VMA_NORESERVE_BIT,
	VMA_HUGETLB_BIT,
	VMA_SYNC_BIT,
	VMA_ARCH_1_BIT,
	VMA_WIPEONFORK_BIT,
	VMA_DONTDUMP_BIT,
	VMA_SOFTDIRTY_BIT,
	VMA_MIXEDMAP_BIT,
	VMA_HUGEPAGE_BIT,
	VMA_NOHUGEPAGE_BIT,
	VMA_MERGEABLE_BIT,
	VMA_SEALED_BIT = 42,
} vma_flag_t;
#endif

#define VM_ACCESS_FLAGS		(VM_READ | VM_WRITE | VM_EXEC)
#define VM_DATA_DEFAULT_FLAGS	(VM_READ | VM_WRITE)	/* and the VM_MAY bits of both, and VM_MAYEXEC */
#define VM_ANON			VM_DATA_DEFAULT_FLAGS	/* ours: a private anonymous mapping */
#define VM_SPECIAL		(VM_IO | VM_DONTEXPAND | VM_PFNMAP | VM_MIXEDMAP)
#define VM_NO_KHUGEPAGED	(VM_SPECIAL | VM_HUGETLB)
#define VM_STACK		VM_GROWSDOWN
#define VM_STACK_FLAGS		(VM_STACK | VM_DATA_DEFAULT_FLAGS | VM_ACCOUNT)
#define VM_STACK_INCOMPLETE_SETUP	(VM_RAND_READ | VM_SEQ_READ)
#define VM_LOCKED_MASK		(VM_LOCKED | VM_LOCKONFAULT)

/* Numbers of bits in mm->flags, as in 6.12; a few came with later kernels, or had another before. */
#define MMF_VM_MERGEABLE	16	/* KSM may merge pages of it */
#define MMF_VM_HUGEPAGE		17	/* khugepaged knows of it */
#define MMF_EXE_FILE_CHANGED	18
#define MMF_HAS_UPROBES		19
#define MMF_RECALC_UPROBES	20
#define MMF_OOM_SKIP		21	/* nothing is left to take: exit has been there */
#define MMF_UNSTABLE		22	/* pages are being taken: none may come back */
#define MMF_HUGE_ZERO_PAGE	23
#define MMF_DISABLE_THP		24
#define MMF_OOM_REAP_QUEUED	25
#define MMF_MULTIPROCESS	26
#define MMF_HAS_PINNED		27	/* a page of it has been pinned */
#define MMF_HAS_MDWE		28
#define MMF_HAS_MDWE_NO_INHERIT	29
#define MMF_VM_MERGE_ANY	30

#define FAULT_FLAG_WRITE		0x1
#define FAULT_FLAG_MKWRITE		0x2
#define FAULT_FLAG_ALLOW_RETRY		0x4	/* the lock may be released */
#define FAULT_FLAG_RETRY_NOWAIT		0x8
#define FAULT_FLAG_KILLABLE		0x10
#define FAULT_FLAG_TRIED		0x20
#define FAULT_FLAG_USER			0x40
#define FAULT_FLAG_REMOTE		0x80
#define FAULT_FLAG_INSTRUCTION		0x100
#define FAULT_FLAG_INTERRUPTIBLE	0x200
#define FAULT_FLAG_UNSHARE		0x400
#define FAULT_FLAG_VMA_LOCK		0x1000	/* it is that of the VMA */
#define FAULT_FLAG_DEFAULT	\
	(FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_KILLABLE | FAULT_FLAG_INTERRUPTIBLE)

#define VM_FAULT_OOM		0x1
#define VM_FAULT_SIGBUS		0x2
#define VM_FAULT_MAJOR		0x4
#define VM_FAULT_HWPOISON	0x10
#define VM_FAULT_HWPOISON_LARGE	0x20
#define VM_FAULT_SIGSEGV	0x40
#define VM_FAULT_NOPAGE		0x100	/* the entry is there already */
#define VM_FAULT_LOCKED		0x200	/* the page is returned, and locked */
#define VM_FAULT_RETRY		0x400	/* the lock that the caller held is released */
#define VM_FAULT_FALLBACK	0x800
#define VM_FAULT_DONE_COW	0x1000
#define VM_FAULT_NEEDDSYNC	0x2000
#define VM_FAULT_COMPLETED	0x4000	/* as VM_FAULT_RETRY, and there is no more to do */
#define VM_FAULT_ERROR	(VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV |	\
			 VM_FAULT_HWPOISON | VM_FAULT_HWPOISON_LARGE | VM_FAULT_FALLBACK)

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#define FOLL_WRITE		0x1
#define FOLL_GET		0x2
#define FOLL_DUMP		0x4
#define FOLL_FORCE		0x8
#define FOLL_NOWAIT		0x10
#define FOLL_NOFAULT		0x20
#define FOLL_HWPOISON		0x40
#define FOLL_ANON		0x80
#define FOLL_LONGTERM		0x100
#define FOLL_INTERRUPTIBLE	0x800
#define FOLL_TOUCH		0x10000
#define FOLL_TRIED		0x20000
#define FOLL_REMOTE		0x40000
#define FOLL_PIN		0x80000
#define FOLL_UNLOCKABLE		0x200000
#else
#define FOLL_WRITE		0x1
#define FOLL_TOUCH		0x2
#define FOLL_GET		0x4
#define FOLL_DUMP		0x8
#define FOLL_FORCE		0x10
#define FOLL_NOWAIT		0x20
#define FOLL_NOFAULT		0x80
#define FOLL_HWPOISON		0x100
#define FOLL_TRIED		0x800
#define FOLL_REMOTE		0x2000
#define FOLL_ANON		0x8000
#define FOLL_LONGTERM		0x10000
#define FOLL_PIN		0x40000
#endif

#endif /* _LINUX_MM_FLAGS_H */
