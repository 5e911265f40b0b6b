// SPDX-License-Identifier: MIT
/*
 * stabilises: how does a spec say what else keeps a vma stable?
 *
 * A driver has its vmas on a list under a lock of its own, and takes them off in
 * close(), before they are freed. No rule of mm knows of that lock, so to read a vma
 * under it is broken twice (the default); MM_STABILISES() says that it will do
 * (LOCK), or that it does for what is on the list (LISTED). MM_STABLE_WHILE() names
 * a condition instead (FLAG), stable_vma() one access (MARK). None of them makes a
 * pointer young again after the lock was dropped (DROP), when the condition
 * is over (OVER), or before the next access (NEXT); a new look at the list does, even
 * if the thread itself has put the vma there (AGAIN). What never changes, vm_mm, may be
 * read as long as the vma lives (MM); without the lock it may be freed (UNLOCKED).
 *
 * Kernel: 5.12
 * Result: violated unstable-vma
 * Result: --property=stale-vma: violated stale-vma
 * Result: LOCK: holds
 * Result: LOCK DROP: violated dangling-vma
 * Result: LOCK DROP --find=rule: violated stale-vma
 * Result: LOCK AGAIN: holds
 * Result: LISTED: holds
 * Result: FLAG: holds
 * Result: FLAG OVER: violated unstable-vma
 * Result: MARK: holds
 * Result: MARK NEXT: violated unstable-vma
 * Result: MM: holds
 * Result: MM UNLOCKED: violated dangling-vma
 */

#define MM_VM_CLOSE drv_close
#define MM_TASK_PAGES 4

#include <linux/mm.h>
#include <linux/mutex.h>
#include <mmcheck.h>

#define ADDR	0x1000UL

static struct mm_struct mm;
static struct mutex list_lock;
static struct vm_area_struct *list;
static bool busy = true;	/* nobody unmaps */

#ifdef LOCK
MM_STABILISES(&list_lock, vma);
#elif defined(LISTED)
MM_STABILISES(vma == list ? &list_lock : NULL, vma);
#elif defined(FLAG)
MM_STABLE_WHILE(busy && vma->vm_mm == &mm, vma);
#endif

static void drv_close(struct vm_area_struct *vma)
{
	mutex_lock(&list_lock);
	if (list == vma)
		list = NULL;
	mutex_unlock(&list_lock);
}

INIT
{
	mm_init(&mm);
	mutex_init(&list_lock);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_READ | VM_SHARED);
	list = vma_lookup(&mm, ADDR);
}

static bool __maybe_unused readable(struct vm_area_struct *vma)
{
#ifdef MM
	return vma->vm_mm == &mm;
#elif defined(MARK)
	return stable_vma(vma->vm_flags & VM_READ);
#else
	return vma->vm_flags & VM_READ;
#endif
}

THREAD(driver, NULL)
{
	struct vm_area_struct *vma;

	mutex_lock(&list_lock);
	vma = list;
#ifdef AGAIN
	list = vma;
	mutex_unlock(&list_lock);
	mutex_lock(&list_lock);
	vma = list;
#endif
#ifdef DROP
	mutex_unlock(&list_lock);
	mutex_lock(&list_lock);
#endif
#ifdef OVER
	busy = false;
#endif
#ifdef UNLOCKED
	mutex_unlock(&list_lock);
#endif
	if (vma)
		assert(readable(vma));
#ifdef NEXT
	if (vma)
		(void)vma->vm_end;
#endif
#ifndef UNLOCKED
	mutex_unlock(&list_lock);
#endif
}

#ifndef FLAG
THREAD(munmap, &mm)
{
	sys_munmap(ADDR, PAGE_SIZE);
}
#endif
