/* SPDX-License-Identifier: MIT */
/*
 * This file counts who has a folio: references, and page-table entries.
 */
#ifndef _MM_FOLIO_H
#define _MM_FOLIO_H

#include <mmcheck.h>
#include <mm/internal.h>

static inline void folio_get(struct folio *folio)
{
	ATOMIC {
		VM_BUG_ON(folio->_refcount <= 0);
		folio->_refcount++;
	}
}

static inline void folio_put(struct folio *folio)
{
	int last;

	ATOMIC {
		VM_BUG_ON(folio->_refcount <= 0);
		folio->_refcount--;
		last = folio->_refcount == 0;
	}
	if (last)
		kfree(folio);
}

static inline void folio_add_rmap(struct folio *folio)
{
	ATOMIC {
		folio->_mapcount++;
	}
}

static inline void folio_remove_rmap(struct folio *folio)
{
	ATOMIC {
		VM_BUG_ON(folio->_mapcount <= 0);
		folio->_mapcount--;
	}
}

#endif /* _MM_FOLIO_H */
