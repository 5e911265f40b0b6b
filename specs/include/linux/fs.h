/* SPDX-License-Identifier: MIT */
/*
 * This file models a mapped file: the tree of its VMAs and the rmap lock that
 * protects that tree. A VMA that is linked in i_mmap is stable for whoever
 * holds i_mmap_rwsem, in either mode.
 */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <linux/interval_tree.h>
#include <linux/refcount.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/version.h>

struct folio;

#if MM_RMAP
/* How many pages of a file can be in the page cache. */
#ifndef MM_FILE_PAGES
#define MM_FILE_PAGES	4
#endif
#endif

struct address_space {
	struct rw_semaphore i_mmap_rwsem;
	struct rb_root_cached i_mmap;
#if MM_RMAP
	struct folio *i_pages[MM_FILE_PAGES];	/* an xarray in the kernel */
#endif
#ifdef MM_MEMBERS_address_space
	MM_MEMBERS_address_space
#endif
};

struct inode {
	struct rw_semaphore i_rwsem;	/* write(2), truncate; before mmap_lock */
#ifdef MM_MEMBERS_inode
	MM_MEMBERS_inode
#endif
};

/*
 * A file is there as long as somebody has a reference. One of an own, beside
 * those of the descriptors, belongs to each VMA that maps it, in specs with
 * MM_FILE_REF; without, VMAs rely on a file that stays.
 */
struct file {
	atomic_t f_count;		/* file_ref_t from 6.13 on, long before */
	struct address_space *f_mapping;
	struct inode *f_inode;
#ifdef MM_MEMBERS_file
	MM_MEMBERS_file
#endif
};

/* Take a reference, of a file that the caller knows to be there. */
static inline struct file *get_file(struct file *file)
{
	__mmcheck_count_get(&file->f_count);
	return file;
}

/* Drop a reference. The last one is given back a little later in the kernel. */
static inline void fput(struct file *file)
{
	if (__mmcheck_count_put(&file->f_count))
		kfree(file);
}

static inline struct inode *file_inode(struct file *file)
{
	return file->f_inode;
}

static inline void inode_lock(struct inode *inode)
{
	down_write(&inode->i_rwsem);
}

static inline void inode_unlock(struct inode *inode)
{
	up_write(&inode->i_rwsem);
}

static inline void inode_lock_shared(struct inode *inode)
{
	down_read(&inode->i_rwsem);
}

static inline void inode_unlock_shared(struct inode *inode)
{
	up_read(&inode->i_rwsem);
}

static inline void i_mmap_lock_write(struct address_space *mapping)
{
	down_write(&mapping->i_mmap_rwsem);
}

static inline int i_mmap_trylock_write(struct address_space *mapping)
{
	return down_write_trylock(&mapping->i_mmap_rwsem);
}

static inline void i_mmap_unlock_write(struct address_space *mapping)
{
	up_write(&mapping->i_mmap_rwsem);
}

static inline void i_mmap_lock_read(struct address_space *mapping)
{
	down_read(&mapping->i_mmap_rwsem);
}

static inline int i_mmap_trylock_read(struct address_space *mapping)
{
	return down_read_trylock(&mapping->i_mmap_rwsem);
}

static inline void i_mmap_unlock_read(struct address_space *mapping)
{
	up_read(&mapping->i_mmap_rwsem);
}

static inline void i_mmap_assert_locked(struct address_space *mapping)
{
	rwsem_assert_held(&mapping->i_mmap_rwsem);
}

static inline void i_mmap_assert_write_locked(struct address_space *mapping)
{
	rwsem_assert_held_write(&mapping->i_mmap_rwsem);
}

#endif /* _LINUX_FS_H */
