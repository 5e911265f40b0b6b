/* SPDX-License-Identifier: MIT */
/*
 * This file has the calls by which mm keeps account of pages: how many a process has
 * mapped, of which kind, and how many it may. They take no lock, and nothing depends
 * on the sums: each is an access to the mm and no more. Who asks for memory gets it,
 * as from the allocator.
 */
#ifndef _MM_ACCOUNTING_H
#define _MM_ACCOUNTING_H

#include <linux/mm_types.h>

enum { MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS, MM_SHMEMPAGES, NR_MM_COUNTERS };

/* A constant is no step: this finds an mm that is gone. */
static inline void mm_account(struct mm_struct *mm)
{
	(void)READ_ONCE(mm->def_flags);
}

static inline void add_mm_counter(struct mm_struct *mm, int member, long value)
{
	(void)member;
	(void)value;
	mm_account(mm);
}

static inline void inc_mm_counter(struct mm_struct *mm, int member)
{
	add_mm_counter(mm, member, 1);
}

static inline void dec_mm_counter(struct mm_struct *mm, int member)
{
	add_mm_counter(mm, member, -1);
}

/* What the sums are is not known: nothing, or something. */
static inline unsigned long get_mm_counter(struct mm_struct *mm, int member)
{
	(void)member;
	mm_account(mm);
	return nondet(0, 1);
}

#define get_mm_counter_sum(mm, member)	get_mm_counter(mm, member)
#define get_mm_rss(mm)			get_mm_counter(mm, MM_FILEPAGES)
#define get_mm_rss_sum(mm)		get_mm_rss(mm)
#define get_mm_hiwater_rss(mm)		get_mm_rss(mm)
#define get_mm_hiwater_vm(mm)		get_mm_rss(mm)
#define mm_pgtables_bytes(mm)		get_mm_rss(mm)

/* Page tables. */
static inline void mm_inc_nr_ptes(struct mm_struct *mm) { mm_account(mm); }
static inline void mm_dec_nr_ptes(struct mm_struct *mm) { mm_account(mm); }

/* Which event of the memory cgroup it is does not matter. */
#define count_memcg_event_mm(mm, event)		mm_account(mm)

static inline void update_hiwater_rss(struct mm_struct *mm) { mm_account(mm); }
static inline void update_hiwater_vm(struct mm_struct *mm) { mm_account(mm); }
static inline void reset_mm_hiwater_rss(struct mm_struct *mm) { mm_account(mm); }

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
static inline void sync_mm_rss(struct mm_struct *mm) { mm_account(mm); }
#endif

static inline void vm_stat_account(struct mm_struct *mm, vm_flags_t flags, long npages)
{
	(void)flags;
	(void)npages;
	mm_account(mm);
}

static inline bool may_expand_vm(struct mm_struct *mm, vm_flags_t flags, unsigned long npages)
{
	(void)flags;
	(void)npages;
	mm_account(mm);
	return true;
}

static inline int security_vm_enough_memory_mm(struct mm_struct *mm, long pages)
{
	(void)pages;
	mm_account(mm);
	return 0;
}

static inline void vm_acct_memory(long pages) { (void)pages; }
static inline void vm_unacct_memory(long pages) { (void)pages; }

#endif /* _MM_ACCOUNTING_H */
