// SPDX-License-Identifier: MIT

// This file describes the misuse of reference counts, which the cells
// themselves check, and checks in the end that the mappings of folios are counted.

package property

import (
	"fmt"

	"mmcheck/model"
)

// RefcountMisuse: a reference is taken or dropped that there is none to.
var RefcountMisuse = &Property{
	ID:       "refcount",
	Severity: Error,
	Short:    "a reference is taken or dropped that there is none to",
	Doc: `A reference is taken though the count is 0 (refcount_inc, kref_get, mmget,
mmgrab): the object is being torn down or was freed, and the right form is
the one that can fail (refcount_inc_not_zero, mmget_not_zero). Or a count
falls below 0: somebody dropped a reference that was not his. Or the last
reference is dropped with refcount_dec(), which does not tell the caller
that he must free the object. Or the count overflows. The kernel warns of
each and saturates the count (include/linux/refcount.h); mm_users and
mm_count are atomic_t and warn of nothing, but the rules are the same.

Or all threads have ended, and the _mapcount of a folio is not the number of
page-table entries that map it.

Not judged: a plain atomic_t has no such rules, and atomic_inc() of 0 is no
error. What other counts count is not known here: references that are left over
in the end show as leak, if nothing points to the object any more.

Source: include/linux/refcount.h; Documentation/core-api/refcount-vs-atomic.rst;
Documentation/mm/active_mm.rst on mm_users and mm_count; "nonzero mapcount" in
mm/page_alloc.c.`,
	Final: func(p *model.Program, s model.State) string {
		if folio, count, mapped := p.Miscounted(s); folio != nil {
			return fmt.Sprintf("%s has a _mapcount of %d, and %d page-table entries map it", folio.Name, count, mapped)
		}
		return ""
	},
}
