// SPDX-License-Identifier: MIT

// This file checks that no NULL or error pointer is dereferenced, nor one that leads to
// no object of its type.

package property

import "mmcheck/model"

// NullDeref: a NULL or error pointer is dereferenced.
var NullDeref = &Property{
	ID:       "null-deref",
	Severity: Error,
	Short:    "a NULL or error pointer is dereferenced",
	Doc: `A field is read or written, or a lock taken, through a pointer that is NULL
or holds an error (ERR_PTR). Look-ups such as find_vma() and vma_lookup()
return NULL when another thread has unmapped the address. The address of a member
of NULL is not NULL, unless the member is the first, nor is what container_of()
makes of NULL: a test of such a pointer for NULL does not see it. So is one that
leads to an object of another type, or into the midst of one, since it was kept as
void * or in an integer.

Not judged: comparing such a pointer, or testing it.

Source: include/linux/err.h.`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		if e.Kind != model.Access {
			return nil
		}
		null := model.Eq(e.Obj, model.Const(0))
		if p.NullPlus {
			null = model.Or(null, model.IsNullPlus(e.Obj))
		}
		checks := []model.Check{{Bad: null, Text: "NULL pointer dereference"}}
		failed := model.Lt(e.Obj, model.Const(0))
		if p.Strays {
			failed = model.And(failed, model.Ne(e.Obj, model.Const(model.Stray)))
			checks = append(checks, model.Check{Bad: model.Eq(e.Obj, model.Const(model.Stray)), Text: "this pointer leads to no " + model.ShortName(e.Type.Name)})
		}
		return append(checks, model.Check{Bad: failed, Text: "error pointer dereferenced"})
	},
}
