// SPDX-License-Identifier: MIT
#include <linux/stamp.h>

static DEFINE_MUTEX(stamp_mutex);
static unsigned long stamps_total;

/* How much may still be stamped; called with stamp_lock held. */
static unsigned long stamp_left(struct mm_struct *mm)
{
	return mm->stamp_limit - mm->stamped;
}

int stamp_range(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct vm_area_struct *vma;
	int err = -EINVAL;

	mmap_read_lock(mm);
	vma = find_vma(mm, start);
	if (!vma || vma->vm_end < end)
		goto out;
	err = stamp_charge(mm, (end - start) >> PAGE_SHIFT);
	if (err)
		goto out;
	spin_lock(&mm->stamp_lock);
	if (stamp_left(mm) >= STAMP_MAX)
		mm->stamped++;
	spin_unlock(&mm->stamp_lock);
out:
	mmap_read_unlock(mm);
	return err;
}

/* A bug: the error path keeps the spin lock. */
int stamp_charge_one(struct mm_struct *mm)
{
	int err;

	spin_lock(&mm->stamp_lock);
	err = stamp_charge(mm, 1);
	if (err)
		return err;
	mm->stamped++;
	spin_unlock(&mm->stamp_lock);
	return 0;
}

void stamp_total(unsigned long n)
{
	mutex_lock(&stamp_mutex);
	stamps_total += n;
	mutex_unlock(&stamp_mutex);
}

int stamp_trylock(struct mm_struct *mm)
{
	if (!mmap_write_trylock(mm))
		return -EAGAIN;
	mm->stamped = 0;
	mmap_write_unlock(mm);
	return 0;
}

/* A bug: the lock is taken twice. */
void stamp_again(struct mm_struct *mm)
{
	mmap_write_lock(mm);
	if (mm->stamped)
		stamp_trylock(mm);
	mmap_write_lock(mm);
	mm->stamped = 1;
	mmap_write_unlock(mm);
	mmap_write_unlock(mm);
}

/* How many pages of a mapping are wanted. */
long stamp_count(struct vm_area_struct *vma)
{
	if (!stamp_wanted(vma, vma->vm_flags & VM_STAMPED))
		return 0;
	return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}
