// SPDX-License-Identifier: MIT
/*
 * vma_lock_seq_order: must mm_lock_seq be stored by release and read by acquire?
 *
 * b1f02b95758d ("mm: fix memory ordering for mm_lock_seq and vm_lock_seq", 6.5-rc4), Jann
 * Horn; broken in 6.4 by 5e31275cc997, no CVE. The next number ends the write locks of
 * all VMAs. If its store becomes visible before what the writer has stored in the VMA, or
 * if the reader has read the VMA before it reads the number, a fault sees half of what
 * userfaultfd_register() does.
 *
 * That takes weak memory. Under sequential consistency release and acquire are what they
 * replace: that BREAK holds says nothing, and the verdict says so. What was plain as well
 * is a data race, whatever the order (PLAIN).
 *
 * By hand: STORE gives the writer a buffer for its two stores, each of which becomes
 * visible at any time; a release waits until all are. LOAD has the reader read the VMA
 * just before its second look at the number, as it may without the acquire.
 *
 * It teaches: a number that stands for an unlock is an unlock, and needs its order. And
 * the other look, before the lock was tried for, needs none: it decides nothing.
 *
 * Kernel: 6.4
 * Result: STORE BREAK --property=assert: violated assert
 * Result: STORE --property=assert: holds
 * Result: LOAD BREAK --property=assert: violated assert
 * Result: LOAD --property=assert: holds
 * Result: PLAIN: violated data-race
 * Result: PLAIN --ignore=data-race: holds
 * Result: BREAK: holds
 * Result: holds
 */

#define MM_TASK_PAGES 2
#define MM_USERFAULTFD 1

#include <linux/mm.h>
#include <asm/barrier.h>
#include <fs/userfaultfd.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

static struct mm_struct mm;
static struct userfaultfd_ctx ctx = { .mm = &mm };

INIT
{
	mm_init(&mm);
	mmgrab(&mm);	/* mm is not from the heap: it is never freed */
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
}

#ifdef STORE

/* What the CPU of the writer has stored, and nobody else sees yet. */
static struct vm_area_struct *vma_of_stores;
static bool flags_stored, ctx_stored;

THREAD(store_flags, NULL)
{
	ATOMIC {
		WAIT_UNTIL(flags_stored);
		vma_of_stores->vm_flags = VM_ANON | VM_UFFD_MISSING;
		flags_stored = false;
	}
}

THREAD(store_ctx, NULL)
{
	ATOMIC {
		WAIT_UNTIL(ctx_stored);
		vma_of_stores->vm_userfaultfd_ctx = &ctx;
		ctx_stored = false;
	}
}

/* What was stored before is visible before what is stored next. */
static void release(void)
{
	WAIT_UNTIL(!flags_stored && !ctx_stored);
}

static void store(struct vm_area_struct *vma)
{
	ATOMIC {
		vma_of_stores = vma;
		flags_stored = true;
		ctx_stored = true;
	}
}

#else
#define release()	do { } while (0)

static void __maybe_unused store(struct vm_area_struct *vma)
{
	vma->vm_flags |= VM_UFFD_MISSING;
	vma->vm_userfaultfd_ctx = &ctx;
}

#endif

#if defined(STORE) || defined(BREAK) || defined(PLAIN)

/* As vma_end_write_all(). */
static void end_write_all(struct mm_struct *mm)
{
#if defined(PLAIN)
	mm->mm_lock_seq++;
#elif defined(BREAK)
	WRITE_ONCE(mm->mm_lock_seq, mm->mm_lock_seq + 1);
#else
	release();
	smp_store_release(&mm->mm_lock_seq, mm->mm_lock_seq + 1);
#endif
}

/* As userfaultfd_register(). */
THREAD(manager, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, ADDR);
	vma_start_write(vma);
	store(vma);
	end_write_all(mm);
	release();
	up_write(&mm->mmap_lock);
}

#else

THREAD(manager, NULL)
{
	userfaultfd_register(&ctx, ADDR, PAGE_SIZE);
}

#endif

#ifdef LOAD

/* As lock_vma_under_rcu(), with what the fault then reads of the VMA. */
THREAD(fault, &mm)
{
	struct mm_struct *mm = current->mm;
	struct userfaultfd_ctx *seen_ctx;
	struct vm_area_struct *vma;
	vm_flags_t seen_flags;

	rcu_read_lock();
	vma = mt_lookup(&mm->mm_mt, ADDR);
	if (READ_ONCE(vma->vm_lock_seq) == READ_ONCE(mm->mm_lock_seq) ||
	    !down_read_trylock(&vma->vm_lock)) {
		rcu_read_unlock();
		return;
	}
#ifdef BREAK
	seen_flags = vma->vm_flags;
	seen_ctx = vma->vm_userfaultfd_ctx;
#endif
	if (READ_ONCE(vma->vm_lock_seq) != smp_load_acquire(&mm->mm_lock_seq)) {
#ifndef BREAK
		seen_flags = vma->vm_flags;
		seen_ctx = vma->vm_userfaultfd_ctx;
#endif
		assert(!!(seen_flags & VM_UFFD_MISSING) == !!seen_ctx);
	}
	up_read(&vma->vm_lock);
	rcu_read_unlock();
}

#else

THREAD(fault, &mm)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(current->mm, ADDR);

	if (!vma)
		return;
	assert(!!(vma->vm_flags & VM_UFFD_MISSING) == !!vma->vm_userfaultfd_ctx);
	vma_end_read(vma);
}

#endif
