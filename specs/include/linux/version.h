/* SPDX-License-Identifier: MIT */
/*
 * This file turns the kernel version into feature flags. The command line sets
 * LINUX_VERSION_CODE alone (--kernel 6.1); each flag below may be given by
 * hand instead (-D VMA_LOCK_ALL_FAULTS=0). A flag is always defined, as 0 or
 * 1: test it with #if, not with #ifdef. The kernel's own configuration is in
 * <linux/kconfig.h>.
 */
#ifndef _LINUX_VERSION_H
#define _LINUX_VERSION_H

#define KERNEL_VERSION(a, b, c)	(((a) << 16) + ((b) << 8) + (c))

#ifndef LINUX_VERSION_CODE
#define LINUX_VERSION_CODE	KERNEL_VERSION(6, 12, 0)
#endif

/*
 * Are the VMAs of a process in a maple tree (6.1 and later)? It has nodes and
 * ranges of its own. Before, the VMAs were the nodes of an rbtree.
 */
#ifndef VMA_MAPLE_TREE
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
#define VMA_MAPLE_TREE	1
#else
#define VMA_MAPLE_TREE	0
#endif
#endif

/*
 * Is the lock of a VMA a counter, vm_refcnt, and its memory used again at once
 * (6.15 and later)? Before, it was a rw_semaphore, and RCU freed a VMA.
 */
#ifndef VMA_LOCK_REFCOUNT
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#define VMA_LOCK_REFCOUNT	1
#else
#define VMA_LOCK_REFCOUNT	0
#endif
#endif

/*
 * Does a page fault with the lock of its VMA serve more than anonymous memory
 * that has been written before (6.6 and later)?
 */
#ifndef VMA_LOCK_ALL_FAULTS
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define VMA_LOCK_ALL_FAULTS	1
#else
#define VMA_LOCK_ALL_FAULTS	0
#endif
#endif

/*
 * Does munmap() downgrade mmap_lock once the VMAs are out of the tree (4.20 and
 * later)? And may it next to a stack that can grow? Not while a stack grows
 * with mmap_lock held for reading only (5.8 .. 6.4); nobody had thought of that
 * before 5.8.
 */
#ifndef MUNMAP_DOWNGRADE
#if LINUX_VERSION_CODE >= KERNEL_VERSION(4, 20, 0)
#define MUNMAP_DOWNGRADE	1
#else
#define MUNMAP_DOWNGRADE	0
#endif
#endif
#ifndef MUNMAP_DOWNGRADE_NEXT_TO_STACK
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0) || LINUX_VERSION_CODE < KERNEL_VERSION(5, 8, 0)
#define MUNMAP_DOWNGRADE_NEXT_TO_STACK	1
#else
#define MUNMAP_DOWNGRADE_NEXT_TO_STACK	0
#endif
#endif

/*
 * Does a stack grow with mmap_lock held for writing (6.5 and later)? Before, a
 * page fault let it grow under the read lock that it had.
 */
#ifndef STACK_EXPAND_WRITE_LOCK
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#define STACK_EXPAND_WRITE_LOCK	1
#else
#define STACK_EXPAND_WRITE_LOCK	0
#endif
#endif

/*
 * Does /proc/PID/maps lock one VMA after the other (6.17 and later)? Before, it
 * held mmap_lock.
 */
#ifndef PROC_MAPS_VMA_LOCK
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
#define PROC_MAPS_VMA_LOCK	1
#else
#define PROC_MAPS_VMA_LOCK	0
#endif
#endif

/*
 * Does MADV_DONTNEED of one VMA lock that VMA alone (6.17 and later)? Before, it held
 * mmap_lock for reading.
 */
#ifndef MADVISE_VMA_LOCK
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
#define MADVISE_VMA_LOCK	1
#else
#define MADVISE_VMA_LOCK	0
#endif
#endif

/*
 * Does exit_mmap() empty the page tables with mmap_lock held for reading, and
 * free the VMAs with it held for writing (6.0 and later)? Before, it took no
 * lock for either.
 */
#ifndef EXIT_MMAP_READ_LOCK
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 0, 0)
#define EXIT_MMAP_READ_LOCK	1
#else
#define EXIT_MMAP_READ_LOCK	0
#endif
#endif

/*
 * Does munmap look for its neighbours, between which it frees page tables, while
 * mmap_lock is held for writing (6.12 and later)? Before, it did when it came to that.
 */
#ifndef UNMAP_LIMITS_EARLY
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#define UNMAP_LIMITS_EARLY	1
#else
#define UNMAP_LIMITS_EARLY	0
#endif
#endif

/*
 * Does mmap(MAP_FIXED) put the new VMA in the place of the old ones in one step
 * (6.12 and later)? Before, it unmapped first, which left a hole for those who
 * look for a VMA without mmap_lock.
 */
#ifndef MMAP_FIXED_OVERWRITE
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#define MMAP_FIXED_OVERWRITE	1
#else
#define MMAP_FIXED_OVERWRITE	0
#endif
#endif

/*
 * Does the manager of a userfaultfd lock the VMA that it fills, and not
 * mmap_lock (6.9 and later)?
 */
#ifndef UFFD_VMA_LOCK
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
#define UFFD_VMA_LOCK	1
#else
#define UFFD_VMA_LOCK	0
#endif
#endif

/* May others take the memory of a dying process? For specs about that. */
#ifndef MM_OOM
#define MM_OOM	0
#endif

/* Give each VMA a userfaultfd context? For specs about its events. */
#ifndef MM_USERFAULTFD
#define MM_USERFAULTFD	0
#endif

/* Are pages written out to a swap device? For specs that do so. */
#ifndef MM_SWAP
#define MM_SWAP	0
#endif

/*
 * Model the reverse mapping: anon_vmas, folios that page tables name, a page
 * table and its lock for a few pages each? A spec that needs it says so before
 * it includes anything.
 */
#ifndef MM_RMAP
#define MM_RMAP	0
#endif

/*
 * Does fork take the right to write away from both, so that the next who writes
 * gets a copy? For specs that do that copy, with MM_RMAP; all memory is private then.
 */
#ifndef MM_COW
#define MM_COW	0
#endif

/* May page tables be taken away while processes run? For specs that do so, with MM_RMAP. */
#ifndef MM_KHUGEPAGED
#define MM_KHUGEPAGED	0
#endif

/*
 * Do page tables come with the faults that need them, and go with the VMAs? For
 * specs that want it, with MM_RMAP. Elsewhere all are there from the start, and stay.
 */
#ifndef MM_FREE_PGTABLES
#define MM_FREE_PGTABLES	0
#endif

/* May the page table be gone that was there just now? */
#define MM_PGTABLES_GO	(MM_KHUGEPAGED || MM_FREE_PGTABLES)

/* May a huge page come in the place of small ones? For specs that do so, without MM_RMAP. */
#ifndef MM_COLLAPSE
#define MM_COLLAPSE	0
#endif

/*
 * Does khugepaged take page tables away without mmap_lock, and RCU free them
 * (6.6 and later)? Then whoever walks page tables is in a read section.
 */
#ifndef PTE_FREE_DEFER
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define PTE_FREE_DEFER	1
#else
#define PTE_FREE_DEFER	0
#endif
#endif

/* Let CPUs remember what they found in page tables, with MM_RMAP? */
#ifndef MM_TLB
#define MM_TLB	0
#endif
#if MM_TLB && !MM_RMAP
#error MM_TLB needs MM_RMAP: what CPUs remember are translations to folios
#endif

#include <linux/kconfig.h>

#endif /* _LINUX_VERSION_H */
