/* SPDX-License-Identifier: MIT */
/*
 * This file models the two structures that every protocol here is about. Field
 * names are the kernel's; the checker knows the locks that stabilise a VMA by
 * them: vma->vm_mm->mmap_lock, vma->vm_lock (from 6.15 on vma->vmlock_dep_map,
 * which tells who holds a reference of vma->vm_refcnt), and
 * vma->vm_file->f_mapping->i_mmap_rwsem while the VMA is linked in i_mmap. With
 * MM_RMAP there are also pages and what finds their mappings, and a VMA is kept
 * stable by vma->anon_vma->root->rwsem while it is linked in an anon_vma.
 */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/fs.h>
#include <linux/lockdep.h>
#include <linux/maple_tree.h>
#include <linux/mm_flags.h>
#include <linux/pagemap.h>
#include <linux/version.h>
#include <linux/workqueue_types.h>
#include <linux/pgtable.h>
#include <linux/rcupdate.h>
#include <linux/rcuwait.h>
#include <linux/refcount.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct anon_vma;
struct pt_regs;		/* of a fault in a program; nothing looks at them here */
struct userfaultfd_ctx;
struct vm_operations_struct;

typedef unsigned int vm_fault_t;

#if MM_RMAP

/* How many anon_vmas a VMA can be linked in. */
#ifndef MM_ANON_VMA_CHAIN
#define MM_ANON_VMA_CHAIN	2
#endif

/* The anonymous VMAs that may map a page: one for each time it was forked. */
struct anon_vma {
	struct anon_vma *root;		/* whose lock counts */
	atomic_t refcount;		/* one for the VMAs in the tree, one for each child */
	struct rw_semaphore rwsem;
	struct anon_rb_root rb_root;
#if MM_ANON_VMA_REUSE
	struct anon_vma *parent;	/* a root is its own */
	unsigned long num_children;	/* whose parent this is */
	unsigned long num_active_vmas;	/* whose anon_vma this is */
#endif
#ifdef MM_MEMBERS_anon_vma
	MM_MEMBERS_anon_vma
#endif
};

/* A page. Frozen under the folio lock: mapping, anon_vma, index. */
struct folio {
	struct address_space *mapping;	/* the file, NULL where anonymous */
	struct anon_vma *anon_vma;	/* NULL in a file; one word with mapping in the kernel */
	pgoff_t index;
	struct folio_lock lock;
	int _refcount;
	int _mapcount;			/* page-table entries that are present; the kernel counts from -1 */
#ifdef MM_MEMBERS_folio
	MM_MEMBERS_folio
#endif
};

#else

/* A page that somebody has a reference to: <mm/user_pages.h>. */
struct page {
	int _refcount;
	int _pincount;			/* how many of them are of pin_user_pages() */
};

#endif /* MM_RMAP */

#if MM_NOTIFIER
/* Who else translates by the page tables, see <linux/mmu_notifier.h>. */
struct mmu_notifier_subscriptions {
	int __native_notifier;
#ifdef MM_MEMBERS_mmu_notifier_subscriptions
	MM_MEMBERS_mmu_notifier_subscriptions
#endif
};
#endif

struct mm_struct {
	struct maple_tree mm_mt;	/* the VMAs; the rbtree before 6.1 */
#if MM_RMAP
	struct ptdesc *pmd[PTRS_PER_PMD];
	spinlock_t pmd_ptl;		/* of pmd[]: split page-table locks, as on most machines */
#if MM_TLB
	struct mm_tlb tlb;		/* of all CPUs that run it */
	atomic_t tlb_flush_pending;	/* how many gathers are under way */
#if MM_TLB_BATCH
	atomic_t tlb_flush_batched;	/* a flush is to come */
#endif
#endif
#else
	struct page_table pgd;
#endif
#if !VMA_MAPLE_TREE
	struct vm_area_struct *mmap;	/* the first VMA: <mm/vma_list.h> */
#endif
	atomic_t mm_users;		/* of the mappings */
	atomic_t mm_count;		/* of this structure; all users hold one */
	struct rw_semaphore mmap_lock;
	spinlock_t page_table_lock;
#if CONFIG_PER_VMA_LOCK
	int mm_lock_seq;		/* VMAs with this number are write-locked */
#endif
#if VMA_LOCK_REFCOUNT
	struct rcuwait vma_writer_wait;	/* who waits for the readers of a VMA */
#endif
#if MM_VMACACHE
	unsigned int vmacache_seqnum;	/* what tasks remember is older, or as old */
#endif
#if MM_NOTIFIER
	struct mmu_notifier_subscriptions notifier_subscriptions; /* a pointer in the kernel */
#endif
	struct work_struct async_put_work; /* of mmput_async() */
	int map_count;
	unsigned long flags;		/* MMF_ bits */
	unsigned long locked_vm;	/* pages that are mlocked, or stand for such */
	unsigned long start_brk, brk;
	vm_flags_t def_flags;
#ifdef MM_MEMBERS_mm_struct
	MM_MEMBERS_mm_struct
#endif
};

struct vm_area_struct {
	unsigned long vm_start;		/* first byte */
	unsigned long vm_end;		/* first byte after the end */
	struct mm_struct *vm_mm;	/* set once, at creation */
	vm_flags_t vm_flags;
	unsigned long vm_pgoff;		/* in pages; the address itself where anonymous */
	struct file *vm_file;		/* NULL where anonymous */
#if MM_RMAP
	struct anon_vma *anon_vma;	/* where pages that are new here belong */
	struct anon_vma *anon_vma_chain[MM_ANON_VMA_CHAIN]; /* all that may find pages here */
#endif
#if MM_USERFAULTFD
	struct userfaultfd_ctx *vm_userfaultfd_ctx; /* a struct of its own in the kernel */
#endif
	const struct vm_operations_struct *vm_ops; /* of a driver: <mm/vm_ops.h> */
	void *vm_private_data;		/* the driver's */
	struct vm_area_struct *vm_next;	/* munmap's private list of detached VMAs */
#if !VMA_MAPLE_TREE
	struct vm_area_struct *vm_prev;
#endif
#if CONFIG_PER_VMA_LOCK
	int vm_lock_seq;
#endif
#if VMA_LOCK_REFCOUNT
	refcount_t vm_refcnt;		/* 0: detached, 1: attached, more: so many readers */
	struct lockdep_map vmlock_dep_map;
#elif CONFIG_PER_VMA_LOCK
	bool detached;
	struct rw_semaphore vm_lock;	/* embedded here, a structure of its own in the kernel */
	struct rcu_head vm_rcu;
#endif
#ifdef MM_MEMBERS_vm_area_struct
	MM_MEMBERS_vm_area_struct
#endif
};

#if VMA_MAPLE_TREE
/* A walk over the VMAs of an mm: <mm/vma_iterator.h>. */
struct vma_iterator {
	struct ma_state mas;
};
#endif

#endif /* _LINUX_MM_TYPES_H */
