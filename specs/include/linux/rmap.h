/* SPDX-License-Identifier: MIT */
/*
 * This file holds the anonymous half of the reverse mapping. An anonymous page
 * names an anon_vma, and all VMAs that may map the page are linked in the tree
 * of that anon_vma. All anon_vmas of a family of processes share the lock of
 * the first one, the root.
 *
 * The kernel links VMA and anon_vma through anon_vma_chains, here the VMA has
 * an array of its anon_vmas and stands in their trees itself. With MM_ANON_VMA_REUSE a
 * child may get one that is there already; without, each gets its own.
 *
 * An anon_vma goes with the last VMA in its tree, and a root with its last child.
 * A page that is not mapped any more goes on to name it: the memory is type-stable,
 * and folio_lock_anon_vma_read() finds out. To leave out what that rests on, define
 *
 *	ANON_VMA_UNLOCK_NO_RCU		let nothing keep the root until it is unlocked
 *	ANON_VMA_NO_ROOT_REF		let children not count among the users of the root
 *	ANON_VMA_NO_RECHECK		take the anon_vma that is locked for that of the page
 *					still, though UFFDIO_MOVE may have given it another
 *
 * Where RMAP_WALK_LOCKED_FOLIO is 1 the folio is locked, and is looked at once only.
 */
#ifndef _LINUX_RMAP_H
#define _LINUX_RMAP_H

#include <linux/mmdebug.h>
#include <linux/mm_types.h>
#include <linux/pagemap.h>
#include <linux/slab.h>

struct rmap_walk_control;	/* what a walk wants; here each walk is written out */

static inline void anon_vma_lock_write(struct anon_vma *anon_vma)
{
	down_write(&anon_vma->root->rwsem);
}

static inline void anon_vma_lock_read(struct anon_vma *anon_vma)
{
	down_read(&anon_vma->root->rwsem);
}

/*
 * Whoever gets the lock next may free it before the unlock is done with it. That runs
 * without preemption from 6.3 on, which is a read section of the RCU that frees it.
 */
static inline void anon_vma_unlock_write(struct anon_vma *anon_vma)
{
#ifndef ANON_VMA_UNLOCK_NO_RCU
	rcu_read_lock();
#endif
	up_write(&anon_vma->root->rwsem);
#ifndef ANON_VMA_UNLOCK_NO_RCU
	rcu_read_unlock();
#endif
}

static inline void anon_vma_unlock_read(struct anon_vma *anon_vma)
{
#ifndef ANON_VMA_UNLOCK_NO_RCU
	rcu_read_lock();
#endif
	up_read(&anon_vma->root->rwsem);
#ifndef ANON_VMA_UNLOCK_NO_RCU
	rcu_read_unlock();
#endif
}

MM_TYPESAFE_BY_RCU(anon_vma);

static struct kmem_cache *anon_vma_cachep __maybe_unused;

/* root NULL: the first of a family. */
static struct anon_vma *__maybe_unused anon_vma_alloc(struct anon_vma *root)
{
	struct anon_vma *anon_vma = kmem_cache_alloc(anon_vma_cachep, GFP_KERNEL);

	atomic_set(&anon_vma->refcount, 1);
	WRITE_ONCE(anon_vma->root, root ? root : anon_vma);
#ifndef ANON_VMA_NO_ROOT_REF
	if (root)
		atomic_inc(&root->refcount);
#endif
	return anon_vma;
}

/* Who has the lock may have found a page mapped, and be on the way to the tree. */
static void __maybe_unused anon_vma_free(struct anon_vma *anon_vma)
{
	might_sleep();
	if (rwsem_is_locked(&anon_vma->root->rwsem)) {
		anon_vma_lock_write(anon_vma);
		anon_vma_unlock_write(anon_vma);
	}
	kmem_cache_free(anon_vma_cachep, anon_vma);
}

static void __maybe_unused __put_anon_vma(struct anon_vma *anon_vma)
{
	struct anon_vma *root = anon_vma->root;

	anon_vma_free(anon_vma);
#ifndef ANON_VMA_NO_ROOT_REF
	if (root != anon_vma && atomic_dec_and_test(&root->refcount))
		anon_vma_free(root);
#else
	(void)root;
#endif
}

static inline void put_anon_vma(struct anon_vma *anon_vma)
{
	if (atomic_dec_and_test(&anon_vma->refcount))
		__put_anon_vma(anon_vma);
}

#if MM_ANON_VMA_REUSE

/* A new anon_vma with vma for its VMA, child of parent, or its own if that is NULL. */
static inline void anon_vma_set_parent(struct anon_vma *anon_vma, struct anon_vma *parent)
{
	anon_vma->parent = parent ? parent : anon_vma;
	anon_vma->num_active_vmas = 1;
	anon_vma->parent->num_children++;
}

/*
 * May it be that of another VMA: has none now, and one child at most (6.0)? Before, both
 * were counted in one number, degree, and 1 was taken for a child.
 */
static inline bool anon_vma_reusable(struct anon_vma *anon_vma)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 0, 0)
	return anon_vma->num_children < 2 && !anon_vma->num_active_vmas;
#else
	return anon_vma->num_children + anon_vma->num_active_vmas < 2;
#endif
}

#endif

/* Link vma in anon_vma, the slot-th that it is linked in. The root is locked. */
static inline void anon_vma_chain_link(struct vm_area_struct *vma, struct anon_vma *anon_vma,
				       int slot)
{
	vma->anon_vma_chain[slot] = anon_vma;
	anon_vma_interval_tree_insert(vma, &anon_vma->rb_root);
}

/*
 * The first page is about to be mapped: the VMA needs an anon_vma. Of two faults
 * the first one wins.
 */
static int __maybe_unused anon_vma_prepare(struct vm_area_struct *vma)
{
	struct anon_vma *anon_vma, *unused;

	if (data_race(vma->anon_vma))	/* plain in the kernel, too: another fault may just set it */
		return 0;
	unused = anon_vma = anon_vma_alloc(NULL);
	anon_vma_lock_write(anon_vma);
	spin_lock(&vma->vm_mm->page_table_lock);
	if (!vma->anon_vma) {
		vma->anon_vma = anon_vma;
		anon_vma_chain_link(vma, anon_vma, 0);
#if MM_ANON_VMA_REUSE
		anon_vma_set_parent(anon_vma, NULL);
#endif
		unused = NULL;
	}
	spin_unlock(&vma->vm_mm->page_table_lock);
	anon_vma_unlock_write(anon_vma);
	if (unused)
		put_anon_vma(unused);
	return 0;
}

/*
 * Is there memory for one more link? A spec that defines MM_ANON_VMA_CHAIN_ALLOC as the name
 * of a function has that say so.
 */
#ifdef MM_ANON_VMA_CHAIN_ALLOC
static bool MM_ANON_VMA_CHAIN_ALLOC(void);
#define anon_vma_chain_alloc()	MM_ANON_VMA_CHAIN_ALLOC()
#else
#define anon_vma_chain_alloc()	true
#endif

static void unlink_anon_vmas(struct vm_area_struct *vma);

/*
 * A clone has failed on the way. What it has linked leaves the trees again; from 7.0 on it
 * is in none yet. Define ANON_CLONE_NO_CLEANUP or ANON_CLONE_UNLINK to do nothing, or that
 * of before 7.0 in any case.
 */
static void __maybe_unused cleanup_partial_anon_vmas(struct vm_area_struct *vma)
{
#if defined(ANON_CLONE_NO_CLEANUP)
	(void)vma;
#elif ANON_CLONE_TWO_PHASE && !defined(ANON_CLONE_UNLINK)
	for (int i = 0; i < MM_ANON_VMA_CHAIN; i++)
		vma->anon_vma_chain[i] = NULL;
	vma->anon_vma = NULL;
#else
	unlink_anon_vmas(vma);
	vma->anon_vma = NULL;
#endif
}

#if ANON_CLONE_TWO_PHASE
/* Make links as src has them. Nobody finds dst by them. */
static int __maybe_unused anon_vma_clone_links(struct vm_area_struct *dst,
					       struct vm_area_struct *src)
{
	for (int i = 0; i < MM_ANON_VMA_CHAIN; i++) {
		struct anon_vma *anon_vma = src->anon_vma_chain[i];

		if (!anon_vma)
			continue;
		if (!anon_vma_chain_alloc())
			return -ENOMEM;
		dst->anon_vma_chain[i] = anon_vma;
	}
	return 0;
}
#endif

/* Link dst wherever src is linked: pages of src may come to live in dst. */
static int __maybe_unused anon_vma_clone(struct vm_area_struct *dst, struct vm_area_struct *src)
{
	struct anon_vma *root = src->anon_vma;

	if (!root)
		return 0;
#if ANON_CLONE_TWO_PHASE
	if (anon_vma_clone_links(dst, src)) {
		cleanup_partial_anon_vmas(dst);
		return -ENOMEM;
	}
#endif
	anon_vma_lock_write(root);
	for (int i = 0; i < MM_ANON_VMA_CHAIN; i++) {
		struct anon_vma *anon_vma = src->anon_vma_chain[i];

#if ANON_CLONE_TWO_PHASE
		if (anon_vma)
			anon_vma_interval_tree_insert(dst, &anon_vma->rb_root);
#else
		if (anon_vma && !anon_vma_chain_alloc()) {
			anon_vma_unlock_write(root);
			cleanup_partial_anon_vmas(dst);
			return -ENOMEM;
		}
		if (anon_vma)
			anon_vma_chain_link(dst, anon_vma, i);
#endif
#if MM_ANON_VMA_REUSE
		if (anon_vma && !dst->anon_vma && anon_vma != root && anon_vma_reusable(anon_vma))
			dst->anon_vma = anon_vma;
#endif
	}
#if MM_ANON_VMA_REUSE
	if (dst->anon_vma)
		dst->anon_vma->num_active_vmas++;
#endif
	anon_vma_unlock_write(root);
	return 0;
}

/*
 * The child's VMA is linked where the parent's is, and in an anon_vma of its
 * own, where the pages go that are new in the child.
 */
static int __maybe_unused anon_vma_fork(struct vm_area_struct *vma, struct vm_area_struct *pvma)
{
	struct anon_vma *anon_vma, *parent = pvma->anon_vma;
	int slot = 0;

	if (!parent)
		return 0;
#if MM_ANON_VMA_REUSE
	vma->anon_vma = NULL;
#endif
	anon_vma_clone(vma, pvma);
#if MM_ANON_VMA_REUSE
	if (vma->anon_vma)
		return 0;
#endif
	anon_vma = anon_vma_alloc(parent->root);
	anon_vma_lock_write(anon_vma);
	vma->anon_vma = anon_vma;
#if MM_ANON_VMA_REUSE
	anon_vma_set_parent(anon_vma, parent);
#endif
	while (vma->anon_vma_chain[slot])
		slot++;
	anon_vma_chain_link(vma, anon_vma, slot);
	anon_vma_unlock_write(anon_vma);
	return 0;
}

/* Leave all trees; where one is empty now, that was the last use of the anon_vma. */
static void __maybe_unused unlink_anon_vmas(struct vm_area_struct *vma)
{
	struct anon_vma *root = vma->anon_vma;

	if (!root)
		return;
	anon_vma_lock_write(root);
	for (int i = 0; i < MM_ANON_VMA_CHAIN; i++) {
		struct anon_vma *anon_vma = vma->anon_vma_chain[i];

		if (!anon_vma)
			continue;
		anon_vma_interval_tree_remove(vma, &anon_vma->rb_root);
		if (anon_vma_interval_tree_iter_first(&anon_vma->rb_root, 0, ~0UL))
			vma->anon_vma_chain[i] = NULL;
#if MM_ANON_VMA_REUSE
		else
			anon_vma->parent->num_children--;
#endif
	}
#if MM_ANON_VMA_REUSE
	root->num_active_vmas--;
	vma->anon_vma = NULL;
#endif
	anon_vma_unlock_write(root);
	for (int i = 0; i < MM_ANON_VMA_CHAIN; i++) {
		struct anon_vma *anon_vma = vma->anon_vma_chain[i];

		if (anon_vma)
			put_anon_vma(anon_vma);
		vma->anon_vma_chain[i] = NULL;
	}
}

/* May a page have come to another anon_vma? Where nobody moves one it costs no states. */
#if UFFD_MOVE_ANON_VMA_LOCK && !defined(ANON_VMA_NO_RECHECK)
#define folio_left(folio, anon_vma) \
	(__mmcheck_named("move_pages_pte") && READ_ONCE((folio)->anon_vma) != (anon_vma))
#else
#define folio_left(folio, anon_vma)	((void)(folio), (void)(anon_vma), false)
#endif

static inline bool folio_mapped(struct folio *folio)
{
	return READ_ONCE(folio->_mapcount) > 0;
}

/*
 * The anon_vma of a page with a reference, or NULL: the page is not mapped, and
 * need not have one any more.
 */
static struct anon_vma *__maybe_unused folio_get_anon_vma(struct folio *folio)
{
	struct anon_vma *anon_vma;

#if RMAP_WALK_LOCKED_FOLIO
	VM_WARN_ON_FOLIO(!folio_test_locked(folio), folio);
#endif
	rcu_read_lock();
	anon_vma = READ_ONCE(folio->anon_vma);
	if (!folio_mapped(folio) || !atomic_inc_not_zero(&anon_vma->refcount))
		anon_vma = NULL;
	if (anon_vma && !folio_mapped(folio)) {
		rcu_read_unlock();
		put_anon_vma(anon_vma);
		return NULL;
	}
	rcu_read_unlock();
	return anon_vma;
}

/*
 * The anon_vma of a page, locked for reading, or NULL as above. The root that was
 * found first need not be the right one: it is if the page is still mapped when
 * the lock is held, since the last VMA needs it for writing to leave. (Without rwc
 * before 5.19, and called page_lock_anon_vma_read() before 5.18.)
 */
static struct anon_vma *__maybe_unused
folio_lock_anon_vma_read(struct folio *folio, struct rmap_walk_control *rwc)
{
	struct anon_vma *anon_vma, *root;

	(void)rwc;
#if RMAP_WALK_LOCKED_FOLIO
	VM_WARN_ON_FOLIO(!folio_test_locked(folio), folio);
#endif
retry:
	rcu_read_lock();
	anon_vma = READ_ONCE(folio->anon_vma);
	if (!folio_mapped(folio)) {
		rcu_read_unlock();
		return NULL;
	}
	root = READ_ONCE(anon_vma->root);
	if (down_read_trylock(&root->rwsem)) {
		if (folio_left(folio, anon_vma)) {
			up_read(&root->rwsem);
			rcu_read_unlock();
			goto retry;
		}
		if (!folio_mapped(folio)) {
			up_read(&root->rwsem);
			anon_vma = NULL;
		}
		rcu_read_unlock();
		return anon_vma;
	}
	rcu_read_unlock();

	anon_vma = folio_get_anon_vma(folio);	/* to sleep with */
	if (!anon_vma)
		return NULL;
	anon_vma_lock_read(anon_vma);
	if (folio_left(folio, anon_vma)) {
		anon_vma_unlock_read(anon_vma);
		put_anon_vma(anon_vma);
		goto retry;
	}
	if (atomic_dec_and_test(&anon_vma->refcount)) {	/* no VMA is left to be found */
		anon_vma_unlock_read(anon_vma);
		__put_anon_vma(anon_vma);
		return NULL;
	}
	return anon_vma;
}

/* Around a change of the range of vma, with the root locked: leave the trees ... */
static void __maybe_unused anon_vma_interval_tree_pre_update_vma(struct vm_area_struct *vma)
{
	for (int i = 0; i < MM_ANON_VMA_CHAIN; i++) {
		struct anon_vma *anon_vma = vma->anon_vma_chain[i];

		if (anon_vma)
			anon_vma_interval_tree_remove(vma, &anon_vma->rb_root);
	}
}

/* ... and come back, behind all that have the same key. */
static void __maybe_unused anon_vma_interval_tree_post_update_vma(struct vm_area_struct *vma)
{
	for (int i = 0; i < MM_ANON_VMA_CHAIN; i++) {
		struct anon_vma *anon_vma = vma->anon_vma_chain[i];

		if (anon_vma)
			anon_vma_interval_tree_insert(vma, &anon_vma->rb_root);
	}
}

/* The rmap lock of a page: anon_vma is NULL for the page of a file. */
static inline void rmap_lock_read(struct anon_vma *anon_vma, struct address_space *mapping)
{
	if (anon_vma)
		anon_vma_lock_read(anon_vma);
	else
		i_mmap_lock_read(mapping);
}

static inline void rmap_unlock_read(struct anon_vma *anon_vma, struct address_space *mapping)
{
	if (anon_vma)
		anon_vma_unlock_read(anon_vma);
	else
		i_mmap_unlock_read(mapping);
}

/* The VMAs that may map page index, in the order of the tree. */
static inline struct vm_area_struct *rmap_first(struct anon_vma *anon_vma,
						struct address_space *mapping, pgoff_t index)
{
	if (anon_vma)
		return anon_vma_interval_tree_iter_first(&anon_vma->rb_root, index, index);
	return vma_interval_tree_iter_first(&mapping->i_mmap, index, index);
}

static inline struct vm_area_struct *rmap_next(struct vm_area_struct *vma,
					       struct anon_vma *anon_vma,
					       struct address_space *mapping, pgoff_t index)
{
	if (anon_vma)
		return anon_vma_interval_tree_iter_next(vma, &anon_vma->rb_root, index, index);
	return vma_interval_tree_iter_next(vma, &mapping->i_mmap, index, index);
}

/*
 * Marks of a walk that must not overlook an entry, for property `rmap-miss`:
 * it begins when the rmap lock is held, and ends with no entry left that names
 * the folio and has one of the flags given. No steps of the kernel's.
 */
void rmap_must_see(struct rb_root_cached *root);
void anon_rmap_must_see(struct anon_rb_root *root);
void rmap_must_have_seen(struct folio *folio, unsigned long entries);

static inline void rmap_walk_must_see(struct anon_vma *anon_vma, struct address_space *mapping)
{
	if (anon_vma)
		anon_rmap_must_see(&anon_vma->rb_root);
	else
		rmap_must_see(&mapping->i_mmap);
}

/* Where vma maps page index. */
static inline unsigned long vma_address(struct vm_area_struct *vma, pgoff_t index)
{
	return vma->vm_start + ((index - vma->vm_pgoff) << 12);
}

#endif /* _LINUX_RMAP_H */
