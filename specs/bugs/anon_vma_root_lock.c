// SPDX-License-Identifier: MIT
/*
 * anon_vma_root_lock: which lock does a walk of the reverse mapping give back?
 *
 * August 2010, Hugh Dickins, before 2.6.36 was out; no CVE. A build of the kernel
 * hung, spinning for the lock of a new anon_vma. A page goes on to name its anon_vma when
 * it is not mapped any more. The walk sees the page mapped, finds the anon_vma, through it
 * the root, whose lock counts, and takes that. Meanwhile the page was unmapped, the anon_vma
 * freed, and its memory, which is type-stable, is an anon_vma of another process that has
 * just forked: with another root. The unlock looks for the root once more, and gives back
 * a lock that the walk has never had (BREAK).
 *
 * The fix (the default) looks with the lock held whether the page is still mapped, and
 * if not gives back what it took. To look, and then to ask the anon_vma for the lock to
 * give back, is not enough (REREAD). SHIPPED is folio_lock_anon_vma_read() of today, which
 * has the same test, and may sleep.
 *
 * It teaches: memory that stays of its type need not stay the same object. A lock that
 * is found through such an object has to be remembered until it is known to be the one.
 *
 * 2.6.35 is older than the eras of the model. Where the lock of today sleeps, it was a
 * spinlock then: here the walk gives up where it cannot have it at once.
 *
 * Kernel: 2.6
 * Result: BREAK: violated lock-misuse
 * Result: REREAD: violated lock-misuse
 * Result: holds
 * Result: SHIPPED: holds
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 2
#define PTRS_PER_PTE 2

#include <linux/mm.h>
#include <mmcheck.h>

MM_POOL(vm_area_struct, 3);
MM_POOL(ptdesc, 3);
MM_POOL(folio, 1);
MM_POOL(anon_vma, 3);

#define ADDR	0x1000UL

static struct mm_struct mm, other, child;
static struct folio *page;

INIT
{
	struct anon_vma *anon_vma;

	mm_init(&mm);
	mm_map(&mm, ADDR, PAGE_SIZE, VM_ANON);
	anon_vma_prepare(vma_lookup(&mm, ADDR));
	anon_vma = vma_lookup(&mm, ADDR)->anon_vma;
	page = folio_alloc(NULL, anon_vma, ADDR >> PAGE_SHIFT);	/* the walk has a reference */
	mm_map_folio(&mm, ADDR, page, _PAGE_PRESENT | _PAGE_RW);

	mm_init(&other);
	mm_init(&child);
	mm_map(&other, ADDR, PAGE_SIZE, VM_ANON);
	anon_vma_prepare(vma_lookup(&other, ADDR));
}

#ifdef SHIPPED

#define page_lock_anon_vma(page)	folio_lock_anon_vma_read(page, NULL)
#define page_unlock_anon_vma		anon_vma_unlock_read

#else

static struct anon_vma *page_lock_anon_vma(struct folio *page)
{
	struct anon_vma *anon_vma, *root;

	rcu_read_lock();
	anon_vma = READ_ONCE(page->anon_vma);
	if (!folio_mapped(page))
		goto out;
	root = READ_ONCE(anon_vma->root);
	if (!down_read_trylock(&root->rwsem))
		goto out;
#ifdef BREAK
	return anon_vma;
#else
	if (folio_mapped(page))
		return anon_vma;
#ifdef REREAD
	root = READ_ONCE(anon_vma->root);
#endif
	up_read(&root->rwsem);
#endif
out:
	rcu_read_unlock();
	return NULL;
}

static void page_unlock_anon_vma(struct anon_vma *anon_vma)
{
	up_read(&READ_ONCE(anon_vma->root)->rwsem);
	rcu_read_unlock();
}

#endif

/* As page_referenced_anon(). */
THREAD(walk, NULL)
{
	struct anon_vma *anon_vma = page_lock_anon_vma(page);
	struct vm_area_struct *vma;

	if (!anon_vma)
		return;
	anon_vma_interval_tree_foreach(vma, &anon_vma->rb_root, page->index, page->index)
		cond_resched();
	page_unlock_anon_vma(anon_vma);
}

/* The last mapping of the page goes. */
THREAD(munmap, &mm)
{
	sys_munmap(ADDR, PAGE_SIZE);
}

/* Another process forks: the VMA of the child gets a new anon_vma. */
THREAD(fork, &other)
{
	dup_mmap(&child, current->mm);
}
