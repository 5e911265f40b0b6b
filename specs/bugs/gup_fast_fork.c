// SPDX-License-Identifier: MIT
/*
 * gup_fast_fork: may fork protect a page while get_user_pages_fast() pins it?
 *
 * 57efa1fe5957 ("mm/gup: prevent gup_fast from racing with COW during fork",
 * 5.11), which completes 70e806e4e645; no CVE. A device writes into a page that is
 * pinned. fork copies such a page for the child at once; all others it shares
 * and takes the right to write away, so that the parent gets a new page at its
 * next write: pinned, the page would then no longer be the parent's, and what
 * the device writes is lost. get_user_pages_fast() looks at the entry without a
 * lock, takes its pin, and looks again. fork that saw no pin changes the entry
 * after that second look.
 *
 * It teaches: "read, act, read again" finds only what was changed before the
 * second read. fork now says that it is at work, with a sequence counter around
 * the copy (KEEP): odd at the beginning, or another at the end, and the pin is
 * dropped and taken the slow way, with mmap_lock. BEFORE looks at it only before.
 *
 * 5.10 was the last without the repair. Of the flags of the model none changes
 * between it and 5.12.
 *
 * Kernel: 5.10
 * Result: BREAK: violated assert
 * Result: BREAK --kernel=6.12: violated assert
 * Result: BEFORE: violated assert
 * Result: KEEP: holds
 * Result: KEEP --kernel=5.12: holds
 * Result: KEEP --kernel=6.12: holds
 */

#define MM_TASK_PAGES 2

#include <linux/mm.h>
#include <linux/irqflags.h>
#include <linux/seqlock.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

static struct mm_struct mm, child;
static seqcount_t write_protect_seq;	/* a member of the mm */
static bool has_pinned;			/* a member of the mm, too */
static int pins;			/* of the page that the parent maps */

INIT
{
	mm_init(&mm);
	mm_init(&child);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
	mm_map(&child, ADDR, PAGE_SIZE, VM_ANON);
	pt_set(&mm.pgd, ADDR, _PAGE_PRESENT | _PAGE_RW);
}

static void try_grab_compound_head(void)
{
	ATOMIC {
		pins++;
	}
}

static void put_compound_head(void)
{
	ATOMIC {
		pins--;
	}
}

/* Pin the page of addr, whose entry is looked at without a lock. False: not possible now. */
static bool gup_pte_range(struct mm_struct *mm, unsigned long addr)
{
	unsigned long entry = pt_get(&mm->pgd, addr);

	if (!(entry & _PAGE_RW))
		return false;
	try_grab_compound_head();
	if (pt_get(&mm->pgd, addr) != entry) {
		put_compound_head();
		return false;
	}
	return true;
}

/* The same with interrupts off, if no fork comes in between. */
static bool lockless_pages_from_mm(struct mm_struct *mm, unsigned long addr)
{
	unsigned int seq __maybe_unused = 0;
	bool pinned;

#ifndef BREAK
	seq = raw_read_seqcount(&write_protect_seq);
	if (seq & 1)
		return false;
#endif
	local_irq_disable();
	pinned = gup_pte_range(mm, addr);
	local_irq_enable();
#ifdef KEEP
	if (pinned && read_seqcount_retry(&write_protect_seq, seq)) {
		put_compound_head();
		return false;
	}
#endif
	return pinned;
}

/* With mmap_lock: make the page the parent's own again, and pin it. */
static void __gup_longterm_unlocked(struct mm_struct *mm, unsigned long addr)
{
	mmap_read_lock(mm);
	spin_lock(&mm->page_table_lock);
	pt_set(&mm->pgd, addr, _PAGE_PRESENT | _PAGE_RW);
	try_grab_compound_head();
	spin_unlock(&mm->page_table_lock);
	mmap_read_unlock(mm);
}

/* For a device that will write. */
static void gup_fast_pin(struct mm_struct *mm, unsigned long addr)
{
	WRITE_ONCE(has_pinned, true);
	if (!lockless_pages_from_mm(mm, addr))
		__gup_longterm_unlocked(mm, addr);
}

THREAD(gup, &mm)
{
	gup_fast_pin(current->mm, ADDR);
}

/* A page that is pinned the child gets a copy of. False: it is not. */
static bool copy_present_page(struct mm_struct *mm, unsigned long addr)
{
	if (!READ_ONCE(has_pinned) || !READ_ONCE(pins))
		return false;
	pt_set(&mm->pgd, addr, _PAGE_PRESENT | _PAGE_RW);
	return true;
}

/* Any other page the two share, and neither may write. */
static void copy_present_pte(struct mm_struct *mm, struct mm_struct *oldmm, unsigned long addr)
{
	spin_lock(&mm->page_table_lock);
	spin_lock_nested(&oldmm->page_table_lock, SINGLE_DEPTH_NESTING);
	if (!copy_present_page(mm, addr)) {
		pt_set(&oldmm->pgd, addr, _PAGE_PRESENT);	/* ptep_set_wrprotect() */
		pt_set(&mm->pgd, addr, _PAGE_PRESENT);
	}
	spin_unlock(&oldmm->page_table_lock);
	spin_unlock(&mm->page_table_lock);
}

static void copy_page_range(struct mm_struct *mm, struct mm_struct *oldmm)
{
	mmap_assert_write_locked(oldmm);
	raw_write_seqcount_begin(&write_protect_seq);
	copy_present_pte(mm, oldmm, ADDR);
	raw_write_seqcount_end(&write_protect_seq);
}

static void dup_mmap(struct mm_struct *mm, struct mm_struct *oldmm)
{
	mmap_write_lock(oldmm);
	mmap_write_lock_nested(mm, SINGLE_DEPTH_NESTING);
	copy_page_range(mm, oldmm);
	mmap_write_unlock(mm);
	mmap_write_unlock(oldmm);
}

THREAD(fork, &mm)
{
	dup_mmap(&child, current->mm);
}

/* The parent writes to what it has pinned: no new page for it. */
FINAL
{
	bool shared = !(pt_get(&mm.pgd, ADDR) & _PAGE_RW);

	assert(!(pins && shared));
}
