/* SPDX-License-Identifier: MIT */
/*
 * This file has the switches of the model: what a spec wants modelled, as macros
 * that are always defined, as 0 or 1. Test them with #if, not with #ifdef. What
 * depends on the kernel's version is in <linux/features.h>, its configuration in
 * <linux/kconfig.h>.
 */
#ifndef _LINUX_VERSION_H
#define _LINUX_VERSION_H

#define KERNEL_VERSION(a, b, c)	(((a) << 16) + ((b) << 8) + (c))

#include <linux/features.h>

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

/*
 * Does fork give a VMA an anon_vma that is there already, where no VMA has it for its own
 * any more? For specs about that, with MM_RMAP.
 */
#ifndef MM_ANON_VMA_REUSE
#define MM_ANON_VMA_REUSE	0
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

/* Let CPUs remember what they found in page tables, with MM_RMAP? */
#ifndef MM_TLB
#define MM_TLB	0
#endif
/* May reclaim put off the flush of what it has unmapped, with MM_TLB? */
#ifndef MM_TLB_BATCH
#define MM_TLB_BATCH	0
#endif

/* May mremap() move a page table as a whole? For specs that want it, with MM_FREE_PGTABLES. */
#ifndef MM_MOVE_PMD
#define MM_MOVE_PMD	0
#endif
#if MM_TLB && !MM_RMAP
#error MM_TLB needs MM_RMAP: what CPUs remember are translations to folios
#endif

#include <linux/kconfig.h>

#endif /* _LINUX_VERSION_H */
