// SPDX-License-Identifier: MIT
/*
 * mincore_recursive_read: may user memory be written with mmap_lock held?
 *
 * CVE-2006-4814: "Fix incorrect user space access locking in mincore()", Linus
 * Torvalds, 2.6.20-rc2, also in 2.6.19.2 and 2.4.34. mincore() walked the pages
 * with mmap_lock held for reading and wrote the answer to user memory there and
 * then. The write faults, and the fault takes mmap_lock for reading again.
 *
 * It teaches: a copy to user memory is a lock acquisition. Twice for reading is
 * harmless for years, until a writer (an mmap() of another thread) queues
 * between the two: the second read waits behind it, it waits for the first.
 * The fixed one (KEEP) fills a page of the kernel under the lock and copies it
 * when the lock is gone. PRESENT shows why it took so long: while the page of
 * the vector is in memory, the copy takes no lock, and nothing hangs. That it may
 * take it is what might_fault() tells lockdep today, and breaks the rule.
 *
 * 2.6 stands for 2.6.19, older than all that the flags of the model tell apart.
 * mmap_lock was called mmap_sem; it let a writer that waits go first then, too.
 *
 * Kernel: 2.6
 * Result: BREAK: violated deadlock
 * Result: BREAK --find=rule: violated recursive-read
 * Result: BREAK --kernel=5.12: violated deadlock
 * Result: BREAK --kernel=6.12: violated deadlock
 * Result: BREAK PRESENT: violated recursive-read
 * Result: BREAK PRESENT --ignore=recursive-read: holds
 * Result: KEEP: holds
 * Result: KEEP --kernel=5.12: holds
 * Result: KEEP --kernel=6.12: holds
 */

#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <mmcheck.h>

#define RANGE	0x1000UL	/* what is asked about */
#define VEC	0x2000UL	/* where the answer goes */

static struct mm_struct mm;

INIT
{
	mm_init(&mm);
	mm_map(&mm, RANGE, 2 * PAGE_SIZE, VM_ANON);
#ifdef PRESENT
	pt_set(&mm.pgd, VEC, _PAGE_PRESENT | _PAGE_RW);
#endif
}

/* Is the page in memory? With mmap_lock held. */
static long mincore_page(struct vm_area_struct *vma, unsigned long addr)
{
	struct mm_struct *mm = vma->vm_mm;
	long present;

	spin_lock(&mm->page_table_lock);
	present = pt_get(&mm->pgd, addr) != 0;
	spin_unlock(&mm->page_table_lock);
	return present;
}

/* The answer for one page, from the VMA that it is in. */
static long do_mincore(unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(current->mm, addr);

	if (!vma || addr < vma->vm_start)
		return -ENOMEM;
	return mincore_page(vma, addr);
}

SYSCALL_DEFINE2(mincore, unsigned long, start, unsigned long, vec)
{
	struct mm_struct *mm = current->mm;
	long ret;

	mmap_read_lock(mm);
	ret = do_mincore(start);
#ifdef BREAK
	if (ret >= 0 && copy_to_user(vec))
		ret = -EFAULT;
	mmap_read_unlock(mm);
#else
	mmap_read_unlock(mm);
	if (ret >= 0 && copy_to_user(vec))
		ret = -EFAULT;
#endif
	return ret;
}

THREAD(mincore, &mm)
{
	sys_mincore(RANGE, VEC);
}

THREAD(mmap, &mm)
{
	mmap_write_lock(current->mm);
	mmap_region(NULL, 0x3000, PAGE_SIZE, VM_ANON, 3, NULL);
	mmap_write_unlock(current->mm);
}
