// SPDX-License-Identifier: MIT
/*
 * khugepaged_page_table: who may be inside a page table that is taken away?
 *
 * Three bugs, all found by Jann Horn. RMAP and FAST were fixed on the way to 6.1, ANON
 * on the way to 6.2; 5.12 has all three. khugepaged puts
 * one huge page in place of a page table, and frees the table. A walker of page
 * tables needs any one of mmap_lock, i_mmap_rwsem and the lock of the anon_vma,
 * for reading: so who frees a table needs all of them, for writing, and must
 * wait for those who walk with interrupts off and without a lock.
 *
 * RMAP, 8d3c106e19e8 ("mm/khugepaged: take the right locks for page table
 * retraction"), broken by 27e1f8273113: with mmap_lock alone, a truncation of the
 * file, which comes by way of i_mmap, is in the table that is freed.
 *
 * ANON, 023f47a8250c ("mm/khugepaged: fix ->anon_vma race", CVE-2023-52935,
 * broken in 4.8): VMAs with an anon_vma are left alone, but that was tested
 * before mmap_lock was held. A fault gives the VMA the anon_vma of a neighbour
 * in between, and a walk over that anon_vma is in the table that is freed. Test
 * again when the lock is held.
 *
 * FAST, 2ba99c5e0881 ("mm/khugepaged: fix GUP-fast interaction by sending IPI"),
 * broken by ba76149f47d8, which brought khugepaged: get_user_pages_fast() takes no
 * lock. Clear the entry, then interrupt all processors, then free.
 *
 * It teaches: the locks that keep walkers out are those of the walkers, not of
 * the one who changes; and a test before the lock is a guess.
 *
 * Kernel: 5.12
 * Result: RMAP BREAK: violated use-after-free
 * Result: RMAP KEEP: holds
 * Result: RMAP KEEP --kernel=6.1: holds
 * Result: ANON BREAK: violated use-after-free
 * Result: ANON BREAK --kernel=6.1: violated use-after-free
 * Result: ANON KEEP: holds
 * Result: ANON KEEP --kernel=6.4: holds
 * Result: FAST BREAK: violated use-after-free
 * Result: FAST KEEP: holds
 * Result: FAST KEEP --kernel=6.1: holds
 */

#define MM_RMAP 1
#define MM_KHUGEPAGED 1
#define MM_TASK_PAGES 4

/* What the shipped functions leave out. */
#ifdef BREAK
#if defined(ANON)
#define KHUGEPAGED_NO_RECHECK
#elif defined(FAST)
#define KHUGEPAGED_NO_SYNC
#else
#define KHUGEPAGED_NO_RMAP_LOCK
#endif
#endif

#include <linux/mm.h>
#include <mm/gup_fast.h>
#include <mmcheck.h>

#define NEIGHBOUR	0x1000UL
#define ADDR		0x2000UL	/* the first page of the second page table */
#define INDEX		2UL		/* of ADDR in the file, and of anonymous pages there */

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static struct anon_vma *anon_vma;

INIT
{
	mm_init(&mm);
	mm_map_file(&mm, &file, ADDR, 2 * PAGE_SIZE, VM_ANON, INDEX);
#ifdef ANON
	mm_map_file(&mm, &file, NEIGHBOUR, PAGE_SIZE, VM_READ, INDEX - 1);
	anon_vma_prepare(vma_lookup(&mm, NEIGHBOUR));
	anon_vma = vma_lookup(&mm, NEIGHBOUR)->anon_vma;
#endif
	(void)anon_vma;
}

#ifdef ANON

THREAD(khugepaged, NULL)
{
	retract_page_tables(&mapping, INDEX);
}

/* The VMA before has one, and the two differ in nothing but what they permit. */
static struct anon_vma *find_mergeable_anon_vma(struct vm_area_struct *vma)
{
	struct vm_area_struct *prev = vma_below(vma->vm_mm, vma->vm_start);

	return prev && prev->vm_end == vma->vm_start ? prev->anon_vma : NULL;
}

/* The first write to a private mapping: the VMA joins an anon_vma that there is already. */
static void __anon_vma_prepare(struct vm_area_struct *vma)
{
	struct anon_vma *anon_vma = find_mergeable_anon_vma(vma);

	anon_vma_lock_write(anon_vma);
	spin_lock(&vma->vm_mm->page_table_lock);
	WRITE_ONCE(vma->anon_vma, anon_vma);
	anon_vma_chain_link(vma, anon_vma, 0);
	spin_unlock(&vma->vm_mm->page_table_lock);
	anon_vma_unlock_write(anon_vma);
}

THREAD(fault, &mm)
{
	struct mm_struct *mm = current->mm;

	mmap_read_lock(mm);
	__anon_vma_prepare(vma_lookup(mm, ADDR));
	mmap_read_unlock(mm);
}

/* Look for a page of a child of the process, which shares the anon_vma. */
THREAD(rmap_walk, NULL)
{
	struct vm_area_struct *vma;

	anon_vma_lock_read(anon_vma);
	anon_vma_interval_tree_foreach(vma, &anon_vma->rb_root, INDEX, INDEX) {
		struct ptdesc *pt = pte_offset_map_lock(vma->vm_mm, vma_address(vma, INDEX));

		if (pt)
			pte_unmap_unlock(pt);
	}
	anon_vma_unlock_read(anon_vma);
}

#else /* RMAP, FAST */

THREAD(khugepaged, NULL)
{
	collapse_pte_mapped_thp(&mm, ADDR);
}

#ifdef FAST

THREAD(gup_fast, &mm)
{
	gup_fast_folio(current->mm, ADDR);
}

#else

THREAD(truncate, NULL)
{
	unmap_mapping_page(&mapping, INDEX, NULL);
}

#endif
#endif
