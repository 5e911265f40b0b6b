// SPDX-License-Identifier: MIT

// This file checks that no freed vma is used.

package property

import "mmcheck/model"

// DanglingVMA: a vma is used after it was freed.
var DanglingVMA = &Property{
	ID:       "dangling-vma",
	Severity: Error,
	Short:    "a vma is used after it was freed",
	Doc: `A vm_area_struct, or a lock inside one, is read, written or locked through a
pointer that was obtained before the vma was freed. It does not matter
whether the memory has been handed out again in between.

The usual cause is a vma pointer that is kept while mmap_lock is dropped:
another thread may then unmap, merge or split the vma. Keep the lock,
downgrade it, or look the vma up again by address.

Comparing a dangling pointer, or testing it for NULL, is not a use.

Not judged: a vma that RCU is to free is freed when its callback runs, not when
call_rcu() asks for that. In kernels whose vmas are type-stable (6.15), one that
was freed may be looked at within the RCU read section in which it was found, as
far as unstable-vma says. What was copied out of a vma before is no pointer.

Source: Documentation/mm/process_addrs.rst, on what keeps a vma; KASAN reports
the same in a running kernel (Documentation/dev-tools/kasan.rst), if it was on
that schedule.`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		return deadAccess(p, e, true)
	},
}

// deadAccess checks an access for a dead pointer, either into vmas or into
// everything else.
func deadAccess(p *model.Program, e *model.Event, vmas bool) []model.Check {
	if e.Kind != model.Access || e.Life == nil {
		return nil
	}
	dead := model.Eq(e.Life, model.Const(model.LifeDead))
	vma := p.TypeByName(model.TrackedTag)
	inVMA := model.Expr(model.False)
	switch {
	case e.Type == vma:
		inVMA = model.True
	case vma != nil && e.Type.CanLieIn(vma):
		inVMA = model.Ne(model.Lookup(e.Type.Container(vma), e.Obj), model.Const(0))
	}
	if !vmas {
		inVMA = model.Not(inVMA)
	}
	local := p.OnStack(e.Type, e.Obj)
	var out []model.Check
	if local != model.Expr(model.True) {
		out = append(out, model.Check{Bad: model.And(inVMA, model.Not(local), dead), Text: "use of freed " + model.ShortName(e.Type.Name)})
	}
	if local != model.Expr(model.False) {
		out = append(out, model.Check{Bad: model.And(inVMA, local, dead), Text: "use of a local variable that is out of scope"})
	}
	return out
}
