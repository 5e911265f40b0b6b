// SPDX-License-Identifier: MIT
/*
 * vma_iterator: when must a walk over the VMAs begin anew?
 *
 * It stands on a node of the tree. Without one of mmap_lock and an RCU read section it
 * may not look at the tree at all (NAKED). KEEP holds mmap_lock for reading, and SECTION
 * is in one read section: that another process's munmap() replaces the node, does not
 * matter there. UNLOCK and SECTIONS give up what kept the node between two steps; that
 * is wrong also where nobody else is there (ALONE). UNMAP holds mmap_lock for writing,
 * and unmaps by itself what the walk stands on: that puts a new node in the place of the
 * old one as well. With PAUSE they say so, and the next step looks for its node again,
 * from the address where the walk was.
 *
 * Kernel: 6.12
 * Result: KEEP: holds
 * Result: KEEP --kernel=6.1: holds
 * Result: KEEP --kernel=6.15: holds
 * Result: NAKED: violated unstable-vma
 * Result: UNLOCK: violated stale-vma
 * Result: UNLOCK PAUSE: holds
 * Result: UNLOCK ALONE: violated stale-vma
 * Result: UNLOCK ALONE PAUSE: holds
 * Result: SECTION: holds
 * Result: SECTIONS: violated stale-vma
 * Result: SECTIONS --kernel=6.15: violated stale-vma
 * Result: SECTIONS PAUSE: holds
 * Result: SECTIONS PAUSE --kernel=6.15: holds
 * Result: UNMAP: violated stale-vma
 * Result: UNMAP --kernel=6.15: violated stale-vma
 * Result: UNMAP PAUSE: holds
 * Result: UNMAP PAUSE --kernel=6.15: holds
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, 0x1000, PAGE_SIZE, VM_ANON);
	mm_map(&mm, 0x2000, PAGE_SIZE, VM_READ);
}

#if defined(UNLOCK) || defined(UNMAP)
#define begin()	mmap_write_lock(&mm)
#define end()	mmap_write_unlock(&mm)
#elif defined(SECTION) || defined(SECTIONS)
#define begin()	rcu_read_lock()
#define end()	rcu_read_unlock()
#elif defined(KEEP)
#define begin()	mmap_read_lock(&mm)
#define end()	mmap_read_unlock(&mm)
#else
#define begin()	do { } while (0)
#define end()	do { } while (0)
#endif

THREAD(walk, &mm)
{
	struct vm_area_struct *vma;
	int nr = 0;
	VMA_ITERATOR(vmi, &mm, 0);

	begin();
	for_each_vma(vmi, vma) {
		nr++;
#ifdef UNMAP
		do_munmap(&mm, vma->vm_start, PAGE_SIZE, NULL);
#endif
#ifdef PAUSE
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
		vma_iter_invalidate(&vmi);
#endif
#endif
#if defined(UNLOCK) || defined(SECTIONS)
		end();
		begin();
#endif
	}
	end();
	assert(nr <= 2);
}

#ifndef ALONE
THREAD(munmap, &mm)
{
	sys_munmap(0x1000, PAGE_SIZE);
}
#endif
