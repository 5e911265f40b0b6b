// SPDX-License-Identifier: MIT

// This file checks that a vma is only looked at while something keeps it
// stable.

package checker

import "mmcheck/model"

var unstableVMA = &Property{
	ID:       "unstable-vma",
	Severity: Rule,
	Short:    "a vma is used while nothing keeps it stable",
	Doc: `A field of a vma is read or written by a thread that holds none of: mmap_lock
of the vma's mm (in any mode, while the vma is in the tree), the vma's own
lock, or i_mmap_rwsem of its file or the lock of its anon_vma's root while it
is linked there; and that does not own the vma (it allocated it and has not
published it, or took it out of the tree itself). No other thread needs to run
for the rule to be broken.

Not judged: in kernels with per-VMA locks, vm_mm, vm_lock_seq and detached may be
read before, within the RCU read section in which the vma was found: they tell how
to lock it. A read lock that came too late, when a writer had locked the vma
or taken it out of the tree, permits no more than that either, until it is
given up. Source: Documentation/mm/process_addrs.rst, "Examining all valid
lock states".`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		if !vmaField(p, t, e) {
			return nil
		}
		peek := model.And(model.Bool(e.Mode == model.Read), model.Peeks(e.Fld, e.Life))
		bad := model.And(alive(e), model.Not(p.Stable(e.Obj, t.Num)), model.Not(peek))
		return []model.Check{{Bad: bad, Text: "vma used while no lock keeps it stable"}}
	},
}

// vmaField reports whether e accesses a field of a vma, outside INIT.
func vmaField(p *model.Program, t *model.Thread, e *model.Event) bool {
	return e.Kind == model.Access && e.Type.Name == model.TrackedTag && e.Fld != nil && t != p.InitThread() && !t.Final
}

// alive says that the pointer of e leads to an object of the heap that has not
// been freed. Static vmas (such as the gate vma) belong to no mm and are not
// judged.
func alive(e *model.Event) model.Expr {
	if e.Type.Pool == 0 {
		return model.False
	}
	ok := model.And(model.Le(model.Int(e.Type.PoolFirst), e.Obj), model.Lt(e.Obj, model.Int(e.Type.PoolFirst+e.Type.Pool)))
	if e.Life != nil {
		ok = model.And(ok, model.Ne(e.Life, model.Const(model.LifeDead)))
	}
	return ok
}

// intact says whether what e is about was reached by a good pointer: it lies in
// no object that was freed since. What is reached by a bad one is judged as that.
func intact(e *model.Event) model.Expr {
	ok := model.Ne(e.Obj, model.Const(0))
	if e.Life != nil {
		ok = model.And(ok, model.Ne(e.Life, model.Const(model.LifeDead)))
	}
	return ok
}
