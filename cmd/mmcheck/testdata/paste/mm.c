/* SPDX-License-Identifier: MIT */
/* Functions in the style of mm, to be pasted: nothing here declares what they use. */

int warm_range(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct vm_area_struct *vma;
	int ret = -ENOMEM;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	vma = find_vma(mm, start);
	if (vma && vma->vm_start < end) {
		if (vma->warm_hint == WARM_NEVER)
			ret = -EPERM;
		else
			ret = warm_pages(vma, start, end, WARM_TOUCH | WARM_QUIET);
	}
	mmap_read_unlock(mm);
	return ret;
}

/* The VMA is used behind the lock. */
unsigned long warm_end(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	mmap_read_unlock(mm);
	if (!vma || !warm_enabled)
		return 0;
	return vma->vm_end;
}

/* An early return keeps the lock. */
int warm_mark(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (!vma || warm_is_busy(mm))
		return -EFAULT;
	vma->warm_hint = WARM_ALWAYS;
	mmap_write_unlock(mm);
	return 0;
}

static void warm_count(struct mm_struct *mm)
{
	struct warm_slot *slot = mm->warm_slot;

	spin_lock(&slot->lock);
	slot->hits += warm_weight(slot->kind);
	if (!list_empty(&slot->waiting))
		list_del_init(&slot->entry);
	spin_unlock(&slot->lock);
	atomic_inc(&slot->changes);
}
