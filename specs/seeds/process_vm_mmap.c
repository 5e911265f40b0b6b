// SPDX-License-Identifier: MIT
/*
 * process_vm_mmap: may a VMA be copied from one process to another?
 *
 * From "mm: process_vm_mmap()", v2, May 2019, never merged: a system call that
 * maps memory of another process. Patch 2/7 extends copy_vma() to copy into a
 * given mm, 3/7 copy_page_range() to copy to another address, 7/7 puts both
 * together, with need_rmap_locks thrown away. Kirill Shutemov asked for a story
 * on why that is safe. copy_vma.c tells the first half. This is the rest; the
 * answer is no. The caller is `ours`, the source `theirs`, all is one shared
 * file unless FORK.
 *
 * Must-see walk, destination not merged (MIGRATE, TRUNCATE): the new VMA comes
 * after the source in the interval tree. The walk deals with the source first:
 * what is copied before that is met again at the destination, what is copied
 * later is restored or gone already. Holds, by the argument of fork.
 *
 * Must-see walk, destination merged (MERGE_BELOW): the grown VMA has a lower
 * vm_pgoff and comes first. The walk passes it, the migration entry is copied
 * into it, the walk restores the source alone: rmap-miss. With the rmap locks
 * held over the copy when copy_vma() asks for them (TAKE_RMAP_LOCKS) it holds, and
 * so it does if nothing is merged, as fork does not (NO_MERGE). Merging is not rare:
 * two calls for adjacent pages are enough.
 *
 * A truncation that walks once misses the copy in the same way (ONE_WALK). The
 * kernel's walks again when the page is still mapped after its first walk, so that
 * one copy behind its back is repaired: holds. Not so two: with a third process
 * that maps the copy of the copy (CHAIN), the second walk misses what the first
 * has missed before, and the page leaves the cache while it is mapped.
 *
 * The test for a merged source compares addresses. In two processes they mean
 * nothing: without `vma->vm_mm == mm` (MERGED_TEST_OLD) and with the same address
 * on both sides (SRC=DST), the VMA that was grown is taken for the source, and
 * the copy goes from the destination to itself: assert. The patch has the
 * comparison. How can vma_merge() succeed at all? It is given a range of the
 * destination, the source only lends its file, flags and anon_vma.
 *
 * Locks: both mmap_locks in the order of their addresses cannot deadlock with a
 * call in the other direction (MAP_BACK: holds), in the caller's order they do
 * (CALLER_ORDER). The source may be downgraded as soon as it is found
 * (DOWNGRADE_SRC): for a shared mapping nothing of it is written. Both may not
 * (DOWNGRADE_BOTH): a fault finds the new VMA and fills the entry that the copy
 * is about to write (FAULT). Fork's child has no faults, so copy_one_pte() never
 * looked: the assertion here stands for a mapping that is lost and a count that
 * never comes down. Dropped after copy_vma() (DROP_SRC), the source VMA may be
 * freed by a munmap() (MUNMAP), while its vm_mm is read.
 *
 * One process with itself (SAME_MM): when the fixed destination overlaps the
 * source, do_munmap() frees the VMA that was looked up before: dangling-vma, with
 * one thread. Reject the overlap (REJECT_OVERLAP), or look the source up when the
 * destination is unmapped (UNMAP_FIRST): then it is not there any more. When both
 * addresses lie under one page table, its lock is taken twice: the thread hangs
 * with itself. Fork never does that. mremap() compares the locks (COMPARE_PTL).
 *
 * FORK: we fork, then the child's mapping of an anonymous page is mapped back
 * into us, the parent. Afterwards one anonymous page is mapped twice in one mm
 * (ONCE asserts that it is not). No walk misses anything for that alone: the new
 * VMA is linked in every anon_vma of the child's, the parent's among them, and
 * behind the child's VMA. The invariant falls with the merge again: pages of the
 * child that are mapped back one after the other share the child's anon_vma and
 * are merged, in front of a child's VMA that begins higher (FORK MERGE_BELOW).
 *
 * Kernel: 5.12
 * Result: holds, 61 states
 * Result: MIGRATE: holds, 1681 states
 * Result: MIGRATE --kernel=6.12: holds
 * Result: MIGRATE MERGE_BELOW: violated rmap-miss
 * Result: MIGRATE MERGE_BELOW --kernel=6.12: violated rmap-miss
 * Result: MIGRATE MERGE_BELOW --ignore=rmap-miss: violated page-freed-mapped
 * Result: MIGRATE MERGE_BELOW TAKE_RMAP_LOCKS: holds, 1474 states
 * Result: MIGRATE MERGE_BELOW NO_MERGE: holds
 * Result: TRUNCATE: holds
 * Result: TRUNCATE MERGE_BELOW: holds, 1643 states
 * Result: TRUNCATE ONE_WALK: holds
 * Result: TRUNCATE ONE_WALK MERGE_BELOW: violated rmap-miss
 * Result: TRUNCATE ONE_WALK MERGE_BELOW TAKE_RMAP_LOCKS: holds
 * Result: TRUNCATE ONE_WALK MERGE_BELOW NO_MERGE: holds
 * Result: TRUNCATE MERGE_BELOW CHAIN SRC=0x2000UL: violated rmap-miss
 * Result: TRUNCATE MERGE_BELOW CHAIN SRC=0x2000UL TAKE_RMAP_LOCKS: holds, 9253 states
 * Result: SRC=DST MERGE_BELOW: holds
 * Result: SRC=DST MERGE_BELOW MERGED_TEST_OLD: violated assert
 * Result: MAP_BACK: holds, 255 states
 * Result: MAP_BACK CALLER_ORDER: violated deadlock
 * Result: MUNMAP: holds
 * Result: DOWNGRADE_SRC MUNMAP: holds
 * Result: FAULT: holds
 * Result: DOWNGRADE_BOTH FAULT: violated assert
 * Result: DROP_SRC: holds
 * Result: DROP_SRC MUNMAP: violated dangling-vma
 * Result: SAME_MM: holds
 * Result: SAME_MM DST=SRC: violated dangling-vma
 * Result: SAME_MM DST=SRC REJECT_OVERLAP: holds
 * Result: SAME_MM UNMAP_FIRST: holds
 * Result: SAME_MM DST=SRC UNMAP_FIRST: holds
 * Result: SAME_MM DST=0x2000UL: violated lock-misuse
 * Result: SAME_MM DST=0x2000UL COMPARE_PTL: holds
 * Result: FORK: holds
 * Result: FORK ONCE: violated assert
 * Result: FORK MIGRATE: holds, 2812 states
 * Result: FORK MIGRATE MERGE_BELOW: violated rmap-miss
 * Result: FORK MIGRATE MERGE_BELOW TAKE_RMAP_LOCKS: holds, 2465 states
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 8
#ifdef COMPARE_PTL
#define COPY_COMPARE_PTL
#endif

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 4);
#ifdef CHAIN
MM_POOL(ptdesc, 6);
#else
MM_POOL(ptdesc, 4);
#endif

#ifndef SRC
#define SRC	0x1000UL
#endif
#ifndef DST
#define DST	0x5000UL
#endif
#define INDEX	(SRC / PAGE_SIZE)

static struct mm_struct ours, theirs;
#ifdef CHAIN
static struct mm_struct third;
#endif
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static struct folio *page, *new_page;

#ifdef SAME_MM
#define SRC_MM	(&ours)
#else
#define SRC_MM	(&theirs)
#endif
#ifdef MIGRATE
#define ENTRY	_PAGE_MIGRATION
#else
#define ENTRY	_PAGE_PRESENT
#endif

/*
 * Patch 2/7: copy_vma() with the mm that gets the copy. MERGED_TEST_OLD leaves
 * out the comparison that the patch adds to the test of a merged source.
 */
static struct vm_area_struct *copy_vma_to(struct vm_area_struct **vmap, struct mm_struct *mm,
					  unsigned long addr, unsigned long len, pgoff_t pgoff,
					  bool *need_rmap_locks)
{
	struct vm_area_struct *vma = *vmap;
	unsigned long vma_start = vma->vm_start;
	struct vm_area_struct *new_vma = NULL;

#ifndef NO_MERGE
	new_vma = vma_merge(mm, addr, addr + len, vma->vm_flags, vma->anon_vma, vma->vm_file,
			    pgoff);
#endif
	if (new_vma) {
		bool merged = vma_start >= new_vma->vm_start && vma_start < new_vma->vm_end;

#ifndef MERGED_TEST_OLD
		merged = merged && vma->vm_mm == mm;
#endif
		if (merged)
			*vmap = vma = new_vma;
		*need_rmap_locks = new_vma->vm_pgoff <= vma->vm_pgoff;
		return new_vma;
	}

	new_vma = vm_area_dup(vma);
	new_vma->vm_mm = mm;
	new_vma->vm_start = addr;
	new_vma->vm_end = addr + len;
	new_vma->vm_pgoff = pgoff;
	anon_vma_clone(new_vma, vma);
	vma_link(mm, new_vma);
	*need_rmap_locks = false;
	return new_vma;
}

/* Lock both, the mm at the lower address first; CALLER_ORDER: the caller's first. */
static void lock_both(struct mm_struct *dst_mm, struct mm_struct *src_mm)
{
	struct mm_struct *first = dst_mm, *second = src_mm;

	if (dst_mm == src_mm) {
		mmap_write_lock(dst_mm);
		return;
	}
#ifndef CALLER_ORDER
	if (second == &ours) {
		first = src_mm;
		second = dst_mm;
	}
#endif
	mmap_write_lock(first);
	mmap_write_lock_nested(second, SINGLE_DEPTH_NESTING);
}

/* Patch 7/7: map the page at src_addr of src_mm at dst_addr of dst_mm, the caller's. */
static void process_vm_mmap(struct mm_struct *dst_mm, struct mm_struct *src_mm,
			    unsigned long src_addr, unsigned long dst_addr)
{
	struct vm_area_struct *src_vma;
	bool need_rmap_locks, src_locked = src_mm != dst_mm, read = false;
	pgoff_t pgoff;

	lock_both(dst_mm, src_mm);
#ifdef UNMAP_FIRST
	do_munmap(dst_mm, dst_addr, PAGE_SIZE, NULL);
#endif
	src_vma = vma_lookup(src_mm, src_addr);
	if (!src_vma) {
		mmap_write_unlock(dst_mm);
		if (src_locked)
			mmap_write_unlock(src_mm);
		return;
	}
#ifdef REJECT_OVERLAP
	if (src_mm == dst_mm && src_vma->vm_start < dst_addr + PAGE_SIZE &&
	    dst_addr < src_vma->vm_end) {
		mmap_write_unlock(dst_mm);
		return;
	}
#endif
#ifdef DOWNGRADE_SRC
	mmap_write_downgrade(src_mm);
#endif
#ifndef UNMAP_FIRST
	do_munmap(dst_mm, dst_addr, PAGE_SIZE, NULL);
#endif
	pgoff = src_vma->vm_pgoff + ((src_addr - src_vma->vm_start) >> PAGE_SHIFT);
	copy_vma_to(&src_vma, dst_mm, dst_addr, PAGE_SIZE, pgoff, &need_rmap_locks);
	assert(src_vma->vm_mm == src_mm);

#ifdef DOWNGRADE_BOTH
	mmap_write_downgrade(dst_mm);
	mmap_write_downgrade(src_mm);
	read = true;
#endif
#ifdef DROP_SRC
	mmap_write_unlock(src_mm);
	src_locked = false;
#endif
#ifndef TAKE_RMAP_LOCKS
	need_rmap_locks = false;	/* as posted: thrown away */
#endif
	if (need_rmap_locks)
		take_rmap_locks(src_vma);
	/* Patch 3/7: with two addresses. */
	copy_page_range(dst_mm, src_vma->vm_mm, dst_addr, src_addr, src_addr + PAGE_SIZE);
	if (need_rmap_locks)
		drop_rmap_locks(src_vma);

	if (read)
		mmap_read_unlock(dst_mm);
	else
		mmap_write_unlock(dst_mm);
#ifdef DOWNGRADE_SRC
	read = true;
#endif
	if (src_locked && read)
		mmap_read_unlock(src_mm);
	else if (src_locked)
		mmap_write_unlock(src_mm);
}

#ifdef FORK

/* We forked them, and they gave up their copy of the page below (MERGE_BELOW). */
static void map_all(void)
{
	struct anon_vma *anon_vma;

#ifdef MERGE_BELOW
	mm_map(&ours, SRC - PAGE_SIZE, 2 * PAGE_SIZE, VM_ANON);
#else
	mm_map(&ours, SRC, PAGE_SIZE, VM_ANON);
#endif
	anon_vma_prepare(vma_lookup(&ours, SRC));
	anon_vma = vma_lookup(&ours, SRC)->anon_vma;
	page = folio_alloc(NULL, anon_vma, INDEX);
	new_page = folio_alloc(NULL, anon_vma, INDEX);
	mm_map_folio(&ours, SRC, page, ENTRY);
	dup_mmap(&theirs, &ours);
#ifdef MERGE_BELOW
	process_vm_mmap(&ours, &theirs, SRC - PAGE_SIZE, DST - PAGE_SIZE);
	mmap_write_lock(&theirs);
	do_munmap(&theirs, SRC - PAGE_SIZE, PAGE_SIZE, NULL);
	mmap_write_unlock(&theirs);
#endif
}

#else

/* All is one file. In ours, DST may have a neighbour that can be grown (MERGE_BELOW). */
static void map_all(void)
{
	mm_map_file(SRC_MM, &file, SRC, PAGE_SIZE, VM_READ | VM_SHARED, INDEX);
#ifdef MERGE_BELOW
	mm_map_file(&ours, &file, DST - PAGE_SIZE, PAGE_SIZE, VM_READ | VM_SHARED, INDEX - 1);
#endif
	page = folio_alloc(&mapping, NULL, INDEX);
	new_page = folio_alloc(&mapping, NULL, INDEX);
	mm_map_folio(SRC_MM, SRC, page, ENTRY);
#ifdef CHAIN
	mm_init(&third);
	mm_map_file(&third, &file, DST - 2 * PAGE_SIZE, 2 * PAGE_SIZE, VM_READ | VM_SHARED,
		    INDEX - 2);
#endif
}

#endif

INIT
{
	mm_init(&ours);
	mm_init(&theirs);
	init_rwsem(&mapping.i_mmap_rwsem);
	map_all();
}

THREAD(map_here, &ours)
{
	process_vm_mmap(current->mm, SRC_MM, SRC, DST);
}

#ifdef MAP_BACK
/* At the same time they map from us what we may have mapped from them. */
THREAD(map_back, &theirs)
{
	process_vm_mmap(current->mm, &ours, DST, DST);
}
#endif

#ifdef CHAIN
/* A third process maps from us, under a VMA that comes even earlier in the tree. */
THREAD(map_on, &third)
{
	process_vm_mmap(current->mm, &ours, DST, DST);
}
#endif

#ifdef MIGRATE
THREAD(migrate, NULL)
{
	remove_migration_ptes(page, new_page);
	folio_put(page);
}
#endif

#ifdef TRUNCATE
THREAD(truncate, NULL)
{
#ifdef ONE_WALK
	unmap_mapping_page(&mapping, page->index, page);
#else
	truncate_inode_page(&mapping, page);
#endif
}
#endif

#ifdef MUNMAP
THREAD(munmap, &theirs)
{
	sys_munmap(SRC, PAGE_SIZE);
}
#endif

#ifdef FAULT
/* Somebody touches the page at its new address as soon as there is a VMA. */
THREAD(fault, &ours)
{
	struct mm_struct *mm = current->mm;
	struct ptdesc *pt;

	mmap_read_lock(mm);
	if (vma_lookup(mm, DST)) {
		pt = pte_offset_map_lock(mm, DST);
		if (!pt_get(&pt->ptes, pte_offset(DST))) {
			folio_get(page);
			folio_add_rmap(page);
			pt_set_folio(&pt->ptes, pte_offset(DST), _PAGE_PRESENT, page);
		}
		pte_unmap_unlock(pt);
	}
	mmap_read_unlock(mm);
}
#endif

#ifdef ONCE
FINAL
{
	unsigned long here = pt_entry_of(&ours.pmd[pmd_index(SRC)]->ptes, pte_offset(SRC), page);
	unsigned long there = pt_entry_of(&ours.pmd[pmd_index(DST)]->ptes, pte_offset(DST), page);

	assert(!here || !there);
}
#endif
