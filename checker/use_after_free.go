// SPDX-License-Identifier: MIT

// This file checks that no freed object other than a vma is used.

package checker

import "mmcheck/model"

var useAfterFree = &Property{
	ID:       "use-after-free",
	Severity: Error,
	Short:    "an object other than a vma is used after it was freed",
	Doc: `A heap object, or a lock inside one, is read, written or locked through a
pointer that was obtained before the object was freed. For vmas the same
is reported as dangling-vma.`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		return deadAccess(p, e, false)
	},
}
