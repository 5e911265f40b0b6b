/* SPDX-License-Identifier: MIT */
/*
 * This file moves mappings: mm/mremap.c, and copy_vma() of mm/vma.c (mm/mmap.c
 * before 6.10). All is called with mmap_lock held for writing.
 *
 * While a page-table entry moves, a walk of the reverse mapping may be under
 * way. The walk takes the page-table lock at each VMA, in the order of the
 * interval tree, and the entry moves with both page-table locks held. So the
 * walk finds it, at the old place or at the new one, if the new VMA comes after
 * the old one in the tree. If not, the mover keeps walks out altogether, by
 * holding the rmap locks for writing: need_rmap_locks.
 */
#ifndef _MM_MREMAP_H
#define _MM_MREMAP_H

#include <mm/memory.h>
#include <mm/mmap.h>

/*
 * Make [addr, addr + len) a VMA like *vmap, ready to take its pages. A neighbour
 * that agrees is grown instead of a new VMA. Where the result is not known to
 * stand behind *vmap in the rmap trees, *need_rmap_locks is set. A VMA that was
 * never faulted in has no pages to find, so that its vm_pgoff may change; then
 * it can be merged even with the VMA it comes from, and *vmap changes too. Define
 * COPY_VMA_NO_DUP_ANON_VMA to leave a neighbour without an anon_vma as it is, as 6.16
 * did up to 6.18.7.
 */
static struct vm_area_struct *__maybe_unused
copy_vma(struct vm_area_struct **vmap, unsigned long addr, unsigned long len, pgoff_t pgoff,
	 bool *need_rmap_locks)
{
	struct vm_area_struct *vma = *vmap;
	struct mm_struct *mm = vma->vm_mm;
	unsigned long vma_start = vma->vm_start;
	struct vm_area_struct *new_vma;
	bool faulted_in_anon_vma = true;

	if (vma_is_anonymous(vma) && !vma->anon_vma) {
		pgoff = addr >> PAGE_SHIFT;
		faulted_in_anon_vma = false;
	}

	new_vma = vma_merge(mm, addr, addr + len, vma->vm_flags, vma->anon_vma, vma->vm_file,
			    pgoff);
	if (new_vma) {
		if (vma_start >= new_vma->vm_start && vma_start < new_vma->vm_end) {
			VM_BUG_ON_VMA(faulted_in_anon_vma, new_vma);
			*vmap = vma = new_vma;
		}
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0) && !defined(COPY_VMA_NO_DUP_ANON_VMA)
		dup_anon_vma(new_vma, vma);
#endif
		*need_rmap_locks = new_vma->vm_pgoff <= vma->vm_pgoff;
		return new_vma;
	}

	new_vma = vm_area_dup(vma);
	if (!new_vma)
		return NULL;
	new_vma->vm_start = addr;
	new_vma->vm_end = addr + len;
	new_vma->vm_pgoff = pgoff;
	anon_vma_clone(new_vma, vma);
	vma_open(new_vma);
	vma_link(mm, new_vma);
	*need_rmap_locks = false;
	return new_vma;
}

static void __maybe_unused take_rmap_locks(struct vm_area_struct *vma)
{
	if (vma->vm_file)
		i_mmap_lock_write(vma->vm_file->f_mapping);
	if (vma->anon_vma)
		anon_vma_lock_write(vma->anon_vma);
}

static void __maybe_unused drop_rmap_locks(struct vm_area_struct *vma)
{
	if (vma->anon_vma)
		anon_vma_unlock_write(vma->anon_vma);
	if (vma->vm_file)
		i_mmap_unlock_write(vma->vm_file->f_mapping);
}

/*
 * Move the entries of [old_addr, old_end), which are in one table, into one
 * other. CPUs forget the old place before the lock of the new one is dropped:
 * from then on others may free the page (4.19; not before: MREMAP_LATE_FLUSH).
 * False: the new table was taken away before it was found here.
 */
static bool __maybe_unused move_ptes(struct vm_area_struct *vma, unsigned long old_addr,
				     unsigned long old_end, unsigned long new_addr,
				     bool need_rmap_locks)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long start __maybe_unused = old_addr;
	bool force_flush __maybe_unused = false;
	struct ptdesc *old, *new;
	bool moved = true;

	if (need_rmap_locks)
		take_rmap_locks(vma);

	/* Only writers of mmap_lock hold two of these locks. */
	old = pte_offset_map_lock(mm, old_addr);
	if (!old)
		goto out;
	new = pte_offset_map_nolock(mm, new_addr);
#if MM_PGTABLES_GO
	if (!new) {
		pte_unmap_unlock(old);
		moved = false;
		goto out;
	}
#endif
	if (new != old)
		spin_lock_nested(&new->ptl, SINGLE_DEPTH_NESTING);
#if MM_TLB_BATCH
	flush_tlb_batched_pending(mm);
#endif

	for (; old_addr < old_end; old_addr += PAGE_SIZE, new_addr += PAGE_SIZE) {
		unsigned long entry;
		struct folio *folio;

		if (!pt_get(&old->ptes, pte_offset(old_addr)))
			continue;
		ATOMIC {
			entry = pt_get(&old->ptes, pte_offset(old_addr));
			folio = pt_folio(&old->ptes, pte_offset(old_addr));
			pt_clear(&old->ptes, pte_offset(old_addr));
		}
		if (entry & _PAGE_PRESENT)
			force_flush = true;
		pt_set_folio(&new->ptes, pte_offset(new_addr), entry, folio);
	}
#ifndef MREMAP_LATE_FLUSH
	if (force_flush)
		flush_tlb_range(mm, start, old_end);
#endif

	if (new != old)
		spin_unlock(&new->ptl);
	pte_unmap(new);
	pte_unmap_unlock(old);
out:
	if (need_rmap_locks)
		drop_rmap_locks(vma);
	return moved;
}

#if MM_MOVE_PMD

/*
 * Let the table of old_addr be that of new_addr, which has none. (One lock for both: all
 * entries that name tables have the same here.) False: it was taken away meanwhile.
 */
static bool __maybe_unused move_normal_pmd(struct mm_struct *mm, unsigned long old_addr,
					   unsigned long new_addr)
{
	struct ptdesc *table;
	bool moved = false;

	spin_lock(&mm->pmd_ptl);
	table = mm->pmd[pmd_index(old_addr)];
	if (MREMAP_PMD_RECHECK && !table)
		goto out_unlock;
	VM_BUG_ON(!table);	/* an empty entry, taken for one that names a table */
	WRITE_ONCE(mm->pmd[pmd_index(old_addr)], NULL);
	WRITE_ONCE(mm->pmd[pmd_index(new_addr)], table);
	flush_tlb_range(mm, old_addr, old_addr + PMD_SIZE);
	moved = true;
out_unlock:
	spin_unlock(&mm->pmd_ptl);
	return moved;
}

/* Move a table as a whole if all of it moves; false: nothing is done yet. */
static bool __maybe_unused move_pgt_entry(struct vm_area_struct *vma, unsigned long old_addr,
					  unsigned long new_addr, unsigned long extent,
					  bool need_rmap_locks)
{
	struct mm_struct *mm = vma->vm_mm;
	bool moved;

	if (extent != PMD_SIZE || !READ_ONCE(mm->pmd[pmd_index(old_addr)]) ||
	    READ_ONCE(mm->pmd[pmd_index(new_addr)]))
		return false;
	need_rmap_locks |= MREMAP_PMD_RMAP_LOCK;
	if (need_rmap_locks)
		take_rmap_locks(vma);
	moved = move_normal_pmd(mm, old_addr, new_addr);
	if (need_rmap_locks)
		drop_rmap_locks(vma);
	return moved;
}

#else
#define move_pgt_entry(vma, old_addr, new_addr, extent, need_rmap_locks)	false
#endif

/*
 * Move all entries of vma from old_addr on, table by table: each of its entries, or with
 * MM_MOVE_PMD all of the table at once where that is possible.
 */
static void __maybe_unused move_page_tables(struct vm_area_struct *vma, unsigned long old_addr,
					    unsigned long new_addr, unsigned long len,
					    bool need_rmap_locks)
{
	unsigned long start __maybe_unused = old_addr, old_end = old_addr + len;

	mmu_notifier_invalidate_range_start(vma->vm_mm, old_end - len, old_end);
	while (old_addr < old_end) {
		unsigned long extent = min(PMD_SIZE - pte_offset(old_addr),
					   PMD_SIZE - pte_offset(new_addr));

		extent = min(extent, old_end - old_addr);
		if (!move_pgt_entry(vma, old_addr, new_addr, extent, need_rmap_locks))
			do {
				pte_alloc(vma->vm_mm, new_addr);
			} while (!move_ptes(vma, old_addr, old_addr + extent, new_addr,
					    need_rmap_locks));
		old_addr += extent;
		new_addr += extent;
	}
#ifdef MREMAP_LATE_FLUSH
	flush_tlb_range(vma->vm_mm, start, old_end);
#endif
	mmu_notifier_invalidate_range_end(vma->vm_mm, old_end - len, old_end);
}

/* Move [old_addr, old_addr + len) of vma to new_addr, where nothing is mapped. */
static unsigned long __maybe_unused move_vma(struct vm_area_struct *vma, unsigned long old_addr,
					     unsigned long len, unsigned long new_addr)
{
	struct mm_struct *mm = vma->vm_mm;
	pgoff_t new_pgoff = vma->vm_pgoff + ((old_addr - vma->vm_start) >> PAGE_SHIFT);
	bool need_rmap_locks;

	vma_start_write(vma);
	if (!copy_vma(&vma, new_addr, len, new_pgoff, &need_rmap_locks))
		return -ENOMEM;
	move_page_tables(vma, old_addr, new_addr, len, need_rmap_locks);
	do_munmap(mm, old_addr, len, NULL);
	return new_addr;
}

/* Move [addr, addr + len) of one VMA to new_addr, over what is there. */
static unsigned long __maybe_unused mremap_to(struct mm_struct *mm, unsigned long addr,
					      unsigned long len, unsigned long new_addr)
{
	unsigned long ret = do_munmap(mm, new_addr, len, NULL);
	struct vm_area_struct *vma;

	if (ret)
		return ret;
	vma = vma_lookup(mm, addr);	/* only now: the unmapping may have split or freed it */
	if (!vma || addr + len > vma->vm_end)
		return -EFAULT;
	return move_vma(vma, addr, len, new_addr);
}

#if MREMAP_MULTI
/*
 * Move all that is mapped in [start, start + len), with the same gaps. After each move the
 * tree is another one, and is searched from the root. Where one fails, those before stay.
 */
static unsigned long __maybe_unused remap_move(struct mm_struct *mm, unsigned long start,
					       unsigned long len, unsigned long new_addr)
{
	unsigned long addr = start, end = start + len, ret = -EFAULT;

	while (addr < end) {
		struct vm_area_struct *vma = find_vma(mm, addr);
		unsigned long stop, moved;

		if (!vma || vma->vm_start >= end)
			break;
		if (addr == start && vma->vm_start > start)
			return -EFAULT;
		addr = max(addr, vma->vm_start);
		stop = min(end, vma->vm_end);
		moved = mremap_to(mm, addr, stop - addr, new_addr + (addr - start));
		if (IS_ERR_VALUE(moved))
			return moved;
		ret = new_addr;
		addr = stop;
	}
	return ret;
}
#endif

/*
 * mremap(MREMAP_FIXED) without a change of size, of one VMA or part of one, from 6.17 on of
 * several.
 */
static unsigned long __maybe_unused do_mremap(unsigned long addr, unsigned long len,
					      unsigned long new_addr)
{
	struct mm_struct *mm = current->mm;
	unsigned long ret = -EINVAL;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	if (addr >= new_addr + len || new_addr >= addr + len)
#if MREMAP_MULTI
		ret = remap_move(mm, addr, len, new_addr);
#else
		ret = mremap_to(mm, addr, len, new_addr);
#endif
	mmap_write_unlock(mm);
	return ret;
}

#endif /* _MM_MREMAP_H */
