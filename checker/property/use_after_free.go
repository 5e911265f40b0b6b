// SPDX-License-Identifier: MIT

// This file checks that no object other than a vma is used behind its end.

package property

import "mmcheck/model"

// UseAfterFree: an object other than a vma is used after it was freed.
var UseAfterFree = &Property{
	ID:       "use-after-free",
	Severity: Error,
	Short:    "an object other than a vma is used after it was freed, or left its scope",
	Doc: `A heap object, or a lock inside one, is read, written or locked through a
pointer that was obtained before the object was freed. For vmas the same
is reported as dangling-vma.

A local variable is gone when its block is left, by its end, break, continue, goto
or return: a waiter on the stack of a function that has returned, say. Each turn of
a loop has variables of its own, and the stack of a thread goes with the thread.

Not judged: an object that RCU is to free is freed when its callback runs, not
when call_rcu() asks for that. An object of a SLAB_TYPESAFE_BY_RCU pool
(MM_TYPESAFE_BY_RCU) may be read after it was freed, within the RCU read section
in which it was found. Keeping or comparing a dangling pointer is not a use.

Source: Documentation/dev-tools/kasan.rst; include/linux/slab.h on
SLAB_TYPESAFE_BY_RCU; C11 6.2.4 on how long an automatic variable lives.`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		return deadAccess(p, e, false)
	},
}
