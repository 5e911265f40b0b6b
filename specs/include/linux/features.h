/* SPDX-License-Identifier: MIT */
/*
 * This file turns the kernel version into feature flags. It is written from the
 * table in eras.go. The command line sets LINUX_VERSION_CODE alone (--kernel 6.1);
 * each flag below may be given by hand instead (-D VMA_LOCK_ALL_FAULTS=0). A flag is
 * always defined, as 0 or 1: test it with #if, not with #ifdef. A kernel that is not
 * among those modelled is the one before, with what is dated since. Sublevel 255 is
 * the newest stable release (--kernel 6.12.y), 0 the first release.
 */
#ifndef _LINUX_FEATURES_H
#define _LINUX_FEATURES_H

#define MODELLED_KERNELS \
	KERNEL_VERSION(5, 10, 0), \
	KERNEL_VERSION(5, 12, 0), \
	KERNEL_VERSION(5, 15, 0), \
	KERNEL_VERSION(6, 1, 0), \
	KERNEL_VERSION(6, 4, 0), \
	KERNEL_VERSION(6, 6, 0), \
	KERNEL_VERSION(6, 12, 0), \
	KERNEL_VERSION(6, 15, 0), \
	KERNEL_VERSION(6, 18, 0), \
	KERNEL_VERSION(7, 1, 0), \
	KERNEL_VERSION(7, 2, 0), \
	KERNEL_VERSION(7, 3, 0), \
	KERNEL_VERSION(7, 4, 0)

#define LATEST_KERNEL_VERSION	KERNEL_VERSION(7, 1, 0)
#define NEXT_KERNEL_VERSION	KERNEL_VERSION(7, 4, 0)
#define DEFAULT_KERNEL_VERSION	KERNEL_VERSION(7, 1, 0)

#ifndef LINUX_VERSION_CODE
#define LINUX_VERSION_CODE	DEFAULT_KERNEL_VERSION
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
 * Is who fails in vma_start_read() out of the read section as well (6.18 and
 * later)? Before, the caller was left in it.
 */
#ifndef VMA_READ_DROPS_RCU
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
#define VMA_READ_DROPS_RCU	1
#else
#define VMA_READ_DROPS_RCU	0
#endif
#endif

/*
 * Can a fatal signal end the wait for the readers of a VMA (6.19 and later), where
 * vma_start_write_killable() asks for that? fork does.
 */
#ifndef VMA_WRITE_KILLABLE
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
#define VMA_WRITE_KILLABLE	1
#else
#define VMA_WRITE_KILLABLE	0
#endif
#endif

/*
 * Does a fork that fails take the VMAs of the child away again before it gives the
 * locks up (7.0 and later)? Before, exit did, and others could find them.
 */
#ifndef FORK_FAIL_CLEANUP
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define FORK_FAIL_CLEANUP	1
#else
#define FORK_FAIL_CLEANUP	0
#endif
#endif

/*
 * Is there a look-up of a VMA that waits for a writer to be done (7.4 and later),
 * lock_vma_under_rcu_wait()? Else who cannot lock a VMA takes mmap_lock, or gives up.
 */
#ifndef VMA_LOOKUP_WAIT
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 4, 0)
#define VMA_LOOKUP_WAIT	1
#else
#define VMA_LOOKUP_WAIT	0
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
 * later)?
 */
#ifndef MUNMAP_DOWNGRADE
#if LINUX_VERSION_CODE >= KERNEL_VERSION(4, 20, 0)
#define MUNMAP_DOWNGRADE	1
#else
#define MUNMAP_DOWNGRADE	0
#endif
#endif

/*
 * And may it next to a stack that can grow? Not while a stack grows with
 * mmap_lock held for reading only (5.8 .. 6.4); nobody had thought of that before
 * 5.8.
 */
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
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0) || LINUX_VERSION_CODE == KERNEL_VERSION(6, 1, 255)
#define STACK_EXPAND_WRITE_LOCK	1
#else
#define STACK_EXPAND_WRITE_LOCK	0
#endif
#endif

/*
 * Is mm_lock_seq odd while mmap_lock is held for writing (6.13 and later)? Before,
 * it was raised by unlock and downgrade alone.
 */
#ifndef MM_LOCK_SEQCOUNT
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0) || LINUX_VERSION_CODE == KERNEL_VERSION(6, 12, 255)
#define MM_LOCK_SEQCOUNT	1
#else
#define MM_LOCK_SEQCOUNT	0
#endif
#endif

/*
 * Are there functions that set flags of a VMA and do not lock it (7.1 and later)?
 * Those of before, vm_flags_set() and its like, still lock it.
 */
#ifndef VMA_FLAGS_EXPLICIT_LOCK
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 1, 0)
#define VMA_FLAGS_EXPLICIT_LOCK	1
#else
#define VMA_FLAGS_EXPLICIT_LOCK	0
#endif
#endif

/*
 * Are VMAs looked at without a lock where mm_lock_seq tells whether a writer was there
 * (6.13 and later)? uprobes do so. Before, they held mmap_lock.
 */
#ifndef SPECULATE_USERS
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define SPECULATE_USERS	1
#else
#define SPECULATE_USERS	0
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
 * Does PROCMAP_QUERY, which asks for the VMA of an address, lock that VMA (6.18 and
 * later)? Before, it held mmap_lock.
 */
#ifndef PROCMAP_QUERY_VMA_LOCK
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
#define PROCMAP_QUERY_VMA_LOCK	1
#else
#define PROCMAP_QUERY_VMA_LOCK	0
#endif
#endif

/*
 * Does mincore() lock one VMA after the other (7.4 and later)? Before, it held
 * mmap_lock.
 */
#ifndef MINCORE_VMA_LOCK
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 4, 0)
#define MINCORE_VMA_LOCK	1
#else
#define MINCORE_VMA_LOCK	0
#endif
#endif

/*
 * Does a BPF program that iterates over the VMAs of a task lock one VMA after the other
 * (7.1 and later), after a look at where the next one begins that nothing keeps
 * still? Before, it held mmap_lock.
 */
#ifndef BPF_TASK_VMA_LOCK
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 1, 0) || LINUX_VERSION_CODE == KERNEL_VERSION(6, 18, 255)
#define BPF_TASK_VMA_LOCK	1
#else
#define BPF_TASK_VMA_LOCK	0
#endif
#endif

/*
 * Does MADV_DONTNEED of one VMA lock that VMA alone (6.17 and later)? Before, it
 * held mmap_lock for reading.
 */
#ifndef MADVISE_VMA_LOCK
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
#define MADVISE_VMA_LOCK	1
#else
#define MADVISE_VMA_LOCK	0
#endif
#endif

/*
 * Can a program put guards in place of pages (MADV_GUARD_INSTALL, 6.13 and later)? It
 * holds mmap_lock for reading.
 */
#ifndef MADV_GUARD
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define MADV_GUARD	1
#else
#define MADV_GUARD	0
#endif
#endif

/*
 * And does that lock the VMA alone, if it is one (6.19 and later)?
 */
#ifndef MADV_GUARD_VMA_LOCK
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
#define MADV_GUARD_VMA_LOCK	1
#else
#define MADV_GUARD_VMA_LOCK	0
#endif
#endif

/*
 * Does mremap() hold the rmap locks for writing while a whole page table moves (5.14
 * and later)?
 */
#ifndef MREMAP_PMD_RMAP_LOCK
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 14, 0)
#define MREMAP_PMD_RMAP_LOCK	1
#else
#define MREMAP_PMD_RMAP_LOCK	0
#endif
#endif

/*
 * And does it look again, when it has all locks, whether the table is still there
 * (6.12 and later)?
 */
#ifndef MREMAP_PMD_RECHECK
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#define MREMAP_PMD_RECHECK	1
#else
#define MREMAP_PMD_RECHECK	0
#endif
#endif

/*
 * Does mremap() without a change of size move several VMAs at once (6.17 and later)?
 */
#ifndef MREMAP_MULTI
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
#define MREMAP_MULTI	1
#else
#define MREMAP_MULTI	0
#endif
#endif

/*
 * Does RCU free the policy of a VMA (7.0 and later)? Before, whoever had looked at it
 * under RCU alone could find it freed.
 */
#ifndef MPOL_FREE_RCU
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0) || LINUX_VERSION_CODE == KERNEL_VERSION(6, 18, 255)
#define MPOL_FREE_RCU	1
#else
#define MPOL_FREE_RCU	0
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
 * mmap_lock is held for writing (6.12 and later)? Before, it did when it came to
 * that.
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
 * Can mmap() keep walks of the reverse mapping away from a new VMA until all is mapped
 * there that its file wants to have mapped (6.19 and later)?
 */
#ifndef MMAP_HIDE_RMAP
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
#define MMAP_HIDE_RMAP	1
#else
#define MMAP_HIDE_RMAP	0
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

/*
 * Does who walks the reverse mapping of an anonymous page hold the folio lock in any
 * case (6.19 and later)? Before, who looked whether a page was referenced did not.
 */
#ifndef RMAP_WALK_LOCKED_FOLIO
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
#define RMAP_WALK_LOCKED_FOLIO	1
#else
#define RMAP_WALK_LOCKED_FOLIO	0
#endif
#endif

/*
 * Does UFFDIO_MOVE hold the lock of the anon_vma that a page leaves (6.8 .. 6.18)?
 * It was added for those who walk without the folio lock.
 */
#ifndef UFFD_MOVE_ANON_VMA_LOCK
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0) && LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0)
#define UFFD_MOVE_ANON_VMA_LOCK	1
#else
#define UFFD_MOVE_ANON_VMA_LOCK	0
#endif
#endif

/*
 * Does MADV_DONTNEED take page tables away that are empty by it (6.14 and later)? It
 * holds mmap_lock, or the lock of the VMA, for reading.
 */
#ifndef PT_RECLAIM
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
#define PT_RECLAIM	1
#else
#define PT_RECLAIM	0
#endif
#endif

/*
 * Does anon_vma_clone() make the links of a VMA first, and then enter all of them in
 * the trees under one lock (7.0 and later)? Before, it did so one by one, and a
 * failure on the way left some in the trees.
 */
#ifndef ANON_CLONE_TWO_PHASE
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define ANON_CLONE_TWO_PHASE	1
#else
#define ANON_CLONE_TWO_PHASE	0
#endif
#endif

/*
 * Does UFFDIO_COPY go on with what it knew of the VMA when it had to give the lock up to
 * copy (7.1 and later)? Before, it began anew.
 */
#ifndef UFFD_COPY_RETRY_STATE
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 1, 0)
#define UFFD_COPY_RETRY_STATE	1
#else
#define UFFD_COPY_RETRY_STATE	0
#endif
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

#endif /* _LINUX_FEATURES_H */
