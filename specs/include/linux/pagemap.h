/* SPDX-License-Identifier: MIT */
/*
 * This file declares the lock of a folio, for any struct that has a member
 * `struct folio_lock lock`. The lock has no owner: whoever ends the I/O unlocks
 * what another thread locked. It freezes the folio's mapping.
 */
#ifndef _LINUX_PAGEMAP_H
#define _LINUX_PAGEMAP_H

#include <linux/types.h>

struct folio_lock {
	int __native_folio_lock;
};

void __mmcheck_folio_lock(struct folio_lock *lock);
bool __mmcheck_folio_trylock(struct folio_lock *lock);
void __mmcheck_folio_unlock(struct folio_lock *lock);
void __mmcheck_folio_wait(struct folio_lock *lock);
bool __mmcheck_folio_locked(struct folio_lock *lock);

#define folio_lock(folio)		__mmcheck_folio_lock(&(folio)->lock)
#define folio_trylock(folio)		__mmcheck_folio_trylock(&(folio)->lock)
#define folio_unlock(folio)		__mmcheck_folio_unlock(&(folio)->lock)
#define folio_wait_locked(folio)	__mmcheck_folio_wait(&(folio)->lock)
#define folio_test_locked(folio)	__mmcheck_folio_locked(&(folio)->lock)

#endif /* _LINUX_PAGEMAP_H */
