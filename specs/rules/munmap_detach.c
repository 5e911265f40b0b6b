// SPDX-License-Identifier: MIT
/*
 * munmap_detach: what must munmap() have done when it downgrades mmap_lock?
 *
 * All that keeps others away from the VMA: it has locked the VMA for writing,
 * which waits for the faults that are inside and keeps new ones out, and it has
 * taken the VMA out of the tree, so that nobody finds it any more. Then it goes on
 * with a read lock (KEEP), beside a fault (FAULT) or a reader of /proc/PID/maps
 * (MAPS).
 *
 * LATE takes the VMA out of the tree after the downgrade: a reader finds it, and
 * munmap() frees it while that one looks. NO_VMA_LOCK does not lock the VMA for
 * writing, which vma_mark_detached() notices. NO_VMA_LOCK BARE does not even ask:
 * a fault that has the read lock of the VMA goes on while the VMA goes away. BARE does
 * lock the VMA, and marks it without waiting: from 6.15 on one who has counted itself in,
 * and is about to see the writer, may still be there. A fault that takes mmap_lock (MMAP)
 * is kept away by that one: only LATE harms it.
 *
 * It teaches: a downgrade gives up what excludes readers. Whoever relies on being
 * alone afterwards must rely on something else, and there are two ways in.
 *
 * Kernel: 6.12
 * Result: KEEP: holds
 * Result: KEEP MAPS: holds
 * Result: KEEP --kernel=6.1: holds
 * Result: KEEP --kernel=6.15: holds
 * Result: LATE: violated dangling-vma
 * Result: LATE --find=rule: violated unlocked-write
 * Result: LATE MAPS: violated dangling-vma
 * Result: LATE MAPS --kernel=6.1: violated dangling-vma
 * Result: LATE MAPS --kernel=6.15: violated dangling-vma
 * Result: NO_VMA_LOCK: violated assert
 * Result: NO_VMA_LOCK BARE: violated bad-free
 * Result: NO_VMA_LOCK BARE --find=rule: violated unlocked-write
 * Result: NO_VMA_LOCK BARE --kernel=6.15: violated assert
 * Result: NO_VMA_LOCK BARE MMAP --kernel=6.15: holds
 * Result: BARE: holds
 * Result: BARE --kernel=6.15: violated assert
 * Result: LATE MMAP: violated dangling-vma
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <fs/proc/task_mmu.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
}

/* Mark vma as gone, whoever has it locked. */
static void __maybe_unused mark_detached(struct vm_area_struct *vma)
{
#if VMA_LOCK_REFCOUNT
	refcount_sub_and_test(1, &vma->vm_refcnt);
#elif CONFIG_PER_VMA_LOCK
	vma->detached = true;
#else
	(void)vma;
#endif
}

static void take_out(struct mm_struct *mm)
{
	mt_clear(&mm->mm_mt, ADDR, ADDR + PAGE_SIZE);
	mm->map_count--;
}

/* As __do_munmap() for the one VMA that there is. */
THREAD(munmap, &mm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, ADDR);
#ifndef NO_VMA_LOCK
	vma_start_write(vma);
#endif
#if defined(LATE)
	mmap_write_downgrade(mm);
	mark_detached(vma);
	take_out(mm);
#else
#if defined(BARE)
	mark_detached(vma);
#else
#if VMA_LOCK_REFCOUNT
	vma_mark_detached(vma);
#else
	vma_mark_detached(vma, true);
#endif
#endif
	take_out(mm);
	mmap_write_downgrade(mm);
#endif
	zap_page_range(mm, ADDR, ADDR + PAGE_SIZE);
	vm_area_free(vma);
	mmap_read_unlock(mm);
}

#if defined(MAPS)
THREAD(maps, NULL)
{
	proc_maps_read(&mm, 0, 1);
}
#elif defined(MMAP)
THREAD(fault, &mm)
{
	__do_page_fault(current->mm, ADDR);
}
#else
THREAD(fault, &mm)
{
	do_user_addr_fault(ADDR);
}
#endif

/* No page is left behind where there is no VMA. */
FINAL
{
	assert(!pt_get(&mm.pgd, ADDR));
}
