/* SPDX-License-Identifier: MIT */
/*
 * This file takes references to pages of programs: get_user_pages() and its kin, without
 * MM_RMAP. Page tables do not name pages there: a struct page is what a caller was given
 * and has to give back. Asked twice for one address, the answers are two.
 */
#ifndef _MM_USER_PAGES_H
#define _MM_USER_PAGES_H

#include <linux/irqflags.h>
#include <mm/gup.h>

static inline void get_page(struct page *page)
{
	ATOMIC {
		VM_BUG_ON(page->_refcount <= 0);
		page->_refcount++;
	}
}

/* Not for a reference of pin_user_pages(). */
static inline void put_page(struct page *page)
{
	int last;

	ATOMIC {
		VM_BUG_ON(page->_refcount <= page->_pincount);
		page->_refcount--;
		last = page->_refcount == 0;
	}
	if (last)
		kfree(page);
}

/* The count itself, without a look at what it is. */
static inline int page_ref_count(const struct page *page)
{
	return READ_ONCE(page->_refcount);
}

static inline void page_ref_add(struct page *page, int nr)
{
	ATOMIC {
		page->_refcount += nr;
	}
}

static inline int page_ref_sub_and_test(struct page *page, int nr)
{
	int last;

	ATOMIC {
		page->_refcount -= nr;
		last = page->_refcount == 0;
	}
	return last;
}

/* The last reference to a page, of whatever size: it goes back to the allocator. */
#define __folio_put(folio)	kfree(folio)

static inline void unpin_user_page(struct page *page)
{
	int last;

	ATOMIC {
		VM_BUG_ON(page->_pincount <= 0);
		page->_pincount--;
		page->_refcount--;
		last = page->_refcount == 0;
	}
	if (last)
		kfree(page);
}

static inline void unpin_user_pages(struct page **pages, unsigned long npages)
{
	for (unsigned long i = 0; i < npages; i++)
		unpin_user_page(pages[i]);
}

/* Nobody asks whether a page is dirty; to say so takes its lock, which sleeps. */
static inline void unpin_user_pages_dirty_lock(struct page **pages, unsigned long npages,
					       bool make_dirty)
{
	if (make_dirty)
		might_sleep();
	unpin_user_pages(pages, npages);
}

/* May pages of vma be had in this way? */
static inline int check_vma_flags(struct vm_area_struct *vma, unsigned int flags)
{
	vm_flags_t vm_flags = vma->vm_flags;

	if (vm_flags & (VM_IO | VM_PFNMAP))
		return -EFAULT;
	if (flags & FOLL_FORCE)
		return 0;
	return vm_flags & (flags & FOLL_WRITE ? VM_WRITE : VM_READ) ? 0 : -EFAULT;
}

/* The page of address with a reference, or NULL where there is none, or not for writing. */
static struct page *__maybe_unused follow_page_mask(struct vm_area_struct *vma,
						    unsigned long address, unsigned int flags)
{
	struct mm_struct *mm = vma->vm_mm;
	struct page *page = NULL;
	unsigned long entry;

	spin_lock(&mm->page_table_lock);
	entry = pt_get(&mm->pgd, address);
	if (entry & _PAGE_PRESENT && flags & FOLL_WRITE && !(entry & _PAGE_RW) &&
	    vma->vm_flags & VM_WRITE) {
		entry |= _PAGE_RW;	/* what the fault would do: nobody shares the page */
		pt_set(&mm->pgd, address, entry);
	}
	if (entry & _PAGE_PRESENT) {
		page = kzalloc(sizeof(struct page), GFP_ATOMIC);
		page->_refcount = 1;
		page->_pincount = flags & FOLL_PIN ? 1 : 0;
	}
	spin_unlock(&mm->page_table_lock);
	return page;
}

/*
 * Pages of mm from start on, with a reference each: how many, or an error if there is not
 * even the first. mmap_lock is held. With locked it may be released on the way, is taken
 * again then, and released in the end, with *locked set to 0.
 */
static long __maybe_unused __get_user_pages(struct mm_struct *mm, unsigned long start,
					    unsigned long nr_pages, unsigned int flags,
					    struct page **pages, struct vm_area_struct **vmas,
					    int *locked)
{
	unsigned long done = 0;
	bool must_unlock = false;
	int ret = 0;

	mmap_assert_locked(mm);
	while (done < nr_pages && !ret) {
		unsigned long addr = (start & PAGE_MASK) + done * PAGE_SIZE;
		struct vm_area_struct *vma = vma_lookup(mm, addr);
		struct page *page;

		ret = vma ? check_vma_flags(vma, flags) : -EFAULT;
		if (ret)
			break;
		page = follow_page_mask(vma, addr, flags);
		if (page) {
			if (pages)
				pages[done] = page;
			else
				put_page(page);
			if (vmas)
				vmas[done] = vma;
			done++;
			continue;
		}
		if (flags & FOLL_NOFAULT) {
			ret = -EFAULT;
			break;
		}
		ret = faultin_page(vma, addr, locked);
		if (ret == -EBUSY) {	/* the lock was released, and with it vma */
			mmap_read_lock(mm);
			*locked = 1;
			must_unlock = true;
			ret = 0;
		}
	}
	if (must_unlock) {
		mmap_read_unlock(mm);
		*locked = 0;
	}
	return done ? (long)done : ret;
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
#define __gup_vmas	, struct vm_area_struct **vmas
#define __gup_given	vmas
#else
#define __gup_vmas
#define __gup_given	NULL
#endif

static inline long get_user_pages(unsigned long start, unsigned long nr_pages,
				  unsigned int flags, struct page **pages __gup_vmas)
{
	return __get_user_pages(current->mm, start, nr_pages, flags | FOLL_GET, pages, __gup_given, NULL);
}

static inline long pin_user_pages(unsigned long start, unsigned long nr_pages,
				  unsigned int flags, struct page **pages __gup_vmas)
{
	return __get_user_pages(current->mm, start, nr_pages, flags | FOLL_PIN, pages, __gup_given, NULL);
}

static inline long get_user_pages_remote(struct mm_struct *mm, unsigned long start,
					 unsigned long nr_pages, unsigned int flags,
					 struct page **pages __gup_vmas, int *locked)
{
	return __get_user_pages(mm, start, nr_pages, flags | FOLL_GET | FOLL_REMOTE, pages,
				__gup_given, locked);
}

static inline long pin_user_pages_remote(struct mm_struct *mm, unsigned long start,
					 unsigned long nr_pages, unsigned int flags,
					 struct page **pages __gup_vmas, int *locked)
{
	return __get_user_pages(mm, start, nr_pages, flags | FOLL_PIN | FOLL_REMOTE, pages,
				__gup_given, locked);
}

/* With the locking included. */
static long __maybe_unused __get_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
						     struct page **pages, unsigned int flags)
{
	struct mm_struct *mm = current->mm;
	int locked = 1;
	long ret;

	mmap_read_lock(mm);
	ret = __get_user_pages(mm, start, nr_pages, flags, pages, NULL, &locked);
	if (locked)
		mmap_read_unlock(mm);
	return ret;
}

static inline long get_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
					   struct page **pages, unsigned int flags)
{
	return __get_user_pages_unlocked(start, nr_pages, pages, flags | FOLL_GET);
}

static inline long pin_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
					   struct page **pages, unsigned int flags)
{
	return __get_user_pages_unlocked(start, nr_pages, pages, flags | FOLL_PIN);
}

/* As far as the page tables have them, with interrupts off; then with mmap_lock. */
static int __maybe_unused __get_user_pages_fast(unsigned long start, int nr_pages,
						unsigned int flags, struct page **pages, bool only)
{
	struct mm_struct *mm = current->mm;
	unsigned long need = _PAGE_PRESENT | (flags & FOLL_WRITE ? _PAGE_RW : 0);
	int done = 0;
	long ret;

	if (!only)
		might_lock_read(&mm->mmap_lock);
	start &= PAGE_MASK;
	local_irq_disable();
	while (done < nr_pages) {
		if ((pt_get(&mm->pgd, start + done * PAGE_SIZE) & need) != need)
			break;
		pages[done] = kzalloc(sizeof(struct page), GFP_ATOMIC);
		pages[done]->_refcount = 1;
		pages[done]->_pincount = flags & FOLL_PIN ? 1 : 0;
		done++;
	}
	local_irq_enable();
	if (only || done == nr_pages)
		return done;
	ret = __get_user_pages_unlocked(start + done * PAGE_SIZE, nr_pages - done, pages + done, flags);
	if (ret < 0)
		return done ? done : (int)ret;
	return done + (int)ret;
}

static inline int get_user_pages_fast(unsigned long start, int nr_pages, unsigned int flags,
				      struct page **pages)
{
	return __get_user_pages_fast(start, nr_pages, flags | FOLL_GET, pages, false);
}

static inline int pin_user_pages_fast(unsigned long start, int nr_pages, unsigned int flags,
				      struct page **pages)
{
	return __get_user_pages_fast(start, nr_pages, flags | FOLL_PIN, pages, false);
}

static inline int get_user_pages_fast_only(unsigned long start, int nr_pages,
					   unsigned int flags, struct page **pages)
{
	return __get_user_pages_fast(start, nr_pages, flags | FOLL_GET, pages, true);
}

#endif /* _MM_USER_PAGES_H */
