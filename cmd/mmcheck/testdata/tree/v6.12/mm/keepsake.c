// SPDX-License-Identifier: MIT
#include <linux/mm.h>
#include <linux/slab.h>
#include "internal.h"

struct keepsake {
	unsigned long addr;
	int uses;
	struct keepsake *next;
	u64 never_used;
};

unsigned long keepsake_limit = 7;
static __cacheline_aligned_in_smp DEFINE_SPINLOCK(registry_lock);
static int registered;

/* Called with keepsake_lock held. */
static struct keepsake *first_keepsake(struct mm_struct *mm)
{
	return mm->keepsakes;
}

static void drop_keepsake(struct keepsake *k)
{
	kfree(k);
}

/* Puts one keepsake in front of the others. */
int keepsake_add(struct mm_struct *mm, unsigned long addr)
{
	struct keepsake *k;

	if (!keepsake_allowed(addr, KEEPSAKE_MANY))
		return -EINVAL;
	k = kmalloc(sizeof(*k), GFP_KERNEL);
	if (!k)
		return -ENOMEM;
	k->addr = addr;
	k->uses = 0;
	spin_lock(&mm->keepsake_lock);
	k->next = first_keepsake(mm);
	mm->keepsakes = k;
	spin_unlock(&mm->keepsake_lock);
	return 0;
}

/* Takes all of them away. */
void keepsake_exit(struct mm_struct *mm)
{
	struct keepsake *k;

	for (;;) {
		spin_lock(&mm->keepsake_lock);
		k = first_keepsake(mm);
		if (!k)
			break;
		mm->keepsakes = k->next;
		spin_unlock(&mm->keepsake_lock);
		drop_keepsake(k);
	}
	spin_unlock(&mm->keepsake_lock);
}

/* How much of a mapping may still be kept. */
long keepsake_room(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long pages = vma_pages(vma);

	mmap_assert_locked(mm);
	if (vma->vm_flags & VM_KEEPSAKE)
		return 0;
	if (READ_ONCE(keepsake_limit) < pages)
		return -EAGAIN;
	return keepsake_account(mm, pages);
}

/* Freezes what is mapped at an address. */
int keepsake_freeze(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret = -EINVAL;

	mmap_write_lock(mm);
	vma = find_vma(mm, addr);
	if (vma) {
		mm->kept_pages += vma_pages(vma);
		keepsake_count(mm, 1);
		trace_keepsake_freeze(vma, addr);
		ret = 0;
	}
	mmap_write_unlock(mm);
	return ret;
}

/* The same, in a hurry: gives up where somebody else has the lock. */
int keepsake_try_freeze(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	unsigned long start = 0;

	if (!mmap_read_trylock(mm))
		return -EAGAIN;
	vma = find_vma(mm, addr);
	if (vma)
		start = vma->vm_start;
	mmap_read_unlock(mm);
	return start ? 0 : -EINVAL;
}

/* A bug: the vma is looked at when the lock is gone. */
unsigned long keepsake_end(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	mmap_read_unlock(mm);
	return vma ? vma->vm_end : 0;
}

/* A bug: an error leaves the lock behind. */
int keepsake_register(struct mm_struct *mm)
{
	spin_lock(&registry_lock);
	if (registered == KEEPSAKE_ONE)
		return -EAGAIN;
	registered = KEEPSAKE_ONE;
	spin_unlock(&registry_lock);
	return 0;
}

#ifdef CONFIG_KEEPSAKE_DEBUG
int keepsake_debug(struct mm_struct *mm)
{
	return registered;
}
#endif

SYSCALL_DEFINE2(keepsake, unsigned long, addr, int, kind)
{
	if (kind == KEEPSAKE_ONE)
		return keepsake_add(current->mm, addr);
	return keepsake_freeze(current->mm, addr);
}
