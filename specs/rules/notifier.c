// SPDX-License-Identifier: MIT
/*
 * notifier: who tells a virtual machine that a page is taken away?
 *
 * KVM maps pages of an mm into tables of its own, and keeps no reference. It
 * has subscribed: whoever takes a page out of the mm brackets that with
 * mmu_notifier_invalidate_range_start() and _end(). At the start KVM drops its
 * mapping; a fault of the guest that looked the page up before looks again under
 * mmu_lock: no invalidation is in progress, and none was since it began (KEEP).
 * NO_RETRY does not look, NO_PROGRESS looks at the number only, SEQ_LATE reads
 * the number after the page: each maps a page that is freed. So does, without
 * the rule, a zap with no bracket (BARE), one of another page (BESIDE), and one
 * that is ended too soon (EARLY). OTHER_END and TWICE end what was not started,
 * OPEN does not end it. LOCKED starts with a page-table lock held, UNDER_RCU in
 * a read section; NONBLOCK may. Brackets that nest are not modelled (NEST).
 *
 * WRPROTECT and REPLACE change the entry, which is told too; UPGRADE only adds
 * a right. TWO zap the page at the same time. NOBODY has no subscriber. MPROTECT
 * is the same with one table for the whole mm.
 *
 * REGISTER subscribes while the page is zapped: not between a start and its end, since
 * whoever zaps holds mmap_lock or an rmap lock, and mmu_notifier_register() all of them.
 * (Of these the model has mmap_lock, and so the zap holds that.)
 *
 * Result: KEEP: holds, 272 states
 * Result: TWO: holds, 3652 states
 * Result: NO_RETRY: violated page-freed-mapped
 * Result: NO_PROGRESS: violated page-freed-mapped
 * Result: SEQ_LATE: violated page-freed-mapped
 * Result: BARE: violated notifier
 * Result: BARE --ignore=notifier: violated page-freed-mapped
 * Result: BESIDE: violated notifier
 * Result: BESIDE --ignore=notifier: violated page-freed-mapped
 * Result: EARLY: violated notifier
 * Result: EARLY --ignore=notifier: violated page-freed-mapped
 * Result: OTHER_END: violated notifier
 * Result: TWICE: violated notifier
 * Result: OPEN: violated notifier
 * Result: LOCKED: violated atomic-sleep
 * Result: UNDER_RCU: violated rcu-misuse
 * Result: UNDER_RCU NONBLOCK: holds, 299 states
 * Result: NEST: unknown
 * Result: WRPROTECT: holds, 269 states
 * Result: WRPROTECT BARE: violated notifier
 * Result: REPLACE: holds, 357 states
 * Result: REPLACE BARE: violated notifier
 * Result: UPGRADE BARE: holds, 62 states
 * Result: NOBODY BARE: holds, 9 states
 * Result: REGISTER: holds
 * Result: MPROTECT: holds, 7 states
 * Result: MPROTECT BARE: violated notifier
 */

#ifndef MPROTECT
#define MM_RMAP 1
#define PTRS_PER_PTE MM_TASK_PAGES
#endif
#define MM_TASK_PAGES 4
#define MM_NOTIFIER 1
#define MM_NOTIFIER_START kvm_invalidate_start
#define MM_NOTIFIER_END kvm_invalidate_end

#include <linux/mm.h>
#include <mmcheck.h>

#define ADDR	0x1000UL
#define END	(ADDR + PAGE_SIZE)

static struct mm_struct mm;

#ifdef MPROTECT

static void kvm_invalidate_start(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	(void)mm, (void)start, (void)end;
}

static void kvm_invalidate_end(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	(void)mm, (void)start, (void)end;
}

INIT
{
	mm_init(&mm);
	mmu_notifier_register(&mm);
	pt_set(&mm.pgd, ADDR, _PAGE_PRESENT | _PAGE_RW);
}

THREAD(mprotect, &mm)
{
#ifdef BARE
	spin_lock(&mm.page_table_lock);
	pt_set(&mm.pgd, ADDR, _PAGE_PRESENT);
	spin_unlock(&mm.page_table_lock);
#else
	change_protection(&mm, ADDR, END, VM_READ);
#endif
}

#else

MM_POOL(ptdesc, 1);

static struct kvm {
	spinlock_t mmu_lock;
	int mmu_invalidate_in_progress;
	unsigned int mmu_invalidate_seq;
	struct page_table tdp;		/* what the guest translates by */
} kvm;
static struct folio *other;

INIT
{
	struct folio *folio = folio_alloc(NULL, NULL, 0);

	mm_init(&mm);
#if !defined(NOBODY) && !defined(REGISTER)
	mmu_notifier_register(&mm);
#endif
#ifdef UPGRADE
	mm_map_folio(&mm, ADDR, folio, _PAGE_PRESENT);
#else
	mm_map_folio(&mm, ADDR, folio, _PAGE_PRESENT | _PAGE_RW);
#endif
	folio_put(folio);
	other = folio_alloc(NULL, NULL, 0);
}

static void kvm_invalidate_start(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	(void)mm;
	spin_lock(&kvm.mmu_lock);
	kvm.mmu_invalidate_in_progress++;
	for (; start < end; start += PAGE_SIZE)
		pt_clear(&kvm.tdp, start);
	spin_unlock(&kvm.mmu_lock);
}

static void kvm_invalidate_end(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	(void)mm, (void)start, (void)end;
	spin_lock(&kvm.mmu_lock);
	kvm.mmu_invalidate_seq++;
	kvm.mmu_invalidate_in_progress--;
	spin_unlock(&kvm.mmu_lock);
}

static bool __maybe_unused mmu_invalidate_retry(unsigned int seq)
{
#if defined(NO_RETRY)
	(void)seq;
	return false;
#elif defined(NO_PROGRESS)
	return kvm.mmu_invalidate_seq != seq;
#else
	return kvm.mmu_invalidate_in_progress || kvm.mmu_invalidate_seq != seq;
#endif
}

#ifndef NOBODY
/* The guest touches the page: map what the mm has there, unless it goes away. */
static void guest_fault(void)
{
	unsigned int seq = data_race(kvm.mmu_invalidate_seq);
	struct ptdesc *pt = pte_offset_map_lock(&mm, ADDR);
	unsigned long entry = pt_get(&pt->ptes, ADDR);
	struct folio *folio = pt_folio(&pt->ptes, ADDR);

	if (entry)
		folio_get(folio);
	pte_unmap_unlock(pt);
	if (!entry)
		return;
#ifdef SEQ_LATE
	seq = READ_ONCE(kvm.mmu_invalidate_seq);
#endif
	spin_lock(&kvm.mmu_lock);
	if (!mmu_invalidate_retry(seq))
		pt_set_folio(&kvm.tdp, ADDR, entry, folio);
	spin_unlock(&kvm.mmu_lock);
	folio_put(folio);
}

THREAD(vcpu, &mm)
{
#ifdef REGISTER
	mmu_notifier_register(&mm);
#endif
	guest_fault();
}
#endif

/* The page table is locked: do what is to be done with the entry. */
static void change_entry(struct ptdesc *pt)
{
#if defined(WRPROTECT)
	pt_set(&pt->ptes, ADDR, _PAGE_PRESENT);
#elif defined(UPGRADE)
	pt_set(&pt->ptes, ADDR, _PAGE_PRESENT | _PAGE_RW);
#elif defined(REPLACE)
	struct folio *old = pt_folio(&pt->ptes, ADDR);

	folio_get(other);
	folio_add_rmap(other);
	pt_set_folio(&pt->ptes, ADDR, _PAGE_PRESENT | _PAGE_RW, other);
	folio_remove_rmap(old);
	folio_put(old);
#else
	zap_pte(NULL, pt, ADDR);	/* nothing is gathered */
#endif
}

static void __maybe_unused bare(void)
{
	struct ptdesc *pt = pte_offset_map_lock(&mm, ADDR);

	change_entry(pt);
	pte_unmap_unlock(pt);
}

#ifdef TWO
THREADS(zap, 2, &mm)
#else
THREAD(zap, &mm)
#endif
{
#if defined(BARE)
	bare();
#elif defined(BESIDE)
	mmu_notifier_invalidate_range_start(&mm, END, END + PAGE_SIZE);
	bare();
	mmu_notifier_invalidate_range_end(&mm, END, END + PAGE_SIZE);
#elif defined(EARLY)
	mmu_notifier_invalidate_range_start(&mm, ADDR, END);
	mmu_notifier_invalidate_range_end(&mm, ADDR, END);
	bare();
#elif defined(OTHER_END)
	mmu_notifier_invalidate_range_start(&mm, ADDR, END);
	bare();
	mmu_notifier_invalidate_range_end(&mm, ADDR, END + PAGE_SIZE);
#elif defined(TWICE)
	zap_page_range(&mm, ADDR, END);
	mmu_notifier_invalidate_range_end(&mm, ADDR, END);
#elif defined(NEST)
	mmu_notifier_invalidate_range_start(&mm, ADDR, END);
	zap_page_range(&mm, ADDR, END);
	mmu_notifier_invalidate_range_end(&mm, ADDR, END);
#elif defined(OPEN)
	mmu_notifier_invalidate_range_start(&mm, ADDR, END);
	bare();
#elif defined(LOCKED)
	struct ptdesc *pt = pte_offset_map_lock(&mm, ADDR);

	mmu_notifier_invalidate_range_start(&mm, ADDR, END);
	zap_pte(NULL, pt, ADDR);
	pte_unmap_unlock(pt);
	mmu_notifier_invalidate_range_end(&mm, ADDR, END);
#elif defined(UNDER_RCU)
	rcu_read_lock();
#ifdef NONBLOCK
	mmu_notifier_invalidate_range_start_nonblock(&mm, ADDR, END);
#else
	mmu_notifier_invalidate_range_start(&mm, ADDR, END);
#endif
	bare();
	mmu_notifier_invalidate_range_end(&mm, ADDR, END);
	rcu_read_unlock();
#elif defined(WRPROTECT) || defined(REPLACE)
	mmu_notifier_invalidate_range_start(&mm, ADDR, END);
	bare();
	mmu_notifier_invalidate_range_end(&mm, ADDR, END);
#elif defined(REGISTER)
	mmap_read_lock(&mm);
	zap_page_range(&mm, ADDR, END);
	mmap_read_unlock(&mm);
#else
	zap_page_range(&mm, ADDR, END);
#endif
}

#endif
