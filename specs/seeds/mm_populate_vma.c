// SPDX-License-Identifier: MIT
/*
 * mm_populate_vma: may a VMA be populated after mmap_lock was dropped?
 *
 * From the series that brought the maple tree, 28 April 2021, patches 38, 39 and
 * 40 of 94; the mail with the answer is of 3 May. sys_brk() and vm_brk_flags() grow the heap, know the VMA that they
 * grew, and hand it to a new helper that populates it without looking it up
 * again. As posted (DROP), mmap_lock is dropped in between, and another thread
 * can free the VMA. Matthew Wilcox: downgrade instead (DOWNGRADE). Mainline kept
 * the lookup by address (BY_ADDRESS). A downgrade alone is not enough when the
 * fault handler drops the lock and the helper goes on with the VMA that it
 * knew (LOCKED_DROPPED).
 *
 * The racing thread unmaps the heap; with MPROTECT it splits the VMA, with
 * MMAP_MERGE it maps the gap below the heap, and the heap VMA is merged into
 * its lower neighbour and freed. The caller is sys_brk(), or vm_brk_flags()
 * with VM_BRK. The answer "assert" below is the VM_BUG_ON_VMA() at the top of
 * populate_vma_page_range(): the VMA lives, but no longer covers the range.
 *
 * Kernel: 5.12
 * Result: violated dangling-vma
 * Result: DROP: violated dangling-vma
 * Result: DROP MPROTECT: violated assert
 * Result: DROP MMAP_MERGE: violated dangling-vma
 * Result: DROP VM_BRK: violated dangling-vma
 * Result: DROP VM_BRK MPROTECT: violated assert
 * Result: DROP VM_BRK MMAP_MERGE: violated dangling-vma
 * Result: DROP --find=rule: violated stale-vma
 * Result: DROP MPROTECT --find=rule: violated stale-vma
 * Result: DROP MMAP_MERGE --find=rule: violated stale-vma
 * Result: DROP VM_BRK --find=rule: violated stale-vma
 * Result: DROP --kernel=6.12: violated dangling-vma
 * Result: DOWNGRADE: holds, 160 states
 * Result: DOWNGRADE --kernel=6.1: holds, 160 states
 * Result: DOWNGRADE --kernel=6.12: holds, 335 states
 * Result: DOWNGRADE MPROTECT: holds, 172 states
 * Result: DOWNGRADE MMAP_MERGE: holds, 165 states
 * Result: DOWNGRADE VM_BRK: holds, 151 states
 * Result: DOWNGRADE VM_BRK MPROTECT: holds, 163 states
 * Result: DOWNGRADE VM_BRK MMAP_MERGE: holds, 156 states
 * Result: DOWNGRADE GUP_MAY_UNLOCK: holds, 188 states
 * Result: BY_ADDRESS: holds, 241 states
 * Result: BY_ADDRESS MPROTECT: holds, 271 states
 * Result: BY_ADDRESS MMAP_MERGE: holds, 226 states
 * Result: BY_ADDRESS VM_BRK: holds, 232 states
 * Result: BY_ADDRESS VM_BRK MPROTECT: holds, 262 states
 * Result: BY_ADDRESS VM_BRK MMAP_MERGE: holds, 217 states
 * Result: BY_ADDRESS GUP_MAY_UNLOCK: holds, 250 states
 * Result: LOCKED_DROPPED: violated dangling-vma
 * Result: LOCKED_DROPPED MPROTECT: violated assert
 * Result: LOCKED_DROPPED MMAP_MERGE: violated dangling-vma
 * Result: LOCKED_DROPPED VM_BRK: violated dangling-vma
 * Result: LOCKED_DROPPED VM_BRK MPROTECT: violated assert
 * Result: LOCKED_DROPPED VM_BRK MMAP_MERGE: violated dangling-vma
 * Result: LOCKED_DROPPED --find=rule: violated stale-vma
 */

#if !defined(DOWNGRADE) && !defined(BY_ADDRESS) && !defined(LOCKED_DROPPED) && !defined(DROP)
#define DROP
#endif
#if defined(LOCKED_DROPPED) && !defined(GUP_MAY_UNLOCK)
#define GUP_MAY_UNLOCK
#endif
#define MM_TASK_PAGES 8

#include <linux/mm.h>
#include <mmcheck.h>

#define LOW	0x1000UL	/* a mapping below the heap (MMAP_MERGE) */
#define GAP	0x2000UL	/* nothing is mapped here */
#define HEAP	0x3000UL
#define OLDBRK	0x4000UL
#define NEWBRK	0x5000UL

#define VM_HEAP	(VM_DATA_DEFAULT_FLAGS | VM_ACCOUNT | VM_LOCKED)

static struct mm_struct mm;

/* The process called mlockall(MCL_FUTURE): new mappings are populated at once. */
INIT
{
	mm_init(&mm);
	mm.def_flags = VM_LOCKED;
	mm.start_brk = HEAP;
	mm.brk = OLDBRK;
	mm_map(&mm, HEAP, OLDBRK - HEAP, VM_HEAP);
#ifdef MMAP_MERGE
	mm_map(&mm, LOW, GAP - LOW, VM_HEAP);
#endif
}

#if defined(DROP)

/* Patch 38: populate a range of a VMA that the caller knows. */
static void mm_populate_vma(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	struct mm_struct *mm = current->mm;
	int locked = 1;

	mmap_read_lock(mm);
	populate_vma_page_range(vma, start, end, &locked);
	if (locked)
		mmap_read_unlock(mm);
}

#elif defined(DOWNGRADE)

/* Called with mmap_lock held for reading, returns without it. */
static void mm_populate_vma(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	struct mm_struct *mm = current->mm;
	int locked = 1;

	populate_vma_page_range(vma, start, end, &locked);
	if (locked)
		mmap_read_unlock(mm);
}

#elif defined(LOCKED_DROPPED)

/* As above, but after a fault dropped the lock it goes on with the VMA it knew. */
static void mm_populate_vma(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	struct mm_struct *mm = current->mm;
	int locked = 1;

	while (start < end) {
		if (!locked) {
			mmap_read_lock(mm);
			locked = 1;
		}
		start += PAGE_SIZE * populate_vma_page_range(vma, start, end, &locked);
	}
	if (locked)
		mmap_read_unlock(mm);
}

#endif

#ifndef VM_BRK

/* Patch 39: the growing half of brk(). */
SYSCALL_DEFINE1(brk, unsigned long, brk)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *brkvma, *next;
	unsigned long newbrk, oldbrk;
	bool populate;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	newbrk = PAGE_ALIGN(brk);
	oldbrk = PAGE_ALIGN(mm->brk);
	next = find_vma(mm, oldbrk);
	if (next && newbrk + PAGE_SIZE > next->vm_start)
		goto out;
	if (do_brk_flags(&brkvma, oldbrk, newbrk - oldbrk, 0))
		goto out;
	mm->brk = brk;

	populate = (mm->def_flags & VM_LOCKED) != 0;
#if defined(DROP)
	mmap_write_unlock(mm);
	if (populate)
		mm_populate_vma(brkvma, oldbrk, newbrk);
#elif defined(BY_ADDRESS)
	mmap_write_unlock(mm);
	if (populate)
		mm_populate(oldbrk, newbrk - oldbrk);
#else
	mmap_write_downgrade(mm);
	if (populate)
		mm_populate_vma(brkvma, oldbrk, newbrk);
	else
		mmap_read_unlock(mm);
#endif
	return brk;

out:
	mmap_write_unlock(mm);
	return -ENOMEM;
}

THREAD(brk, &mm)
{
	sys_brk(NEWBRK);
}

#else /* VM_BRK */

/* Patch 40: the same in the loader's way to grow the heap. */
static int vm_brk_flags(unsigned long addr, unsigned long request, vm_flags_t flags)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	unsigned long len = PAGE_ALIGN(request);
	bool populate;
	int ret;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	ret = do_brk_flags(&vma, addr, len, flags);
	populate = !ret && (mm->def_flags & VM_LOCKED) != 0;
#if defined(DROP)
	mmap_write_unlock(mm);
	if (populate)
		mm_populate_vma(vma, addr, addr + len);
#elif defined(BY_ADDRESS)
	mmap_write_unlock(mm);
	if (populate)
		mm_populate(addr, len);
#else
	mmap_write_downgrade(mm);
	if (populate)
		mm_populate_vma(vma, addr, addr + len);
	else
		mmap_read_unlock(mm);
#endif
	return ret;
}

THREAD(exec, &mm)
{
	vm_brk_flags(OLDBRK, NEWBRK - OLDBRK, 0);
}

#endif /* VM_BRK */

#if defined(MPROTECT)

/* Splits the heap VMA at the old break: the part that brk() added gets another VMA. */
THREAD(mprotect, &mm)
{
	sys_mprotect(HEAP, OLDBRK - HEAP, PROT_READ);
}

#elif defined(MMAP_MERGE)

/* Closes the gap: low mapping, gap and heap become one VMA, the heap's is freed. */
THREAD(mmap, &mm)
{
	struct mm_struct *mm = current->mm;

	mmap_write_lock(mm);
	mmap_region(NULL, GAP, HEAP - GAP, VM_HEAP, GAP >> PAGE_SHIFT, NULL);
	mmap_write_unlock(mm);
}

#else

THREAD(munmap, &mm)
{
	sys_munmap(HEAP, NEWBRK - HEAP);
}

#endif
