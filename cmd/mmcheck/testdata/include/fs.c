// SPDX-License-Identifier: MIT
/*
 * fs: do the locks and the references of files do what their names say?
 *
 * Result: holds
 * Result: WRONG=i_mmap_assert_locked(&mappings[0]): violated lock-misuse
 * Result: WRONG=i_mmap_assert_write_locked(&mappings[0]): violated lock-misuse
 * Result: WRONG=i_mmap_lock_read(&mappings[0]);i_mmap_assert_write_locked(&mappings[0]): violated lock-misuse
 * Result: WRONG=i_mmap_unlock_read(&mappings[0]): violated lock-misuse
 * Result: WRONG=fput(file): violated use-after-free
 * Result: FOLIO: holds
 */

#ifdef FOLIO
#define MM_RMAP 1
#define MM_TASK_PAGES 2
#endif

#include <linux/mm.h>
#include <mmcheck.h>

static struct address_space mappings[2];
static struct inode inode;
static struct file *file;

#ifdef FOLIO

static struct folio *page;
static int holders, done;

INIT
{
	page = folio_alloc(mappings, NULL, 3);
	assert(page->mapping == &mappings[0] && page->index == 3 && !page->anon_vma);
	assert(!folio_mapped(page));
}

THREADS(io, 2, NULL)
{
	if (!folio_trylock(READ_ONCE(page)))
		folio_lock(page);
	holders++;
	assert(holders == 1 && folio_test_locked(page));
	holders--;
	WRITE_ONCE(done, READ_ONCE(done) + 1);
	folio_unlock(holders ? page : READ_ONCE(page));
}

THREAD(wait, NULL)
{
	folio_wait_locked(page);
}

#else

THREAD(t, NULL)
{
	int i = 1;

	file = kzalloc(sizeof(*file), GFP_KERNEL);
	atomic_set(&file->f_count, i);
	file->f_inode = &inode;
	assert(get_file(file) == file && atomic_read(&file->f_count) == 2);
	fput(file);
	inode_lock(file_inode(file));
	rwsem_assert_held_write(&inode.i_rwsem);
	inode_unlock(file_inode(file));
	inode_lock_shared(file_inode(file));
	assert(lockdep_is_held_type(&inode.i_rwsem, i));
	inode_unlock_shared(file_inode(file));
	fput(file);

	i_mmap_lock_write(&mappings[i]);
	i_mmap_assert_write_locked(&mappings[i]);
	assert(!i_mmap_trylock_read(&mappings[1]) && !i_mmap_trylock_write(&mappings[1]));
	i_mmap_unlock_write(&mappings[i]);
	assert(i_mmap_trylock_write(&mappings[i]) == 1);
	i_mmap_unlock_write(&mappings[1]);
	i_mmap_lock_read(&mappings[i]);
	i_mmap_assert_locked(&mappings[i]);
	assert(!i_mmap_trylock_write(&mappings[i]));
	i_mmap_unlock_read(&mappings[1]);
	assert(i_mmap_trylock_read(&mappings[i]) == 1);
	i_mmap_unlock_read(&mappings[1]);
	assert(!rwsem_is_locked(&mappings[i].i_mmap_rwsem));
#ifdef WRONG
	WRONG;
#endif
}

#endif
