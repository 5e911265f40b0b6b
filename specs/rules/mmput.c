// SPDX-License-Identifier: MIT
/*
 * mmput: what may be held when a reference to an mm is given back?
 *
 * It may be the last: then mmput() unmaps everything, which takes mmap_lock and the
 * rmap locks, and sleeps. A walk of the reverse mapping that wants to work on the mms
 * it comes across takes a reference to the users of each under the rmap lock, and does
 * the rest, mmput() included, when it has dropped that lock (KEEP). UNDER_RMAP gives
 * the reference back under the rmap lock, UNDER_SPIN under a spinlock, UNDER_RCU in a
 * read section. With OTHER_USER somebody stays, and it is never the last one: under the
 * rmap lock nothing happens then, under a spinlock it is wrong all the same, for
 * mmput() says that it may sleep.
 *
 * Kernel: 6.12
 * Result: KEEP: holds
 * Result: KEEP --kernel=5.12: holds
 * Result: KEEP --kernel=6.15: holds
 * Result: UNDER_RMAP: violated lock-misuse
 * Result: UNDER_RMAP --find=rule: violated lock-order
 * Result: UNDER_RMAP OTHER_USER: holds
 * Result: UNDER_SPIN: violated atomic-sleep
 * Result: UNDER_SPIN OTHER_USER: violated atomic-sleep
 * Result: UNDER_RCU: violated rcu-misuse
 */

#define MM_TASK_PAGES 2

#include <linux/sched/mm.h>
#include <linux/rcupdate.h>
#include <mmcheck.h>

MM_POOL(mm_struct, 1);
MM_POOL(vm_area_struct, 1);

#define ADDR	0x1000UL

static struct mm_struct *mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };
static DEFINE_SPINLOCK(mmlist_lock);

INIT
{
	init_rwsem(&mapping.i_mmap_rwsem);
	mm = mm_alloc();
	mm_map_file(mm, &file, ADDR, PAGE_SIZE, VM_READ | VM_SHARED, 0);
#ifdef OTHER_USER
	mmget(mm);
#endif
}

/* As build_map_info() of uprobes, for one VMA. */
THREAD(walk, NULL)
{
	struct vm_area_struct *vma;
	struct mm_struct *found = NULL;

	i_mmap_lock_read(&mapping);
	vma = vma_interval_tree_iter_first(&mapping.i_mmap, 0, 0);
	if (vma && mmget_not_zero(vma->vm_mm))
		found = vma->vm_mm;
#ifdef UNDER_RMAP
	if (found)
		mmput(found);
	found = NULL;
#endif
	i_mmap_unlock_read(&mapping);
	if (!found)
		return;
#if defined(UNDER_SPIN)
	spin_lock(&mmlist_lock);
	mmput(found);
	spin_unlock(&mmlist_lock);
#elif defined(UNDER_RCU)
	rcu_read_lock();
	mmput(found);
	rcu_read_unlock();
#else
	mmap_write_lock(found);
	vma = vma_lookup(found, ADDR);
	if (vma)
		assert(vma->vm_file == &file);
	mmap_write_unlock(found);
	mmput(found);
#endif
}

THREAD(exit, NULL)
{
	mmput(mm);
}
