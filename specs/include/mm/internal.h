/* SPDX-License-Identifier: MIT */
/*
 * This file holds what all mm code shares: the size of a page, the life of a VMA
 * from allocation to free, and the lookups.
 */
#ifndef _MM_INTERNAL_H
#define _MM_INTERNAL_H

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/mm_types.h>
#include <linux/mmap_lock.h>
#include <linux/mmu_notifier.h>
#include <linux/pfn.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmacache.h>
#include <mmcheck.h>

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))
#define PAGE_ALIGN(addr)	ALIGN((addr), PAGE_SIZE)
#define PAGE_ALIGN_DOWN(addr)	ALIGN_DOWN((addr), PAGE_SIZE)
#define PAGE_ALIGNED(addr)	IS_ALIGNED((unsigned long)(addr), PAGE_SIZE)
#define offset_in_page(addr)	((unsigned long)(addr) & ~PAGE_MASK)
#define TASK_SIZE	(MM_TASK_PAGES * PAGE_SIZE)

#if MM_RMAP
/* An empty page table. */
static struct ptdesc *__maybe_unused pte_alloc_one(void)
{
	return kzalloc(sizeof(struct ptdesc), GFP_KERNEL);
}
#endif

/* Set up an mm without mappings, with one user. For INIT. */
static void __maybe_unused mm_init(struct mm_struct *mm)
{
	mt_init(&mm->mm_mt);
	atomic_set(&mm->mm_users, 1);
	atomic_set(&mm->mm_count, 1);
	mmap_init_lock(mm);
	spin_lock_init(&mm->page_table_lock);
#if MM_RMAP
	spin_lock_init(&mm->pmd_ptl);
#endif
#if MM_RMAP && !MM_FREE_PGTABLES
	for (int i = 0; i < (int)PTRS_PER_PMD; i++)
		mm->pmd[i] = pte_alloc_one();
#endif
	mm->map_count = 0;
}

static struct kmem_cache *vm_area_cachep __maybe_unused;

/* A VMA that nobody else can see yet: it belongs to the caller. */
static struct vm_area_struct *__maybe_unused vm_area_alloc(struct mm_struct *mm)
{
	struct vm_area_struct *vma;

	vma = kmem_cache_zalloc(vm_area_cachep, GFP_KERNEL);
	if (!vma)
		return NULL;
	vma->vm_mm = mm;
#if VMA_LOCK_REFCOUNT
	vma_lock_init(vma, false);
#else
	vma_lock_init(vma);
#endif
	return vma;
}

/* The reference of a VMA on its file: it keeps the file, not longer than the VMA. */
static inline void vma_get_file(struct vm_area_struct *vma)
{
#if MM_FILE_REF
	struct file *file = vma->vm_file;

	if (file)
		get_file(file);
#else
	(void)vma;
#endif
}

static inline void vma_put_file(struct vm_area_struct *vma)
{
#if MM_FILE_REF
	struct file *file = vma->vm_file;

	if (file)
		fput(file);
#else
	(void)vma;
#endif
}

/* A private copy of a VMA that the caller keeps stable. */
static struct vm_area_struct *__maybe_unused vm_area_dup(struct vm_area_struct *orig)
{
	struct vm_area_struct *new = vm_area_alloc(orig->vm_mm);

	if (!new)
		return NULL;
	new->vm_start = orig->vm_start;
	new->vm_end = orig->vm_end;
	new->vm_flags = orig->vm_flags;
	new->vm_pgoff = orig->vm_pgoff;
	new->vm_file = orig->vm_file;
	vma_get_file(new);
	if (__mmcheck_named("vm_ops"))
		new->vm_ops = orig->vm_ops;
	if (__mmcheck_named("vm_private_data"))
		new->vm_private_data = orig->vm_private_data;
#if MM_RMAP
	new->anon_vma = orig->anon_vma;
#endif
#if MM_USERFAULTFD
	new->vm_userfaultfd_ctx = orig->vm_userfaultfd_ctx;
#endif
	return new;
}

#if VMA_LOCK_REFCOUNT
MM_TYPESAFE_BY_RCU(vm_area_struct);
MM_FREEPTR(vm_area_struct, vm_start);

/* The memory may be another VMA at once: no reader is inside, and none gets in. */
static void __maybe_unused vm_area_free(struct vm_area_struct *vma)
{
	vma_assert_detached(vma);
	kmem_cache_free(vm_area_cachep, vma);
}

#elif CONFIG_PER_VMA_LOCK

static void __maybe_unused vm_area_free_rcu_cb(struct rcu_head *head)
{
	kmem_cache_free(vm_area_cachep, container_of(head, struct vm_area_struct, vm_rcu));
}

/* Those who look for a VMA without mmap_lock are in a read section. */
static void __maybe_unused vm_area_free(struct vm_area_struct *vma)
{
	call_rcu(&vma->vm_rcu, vm_area_free_rcu_cb);
}

#else

static void __maybe_unused vm_area_free(struct vm_area_struct *vma)
{
	kmem_cache_free(vm_area_cachep, vma);
}

#endif

/* The page of vma's file, or of its anon_vma, that belongs to address. */
static inline pgoff_t linear_page_index(struct vm_area_struct *vma, unsigned long address)
{
	return ((address - vma->vm_start) >> PAGE_SHIFT) + vma->vm_pgoff;
}

static inline bool vma_is_anonymous(struct vm_area_struct *vma)
{
	return !vma->vm_file && !(__mmcheck_named("vm_ops") && vma->vm_ops);
}

static inline void vma_set_anonymous(struct vm_area_struct *vma)
{
	vma->vm_ops = NULL;
}

/* The first VMA that ends above addr: it need not contain addr. */
static inline struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_assert_locked(mm);
	vma = vmacache_find(mm, addr);
	if (vma)
		return vma;
	vma = mt_above(&mm->mm_mt, addr);
	if (vma)
		vmacache_update(vma);
	return vma;
}

/* The first VMA that overlaps [start, end). */
static inline struct vm_area_struct *
find_vma_intersection(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	mmap_assert_locked(mm);
	return mt_find_intersection(&mm->mm_mt, start, end);
}

/* The VMA that contains addr. */
static inline struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr)
{
	return mt_lookup(&mm->mm_mt, addr);
}

/* The neighbours of a range in the tree, with or without a gap in between. */
static inline struct vm_area_struct *vma_above(struct mm_struct *mm, unsigned long end)
{
	return mt_above(&mm->mm_mt, end);
}

static inline struct vm_area_struct *vma_below(struct mm_struct *mm, unsigned long start)
{
	return mt_below(&mm->mm_mt, start);
}

/* The VMA that find_vma() finds, and the one before it, if there is none the last. */
static inline struct vm_area_struct *find_vma_prev(struct mm_struct *mm, unsigned long addr,
						   struct vm_area_struct **pprev)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	*pprev = mt_below(&mm->mm_mt, addr);
	return vma;
}

/* The VMA with exactly this range. */
static inline struct vm_area_struct *
find_exact_vma(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct vm_area_struct *vma = find_vma(mm, start);

	if (vma && (vma->vm_start != start || vma->vm_end != end))
		return NULL;
	return vma;
}

static inline bool range_in_vma(struct vm_area_struct *vma, unsigned long start,
				unsigned long end)
{
	return vma && vma->vm_start <= start && end <= vma->vm_end;
}

static inline unsigned long vma_pages(struct vm_area_struct *vma)
{
	return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}

/* Is vma another process's, or the running one a thread of the kernel? */
static inline bool vma_is_foreign(struct vm_area_struct *vma)
{
	return current->mm != vma->vm_mm;
}

static inline bool vma_is_accessible(struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_ACCESS_FLAGS;
}

/* Is vma the stack of an exec that is under way? */
static inline bool vma_is_temporary_stack(struct vm_area_struct *vma)
{
	if (!(vma->vm_flags & VM_STACK))
		return false;
	return (vma->vm_flags & VM_STACK_INCOMPLETE_SETUP) == VM_STACK_INCOMPLETE_SETUP;
}

/* Set flags of a VMA that is in the tree: the caller locks it, from 6.6 on. */
static inline void vm_flags_reset(struct vm_area_struct *vma, vm_flags_t flags)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	vma_assert_write_locked(vma);
#else
	vma_start_write(vma);
#endif
	vma->vm_flags = flags;
}

/* Set flags of a VMA that is not published yet. */
static inline void vm_flags_init(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags = flags;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)

/* The same, in one store: others may look at the flags without a lock. */
static inline void vm_flags_reset_once(struct vm_area_struct *vma, vm_flags_t flags)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	vma_assert_write_locked(vma);
#else
	vma_start_write(vma);
#endif
	WRITE_ONCE(vma->vm_flags, flags);
}

/* These lock the VMA. Before 6.3, code changed vm_flags itself. */
static inline void vm_flags_set(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma_start_write(vma);
	vma->vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma_start_write(vma);
	vma->vm_flags &= ~flags;
}

static inline void vm_flags_mod(struct vm_area_struct *vma, vm_flags_t set, vm_flags_t clear)
{
	vma_start_write(vma);
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
}

#endif

#if VMA_FLAGS_EXPLICIT_LOCK

/* Flags by their numbers, up to four of them. */
typedef struct {
	vm_flags_t bits;
} vma_flags_t;

#define __vma_bit(nr)			((nr) < 0 ? 0UL : 1UL << ((nr) & 63))
#define __mk_vma_flags(a, b, c, d, ...) \
	((vma_flags_t){ __vma_bit(a) | __vma_bit(b) | __vma_bit(c) | __vma_bit(d) })
#define mk_vma_flags(...)		__mk_vma_flags(__VA_ARGS__, -1, -1, -1, -1)

/* These do not lock the VMA, and do not ask whether somebody has. */
static inline void vma_set_flags_mask(struct vm_area_struct *vma, vma_flags_t flags)
{
	vma->vm_flags |= flags.bits;
}

static inline void vma_clear_flags_mask(struct vm_area_struct *vma, vma_flags_t flags)
{
	vma->vm_flags &= ~flags.bits;
}

#define vma_set_flags(vma, ...)		vma_set_flags_mask((vma), mk_vma_flags(__VA_ARGS__))
#define vma_clear_flags(vma, ...)	vma_clear_flags_mask((vma), mk_vma_flags(__VA_ARGS__))

static inline bool vma_test(struct vm_area_struct *vma, vma_flag_t bit)
{
	return vma->vm_flags & __vma_bit((int)bit);
}

#endif

#endif /* _MM_INTERNAL_H */
