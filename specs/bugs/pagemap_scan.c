// SPDX-License-Identifier: MIT
/*
 * pagemap_scan: may an entry be read, changed and stored while CPUs use it?
 *
 * CVE-2026-72175 ("fs/proc/task_mmu: fix make_uffd_wp_huge_pte() prot-update race"), 6.7 to
 * 7.1.4, and two more of the bugs that its series mends. PAGEMAP_SCAN protects pages
 * so that it hears of the next write. For a page of hugetlbfs it read the entry, added the
 * bit, and stored it, with the page table locked (DIRTY BREAK). The CPUs of the process need
 * no lock to note in the same entry that they have written: what one notes in between is
 * lost, and the page is taken for clean. The fix takes the entry out in one step, and stores
 * the new value after that: in between a CPU faults, and waits for the lock of the table.
 *
 * HUGETLB: the walk over a mapping of hugetlbfs holds the lock of its VMA for reading, and
 * calls back for what is not mapped. That callback wanted to protect by the general
 * function, which takes the same lock for writing: the thread waits for itself (BREAK). The
 * fix puts the marker in there and then.
 *
 * MUST_WAIT: who has faulted on a protected page goes among those who wait, and looks at the
 * entry once more, without a lock, whether there is still something to wait for. What
 * protects the page was read off any entry. The manager may have let it go, and woken
 * nobody, and then reclaim have written it out: its swap entry says anything. The thread
 * waits for ever (BREAK). The fix asks first whether the entry is present.
 *
 * It teaches: the lock of a page table keeps other threads out of the kernel, not the
 * hardware. And a callback runs with all the locks of whoever calls it.
 *
 * Kernel: 6.12
 * Result: DIRTY BREAK: violated assert
 * Result: DIRTY: holds
 * Result: HUGETLB BREAK: violated lock-misuse
 * Result: HUGETLB: holds
 * Result: MUST_WAIT BREAK: violated deadlock
 * Result: MUST_WAIT: holds
 */

#define MM_TASK_PAGES 2

#include <linux/mm.h>
#include <mmcheck.h>

#define ADDR		0x1000UL
#define _PAGE_DIRTY	0x80UL
#define _PAGE_UFFD_WP	0x100UL

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
#ifdef MUST_WAIT
	pt_set(&mm.pgd, ADDR, _PAGE_PRESENT | _PAGE_UFFD_WP);
#endif
}

#ifdef DIRTY

/* The entry of ADDR: CPUs change it without a lock, as page tables of ours do not let them. */
static unsigned long pte = _PAGE_PRESENT | _PAGE_RW;
static bool wrote;		/* a page that is clean here is not written back */

/* As pagemap_scan_pmd_entry(), which protects the page. */
THREAD(scan, NULL)
{
	unsigned long entry;

	mmap_read_lock(&mm);
	spin_lock(&mm.page_table_lock);
#ifdef BREAK
	entry = READ_ONCE(pte);
#else
	ATOMIC {		/* ptep_modify_prot_start() */
		entry = pte;
		pte = 0;
	}
#endif
	WRITE_ONCE(pte, (entry & ~_PAGE_RW) | _PAGE_UFFD_WP);
	spin_unlock(&mm.page_table_lock);
	mmap_read_unlock(&mm);
}

/* A CPU writes, if the entry lets it, and notes so in the same step. */
THREAD(cpu, NULL)
{
	ATOMIC {
		if (pte & _PAGE_RW) {
			pte |= _PAGE_DIRTY;
			wrote = true;
		}
	}
}

FINAL
{
	assert(!wrote || pte & _PAGE_DIRTY);
}

#elif defined(MUST_WAIT)

static bool waiting, woken;

/* As userfaultfd_must_wait(). */
static bool must_wait(void)
{
	unsigned long entry = pt_get(&mm.pgd, ADDR);

#ifndef BREAK
	if (!(entry & _PAGE_PRESENT))
		return false;		/* the fault comes again */
#endif
	return !(entry & _PAGE_RW);
}

/* As handle_userfault(), for a write to a protected page. mmap_lock is not held any more. */
THREAD(fault, &mm)
{
	WRITE_ONCE(waiting, true);
	if (must_wait())
		WAIT_UNTIL(woken);
}

/* The manager lets the page be written to, and wakes who waits. */
THREAD(manager, NULL)
{
	mmap_read_lock(&mm);
	spin_lock(&mm.page_table_lock);
	if (pt_get(&mm.pgd, ADDR) & _PAGE_PRESENT)
		pt_set(&mm.pgd, ADDR, _PAGE_PRESENT | _PAGE_RW);
	spin_unlock(&mm.page_table_lock);
	mmap_read_unlock(&mm);
	ATOMIC {
		woken = waiting;
	}
}

THREAD(reclaim, NULL)
{
	spin_lock(&mm.page_table_lock);
	if (pt_get(&mm.pgd, ADDR) & _PAGE_RW)
		pt_set(&mm.pgd, ADDR, _PAGE_SWAP);
	spin_unlock(&mm.page_table_lock);
}

#else /* HUGETLB */

static struct rw_semaphore vma_lock;	/* of the VMA: hugetlb_vma_lock_read() */

/* What protects any range of a VMA: as uffd_wp_range(). */
static void __maybe_unused uffd_wp_range(void)
{
	down_write(&vma_lock);
	spin_lock(&mm.page_table_lock);
	pt_set(&mm.pgd, ADDR, _PAGE_UFFD_WP);
	spin_unlock(&mm.page_table_lock);
	up_write(&vma_lock);
}

/* Nothing is mapped: leave a marker. */
static void pagemap_scan_pte_hole(void)
{
#ifdef BREAK
	uffd_wp_range();
#else
	spin_lock(&mm.page_table_lock);
	pt_set(&mm.pgd, ADDR, _PAGE_UFFD_WP);
	spin_unlock(&mm.page_table_lock);
#endif
}

/* As walk_hugetlb_range(). */
THREAD(scan, NULL)
{
	mmap_read_lock(&mm);
	down_read(&vma_lock);
	if (!pt_get(&mm.pgd, ADDR))
		pagemap_scan_pte_hole();
	up_read(&vma_lock);
	mmap_read_unlock(&mm);
}

#endif
