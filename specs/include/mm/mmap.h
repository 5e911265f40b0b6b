/* SPDX-License-Identifier: MIT */
/*
 * This file maps and unmaps: mmap_region(), munmap with its downgrade, and the
 * growth of the heap. All but the system calls and the vm_ functions are
 * called with mmap_lock held for writing.
 */
#ifndef _MM_MMAP_H
#define _MM_MMAP_H

#include <linux/syscalls.h>
#include <mm/internal.h>
#include <mm/vma.h>

#if !MM_RMAP
/* Take the pages of [start, end) out of the page table. */
static void __maybe_unused zap_page_range(struct mm_struct *mm, unsigned long start,
					  unsigned long end)
{
	unsigned long addr;

	mmu_notifier_invalidate_range_start(mm, start, end);
	spin_lock(&mm->page_table_lock);
	for (addr = start; addr < end; addr += PAGE_SIZE)
		pt_clear(&mm->pgd, addr);
	spin_unlock(&mm->page_table_lock);
	mmu_notifier_invalidate_range_end(mm, start, end);
}
#endif

/* Cut the VMAs that reach over an edge of [start, end). */
static int __maybe_unused split_edges(struct mm_struct *mm, unsigned long start,
				      unsigned long end)
{
	struct vm_area_struct *vma;
	int error;

	vma = find_vma_intersection(mm, start, end);
	if (vma && vma->vm_start < start) {
		error = split_vma(mm, vma, start, 0);
		if (error)
			return error;
	}
	vma = find_vma(mm, end);
	if (vma && vma->vm_start < end) {
		error = split_vma(mm, vma, end, 1);
		if (error)
			return error;
	}
	return 0;
}

/*
 * Take all VMAs of [start, end) out of the tree. Returns them as a list that
 * is the caller's alone: no lookup reaches them any more. With replace set they
 * stay in the tree, until the caller stores another VMA over them.
 */
static struct vm_area_struct *__maybe_unused
detach_vmas_to_be_unmapped(struct mm_struct *mm, unsigned long start, unsigned long end,
			   bool replace)
{
	struct vm_area_struct *vma, *list = NULL;

	for (vma = find_vma_intersection(mm, start, end); vma;
	     vma = find_vma_intersection(mm, vma->vm_end, end)) {
		vma_start_write(vma);
#if VMA_LOCK_REFCOUNT
		vma_mark_detached(vma);
#else
		vma_mark_detached(vma, true);
#endif
		vma_list_del(mm, vma);
		vma->vm_next = list;
		list = vma;
		mm->map_count--;
	}
	if (!replace)
		mt_clear(&mm->mm_mt, start, end);
	vmacache_invalidate(mm);
	return list;
}

/* Between which addresses a page table is needed by no VMA but those of [start, end). */
struct unmap_limits {
	unsigned long floor, ceiling;
};

static void __maybe_unused unmap_look_around(struct mm_struct *mm __maybe_unused,
					     struct unmap_limits *limits __maybe_unused,
					     unsigned long start __maybe_unused,
					     unsigned long end __maybe_unused)
{
#if MM_FREE_PGTABLES
	struct vm_area_struct *prev = mt_below(&mm->mm_mt, start), *next = vma_above(mm, end);

	limits->floor = prev ? prev->vm_end : 0;
	limits->ceiling = next ? next->vm_start : TASK_SIZE;
#endif
}

#if MM_TLB

/*
 * Whoever takes pages of a device back finds those who map them by the rmap trees, and
 * nothing else keeps such pages: CPUs forget them before the VMA leaves the trees (5.19;
 * before, they were forgotten with all others, in the end).
 */
static void __maybe_unused tlb_end_vmas(struct mmu_gather *tlb, struct vm_area_struct *list)
{
	bool vma_pfn = false;

	if (LINUX_VERSION_CODE < KERNEL_VERSION(5, 19, 0) ||
	    !(__mmcheck_named("VM_PFNMAP") || __mmcheck_named("VM_MIXEDMAP")))
		return;
	for (struct vm_area_struct *vma = list; vma; vma = vma->vm_next)
		vma_pfn |= (vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP)) != 0;
	if (vma_pfn)
		tlb_flush_mmu(tlb);
}

#else
#define tlb_end_vmas(tlb, list)	do { } while (0)
#endif

/*
 * Empty the range, then leave the rmap trees: rmap walkers reach the VMA until
 * here, and its page tables, which are freed after that. Define
 * FREE_PGTABLES_EARLY to free them before. CPUs forget all of it in the end.
 */
static void __maybe_unused unmap_region(struct mm_struct *mm, struct vm_area_struct *list,
					unsigned long start, unsigned long end,
					struct unmap_limits *limits __maybe_unused)
{
	struct vm_area_struct *vma;
#if MM_RMAP
	struct mmu_gather tlb;

	tlb_gather_mmu(&tlb, mm);
	unmap_page_range(&tlb, mm, start, end);
	tlb_end_vmas(&tlb, list);
#else
	zap_page_range(mm, start, end);
#endif
#if MM_FREE_PGTABLES && defined(FREE_PGTABLES_EARLY)
	free_pgtables(mm, start, end, limits->floor, limits->ceiling);
#endif
	for (vma = list; vma; vma = vma->vm_next) {
#if MM_RMAP
		unlink_anon_vmas(vma);
#endif
		unlink_file_vma(vma);
	}
#if MM_FREE_PGTABLES && !defined(FREE_PGTABLES_EARLY)
	free_pgtables(mm, start, end, limits->floor, limits->ceiling);
#endif
#if MM_RMAP
	tlb_finish_mmu(&tlb);
#endif
}

/*
 * A driver is told when one of its VMAs goes away: vm_ops->close. Without vm_ops, a spec
 * defines MM_VM_CLOSE as the name of that function before it includes anything: it is
 * called for every VMA.
 */
#ifdef MM_VM_CLOSE
static void MM_VM_CLOSE(struct vm_area_struct *vma);
#define vma_close(vma)	MM_VM_CLOSE(vma)
#else
static inline void vma_close(struct vm_area_struct *vma)
{
	if (vma_has_ops(vma) && vma->vm_ops->close)
		vma->vm_ops->close(vma);
}
#endif

static void __maybe_unused remove_vma_list(struct vm_area_struct *list)
{
	while (list) {
		struct vm_area_struct *next = list->vm_next;

		vma_close(list);
		vma_put_file(list);
		vm_area_free(list);
		list = next;
	}
}

/* May the rest of munmap run with mmap_lock held for reading? */
static inline bool can_downgrade(struct mm_struct *mm, unsigned long end)
{
#if !MUNMAP_DOWNGRADE || MUNMAP_DOWNGRADE_NEXT_TO_STACK
	(void)mm;
	(void)end;
	return MUNMAP_DOWNGRADE;
#else
	struct vm_area_struct *next = vma_above(mm, end);

	return !next || !(next->vm_flags & VM_GROWSDOWN);
#endif
}

/*
 * Unmap [start, start + len). With downgrade set, mmap_lock is downgraded as
 * soon as the VMAs are out of the tree; the return value 1 says that it
 * happened and that the caller must use mmap_read_unlock(). Kernels from 6.5
 * on unlock here instead, the steps are the same.
 */
static int __maybe_unused __do_munmap(struct mm_struct *mm, unsigned long start,
				      unsigned long len, bool downgrade)
{
	unsigned long end = start + len;
	struct unmap_limits limits;
	struct vm_area_struct *list;
	int error;

	mmap_assert_write_locked(mm);
	if (!find_vma_intersection(mm, start, end))
		return 0;

	error = split_edges(mm, start, end);
	if (error)
		return error;
	list = detach_vmas_to_be_unmapped(mm, start, end, false);
	if (downgrade && !can_downgrade(mm, end))
		downgrade = false;
	/* Now or later: no neighbour moves, unless it is a stack (see can_downgrade()). */
	if (UNMAP_LIMITS_EARLY)
		unmap_look_around(mm, &limits, start, end);
	if (downgrade)
		mmap_write_downgrade(mm);
	if (!UNMAP_LIMITS_EARLY)
		unmap_look_around(mm, &limits, start, end);

	unmap_region(mm, list, start, end, &limits);
	remove_vma_list(list);
	CONTRACT(lockdep_is_held_type(&mm->mmap_lock, downgrade),
		 "__do_munmap() returns 1 with mmap_lock held for reading, else for writing");
	return downgrade ? 1 : 0;
}

/* uf is for userfaultfds that want to know of it: the caller tells them later. */
static int __maybe_unused do_munmap(struct mm_struct *mm, unsigned long start,
				    unsigned long len, struct list_head *uf)
{
	(void)uf;
	return __do_munmap(mm, start, len, false);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
/* The same for who walks: with unlock set, mmap_lock is given up unless there is an error. */
static int __maybe_unused do_vmi_munmap(struct vma_iterator *vmi, struct mm_struct *mm,
					unsigned long start, unsigned long len,
					struct list_head *uf, bool unlock)
{
	int ret = __do_munmap(mm, start, len, unlock);

	(void)uf;
	mas_reset(&vmi->mas);
	if (ret == 1)
		mmap_read_unlock(mm);
	else if (!ret && unlock)
		mmap_write_unlock(mm);
	return ret < 0 ? ret : 0;
}
#endif

/* Unmap with the locking included, on the mm of the running thread. */
static int __maybe_unused __vm_munmap(unsigned long start, unsigned long len, bool downgrade)
{
	struct mm_struct *mm = current->mm;
	int ret;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	ret = __do_munmap(mm, start, len, downgrade);
	if (ret == 1) {
		mmap_read_unlock(mm);
		ret = 0;
	} else {
		mmap_write_unlock(mm);
	}
	return ret;
}

static int __maybe_unused vm_munmap(unsigned long start, unsigned long len)
{
	return __vm_munmap(start, len, false);
}

SYSCALL_DEFINE2(munmap, unsigned long, addr, unsigned long, len)
{
	return __vm_munmap(addr, len, true);
}

/*
 * Make room for a mapping at [addr, end), whatever is there (MAP_FIXED). Up to
 * 6.11 that leaves a hole. From 6.12 on the old VMAs, detached and with empty
 * page tables, stay in the tree until the new one is stored over them, and are
 * returned as a list to be freed then.
 */
static int __maybe_unused mmap_prepare(struct mm_struct *mm, unsigned long addr,
				       unsigned long end, struct vm_area_struct **old)
{
#if MMAP_FIXED_OVERWRITE
	struct unmap_limits limits;

	*old = NULL;
	if (!find_vma_intersection(mm, addr, end))
		return 0;
	if (split_edges(mm, addr, end))
		return -ENOMEM;
	*old = detach_vmas_to_be_unmapped(mm, addr, end, true);
	unmap_look_around(mm, &limits, addr, end);
	unmap_region(mm, *old, addr, end, &limits);
	return 0;
#else
	*old = NULL;
	return do_munmap(mm, addr, end - addr, NULL);
#endif
}

/*
 * A file may have something to map as soon as it is mapped: a spec defines MM_MMAP_ACTION
 * as the name of a function for that before it includes anything. 0, or an error: then it
 * is unmapped again. From 6.19 on the file can have walks of the reverse mapping kept out
 * until that is done, and here it does.
 */
#ifdef MM_MMAP_ACTION
static int MM_MMAP_ACTION(struct vm_area_struct *vma);

static int __maybe_unused vma_link_with_action(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	unsigned long addr = vma->vm_start, end = vma->vm_end;
	int error;

	vma_start_write(vma);	/* as vma_link() */
	vma_mark_attached(vma);
	mt_store(&mm->mm_mt, addr, end, vma);
	vma_list_add(mm, vma);
	mm->map_count++;
	i_mmap_lock_write(mapping);
	vma_interval_tree_insert(vma, &mapping->i_mmap);
#if MMAP_HIDE_RMAP
	error = MM_MMAP_ACTION(vma);
	i_mmap_unlock_write(mapping);
#else
	i_mmap_unlock_write(mapping);
	error = MM_MMAP_ACTION(vma);
#endif
	if (error)
		do_munmap(mm, addr, end - addr, NULL);
	return error;
}
#endif

/* Publish a new VMA for [addr, end). */
static int __maybe_unused mmap_new_vma(struct mm_struct *mm, struct file *file,
				       unsigned long addr, unsigned long end,
				       vm_flags_t vm_flags, pgoff_t pgoff)
{
	struct vm_area_struct *vma = vm_area_alloc(mm);

	if (!vma)
		return -ENOMEM;
	vma->vm_start = addr;
	vma->vm_end = end;
	vm_flags_init(vma, vm_flags);
	vma->vm_pgoff = pgoff;
	vma->vm_file = file;
	vma_get_file(vma);
#ifdef MM_MMAP_ACTION
	if (file)
		return vma_link_with_action(mm, vma);
#endif
	vma_link(mm, vma);
	return 0;
}

/*
 * Map [addr, addr + len), over whatever was there. Grows a neighbour where
 * possible. Returns addr or an error.
 */
static unsigned long __maybe_unused __mmap_region(struct mm_struct *mm, struct file *file,
						  unsigned long addr, unsigned long len,
						  vm_flags_t vm_flags, pgoff_t pgoff)
{
	unsigned long end = addr + len;
	struct vm_area_struct *old;

	if (mmap_prepare(mm, addr, end, &old))
		return -ENOMEM;
	if (!vma_merge(mm, addr, end, vm_flags, NULL, file, pgoff) &&
	    mmap_new_vma(mm, file, addr, end, vm_flags, pgoff))
		return -ENOMEM;
	remove_vma_list(old);
	return addr;
}

/* The same, in the current mm. */
static unsigned long __maybe_unused mmap_region(struct file *file, unsigned long addr,
						unsigned long len, vm_flags_t vm_flags,
						unsigned long pgoff, struct list_head *uf)
{
	(void)uf;
	return __mmap_region(current->mm, file, addr, len, vm_flags, pgoff);
}

/* Map anonymous memory with the locking included. For INIT. */
static void __maybe_unused mm_map(struct mm_struct *mm, unsigned long addr,
				  unsigned long len, vm_flags_t vm_flags)
{
	mmap_write_lock(mm);
	__mmap_region(mm, NULL, addr, len, vm_flags, addr >> PAGE_SHIFT);
	mmap_write_unlock(mm);
}

/* Map part of a file with the locking included. For INIT. */
static void __maybe_unused mm_map_file(struct mm_struct *mm, struct file *file,
				       unsigned long addr, unsigned long len,
				       vm_flags_t vm_flags, pgoff_t pgoff)
{
	mmap_write_lock(mm);
	__mmap_region(mm, file, addr, len, vm_flags, pgoff);
	mmap_write_unlock(mm);
}

/*
 * Extend the heap of the current mm by [addr, addr + len): grow the VMA before
 * it, or make a new one. *brkvma is the VMA that covers the range afterwards,
 * valid as long as the caller's hold of mmap_lock.
 */
static int __maybe_unused do_brk_flags(struct vm_area_struct **brkvma, unsigned long addr,
				       unsigned long len, vm_flags_t flags)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	flags |= VM_DATA_DEFAULT_FLAGS | VM_ACCOUNT | mm->def_flags;
	if (do_munmap(mm, addr, len, NULL))
		return -ENOMEM;
	vma = vma_merge(mm, addr, addr + len, flags, NULL, NULL, addr >> PAGE_SHIFT);
	if (!vma) {
		vma = vm_area_alloc(mm);
		if (!vma)
			return -ENOMEM;
		vma->vm_start = addr;
		vma->vm_end = addr + len;
		vm_flags_init(vma, flags);
		vma->vm_pgoff = addr >> PAGE_SHIFT;
		vma_link(mm, vma);
	}
	*brkvma = vma;
	return 0;
}

#endif /* _MM_MMAP_H */
