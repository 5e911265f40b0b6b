// SPDX-License-Identifier: MIT
/*
 * row3_rmap_lock: what does the rmap lock alone permit?
 *
 * Third row: i_mmap_rwsem only, as in an rmap walk. A VMA that is linked in
 * i_mmap is stable, even one that munmap has already taken out of the tree of
 * VMAs: it is freed only after it left i_mmap, and for that munmap needs the
 * lock for writing. Reading is fine (READ), in either mode (READ_W). Writing is
 * not (WRITE), and the VMA must not be used after the walk (AFTER).
 *
 * Result: READ: holds, 275 states
 * Result: READ --kernel=6.12: holds, 247 states
 * Result: READ --kernel=5.12: holds, 162 states
 * Result: READ_W: holds, 275 states
 * Result: WRITE: violated unlocked-write
 * Result: AFTER: violated dangling-vma
 * Result: AFTER --kernel=6.12: violated dangling-vma
 * Result: AFTER --find=rule: violated unstable-vma
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

static struct mm_struct mm;
static struct address_space mapping;
static struct file file = { .f_mapping = &mapping };

INIT
{
	mm_init(&mm);
	init_rwsem(&mapping.i_mmap_rwsem);
	mm_map_file(&mm, &file, 0x1000, PAGE_SIZE, VM_READ | VM_SHARED, 0);
}

THREAD(rmap_walk, NULL)
{
	struct vm_area_struct *vma, *last = NULL;

#ifdef READ_W
	i_mmap_lock_write(&mapping);
#else
	i_mmap_lock_read(&mapping);
#endif
	vma_interval_tree_foreach(vma, &mapping.i_mmap, 0, 0) {
		last = vma;
		assert(vma->vm_flags & VM_READ);
#ifdef WRITE
		vma->vm_flags = VM_READ;
#endif
	}
#ifdef READ_W
	i_mmap_unlock_write(&mapping);
#else
	i_mmap_unlock_read(&mapping);
#endif
#ifdef AFTER
	if (last)
		assert(last->vm_flags & VM_READ);
#endif
	(void)last;
}

THREAD(munmap, &mm)
{
	sys_munmap(0x1000, PAGE_SIZE);
}
