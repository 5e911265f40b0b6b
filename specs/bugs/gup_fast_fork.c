// SPDX-License-Identifier: MIT
/*
 * gup_fast_fork: may fork protect a page while get_user_pages_fast() pins it?
 *
 * 57efa1fe5957 ("mm/gup: prevent gup_fast from racing with COW during fork",
 * 5.11), which completes 70e806e4e645. A device writes into a page that is
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
 * Kernel: 5.12
 * Result: BREAK: violated assert
 * Result: BEFORE: violated assert
 * Result: KEEP: holds
 * Result: KEEP --kernel=6.12: holds
 */

#define MM_TASK_PAGES 2

#include <linux/mm.h>
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

static void pin(int nr)
{
	ATOMIC {
		pins += nr;
	}
}

/* Without a lock. Returns whether the page was pinned. */
static bool gup_fast(struct mm_struct *mm, unsigned long addr)
{
	unsigned int seq __maybe_unused = 0;
	unsigned long entry;

#ifndef BREAK
	seq = raw_read_seqcount(&write_protect_seq);
	if (seq & 1)
		return false;
#endif
	entry = pt_get(&mm->pgd, addr);
	if (!(entry & _PAGE_RW))
		return false;
	pin(1);
	if (pt_get(&mm->pgd, addr) != entry)
		goto unpin;
#ifdef KEEP
	if (read_seqcount_retry(&write_protect_seq, seq))
		goto unpin;
#endif
	return true;
unpin:
	pin(-1);
	return false;
}

/* With mmap_lock: make the page the parent's own again, and pin it. */
static void gup_slow(struct mm_struct *mm, unsigned long addr)
{
	mmap_read_lock(mm);
	spin_lock(&mm->page_table_lock);
	pt_set(&mm->pgd, addr, _PAGE_PRESENT | _PAGE_RW);
	pin(1);
	spin_unlock(&mm->page_table_lock);
	mmap_read_unlock(mm);
}

THREAD(gup, &mm)
{
	WRITE_ONCE(has_pinned, true);
	if (!gup_fast(current->mm, ADDR))
		gup_slow(current->mm, ADDR);
}

/* A pinned page is copied for the child, any other is shared by the two. */
static void copy_present_page(struct mm_struct *mm, unsigned long addr)
{
	spin_lock(&child.page_table_lock);
	spin_lock_nested(&mm->page_table_lock, SINGLE_DEPTH_NESTING);
	if (READ_ONCE(has_pinned) && READ_ONCE(pins)) {
		pt_set(&child.pgd, addr, _PAGE_PRESENT | _PAGE_RW);
	} else {
		pt_set(&mm->pgd, addr, _PAGE_PRESENT);
		pt_set(&child.pgd, addr, _PAGE_PRESENT);
	}
	spin_unlock(&mm->page_table_lock);
	spin_unlock(&child.page_table_lock);
}

THREAD(fork, &mm)
{
	struct mm_struct *mm = current->mm;

	mmap_write_lock(mm);
	raw_write_seqcount_begin(&write_protect_seq);
	copy_present_page(mm, ADDR);
	raw_write_seqcount_end(&write_protect_seq);
	mmap_write_unlock(mm);
}

/* The parent writes to what it has pinned: no new page for it. */
FINAL
{
	bool shared = !(pt_get(&mm.pgd, ADDR) & _PAGE_RW);

	assert(!(pins && shared));
}
