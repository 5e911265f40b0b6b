// SPDX-License-Identifier: MIT

// This file checks that no freed object other than a vma is used.

package property

import "mmcheck/model"

// UseAfterFree: an object other than a vma is used after it was freed.
var UseAfterFree = &Property{
	ID:       "use-after-free",
	Severity: Error,
	Short:    "an object other than a vma is used after it was freed",
	Doc: `A heap object, or a lock inside one, is read, written or locked through a
pointer that was obtained before the object was freed. For vmas the same
is reported as dangling-vma.

Not judged: an object that RCU is to free is freed when its callback runs, not
when call_rcu() asks for that. An object of a SLAB_TYPESAFE_BY_RCU pool
(MM_TYPESAFE_BY_RCU) may be read after it was freed, within the RCU read section
in which it was found. Comparing a dangling pointer is not a use.

Source: Documentation/dev-tools/kasan.rst; include/linux/slab.h on
SLAB_TYPESAFE_BY_RCU.`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		return deadAccess(p, e, false)
	},
}
