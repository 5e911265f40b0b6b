// SPDX-License-Identifier: MIT

// This file describes broken contracts between a function and its caller.

package property

// Contract: a function returns with other locks than its result says.
var Contract = &Property{
	ID:       "contract",
	Severity: Error,
	Short:    "a function returns with other locks than its result says",
	Doc: `Some functions may drop the lock that their caller holds, and tell by their
result whether they have. One that says so and still holds the lock leaves
the caller to wait for itself; one that has dropped it in silence leaves the
caller with pointers that nobody keeps, and an unlock too many. The model
headers state these contracts (CONTRACT() in <mmcheck.h>, which is for a
spec's own functions as well):

A fault handler returns VM_FAULT_RETRY or VM_FAULT_COMPLETED if it has
dropped the lock of the fault, mmap_lock or that of the vma, and else not.
faultin_page() sets *locked to 0 if it has dropped mmap_lock.
lock_mm_and_find_vma() returns NULL with mmap_lock given up, and a vma with
mmap_lock held. lock_vma_under_rcu() returns NULL, or a vma that it has
locked. __do_munmap() returns 1 with mmap_lock downgraded; else it is still
held for writing. userfaultfd_remove() returns false if it has dropped
mmap_lock.

Not judged: a lock that was dropped and taken again, which counts as held. Which
vma pointers survived that is the matter of stale-vma.

Source: enum vm_fault_reason in include/linux/mm_types.h; the comments on
faultin_page() in mm/gup.c, on lock_mm_and_find_vma() and __do_munmap() in mm/,
on handle_userfault() and userfaultfd_remove() in fs/userfaultfd.c.`,
}
