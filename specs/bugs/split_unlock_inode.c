// SPDX-License-Identifier: MIT
/*
 * split_unlock_inode: what keeps the lock of a file until it is unlocked?
 *
 * CVE-2026-74482 ("mm/huge_memory: unlock i_mmap_rwsem before releasing after-split
 * folios"): 4.8 to 7.1.7. To split a large folio of a file, its i_mmap_rwsem is held for
 * reading. Nobody has a reference to the inode: what keeps it is the folio, which is
 * locked, and which the last iput() must take away from the file before the inode is
 * freed. It was unlocked first, and i_mmap_rwsem after that (BREAK): the inode, with the
 * rw_semaphore in it, may be gone.
 *
 * The fix (the default) gives i_mmap_rwsem back first. RCU frees the inode, and the unlock
 * runs without preemption: but it has not begun when the grace period does.
 *
 * It teaches: an unlock is an access to what the lock is in. What keeps that memory must
 * be given up after all the locks that lie in it.
 *
 * Kernel: 6.12
 * Result: BREAK: violated bad-free
 * Result: BREAK --property=use-after-free: violated use-after-free
 * Result: holds
 * Result: --kernel=7.1: holds
 * Result: --kernel=5.12: holds
 * Result: BREAK --kernel=5.12 --property=use-after-free: violated use-after-free
 */

#define MM_RMAP 1
#define MM_TASK_PAGES 2
#define MM_MEMBERS_address_space struct rcu_head i_rcu;	/* the inode's, which it lies in */

#include <linux/rcupdate.h>
#include <linux/mm.h>
#include <mm/filemap.h>
#include <mmcheck.h>

MM_POOL(address_space, 1);
MM_POOL(folio, 1);

#define INDEX	0UL

static struct address_space *mapping;
static struct folio *folio;

INIT
{
	mapping = kzalloc(sizeof(*mapping), GFP_KERNEL);
	init_rwsem(&mapping->i_mmap_rwsem);
	folio = folio_alloc(mapping, NULL, INDEX);	/* the reference is that of the split */
	filemap_add_folio(mapping, folio);
}

/* Nobody maps the file. */
static void remap_page(struct address_space *mapping)
{
	assert(!vma_interval_tree_iter_first(&mapping->i_mmap, INDEX, INDEX));
}

/* As __folio_split(). */
THREAD(split, NULL)
{
	struct address_space *mapping;

	folio_lock(folio);
	mapping = folio->mapping;
	if (!mapping) {			/* it was taken away */
		folio_unlock(folio);
		return;
	}
	i_mmap_lock_read(mapping);
	remap_page(mapping);
#ifdef BREAK
	folio_unlock(folio);
	i_mmap_unlock_read(mapping);
#else
	i_mmap_unlock_read(mapping);
	folio_unlock(folio);
#endif
}

static void i_callback(struct rcu_head *head)
{
	kfree(container_of(head, struct address_space, i_rcu));
}

/* The last iput(): as evict(). The folio itself stays, as the split has a reference. */
THREAD(iput, NULL)
{
	struct address_space *dying = mapping;

	folio_lock(folio);
	filemap_remove_folio(folio);
	folio_unlock(folio);
	mapping = NULL;
	call_rcu(&dying->i_rcu, i_callback);
}
