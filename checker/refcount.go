// SPDX-License-Identifier: MIT

// This file describes the misuse of reference counts, which the cells
// themselves check.

package checker

var refcountMisuse = &Property{
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

Not judged: a plain atomic_t has no such rules, and atomic_inc() of 0 is no
error. What a count counts is not known here: references that are left over in the end
show as leak, if nothing points to the object any more.

Source: include/linux/refcount.h; Documentation/core-api/refcount-vs-atomic.rst;
Documentation/mm/active_mm.rst on mm_users and mm_count.`,
}
