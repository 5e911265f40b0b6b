// SPDX-License-Identifier: MIT

// This file checks that a vma is only looked at while something keeps it
// stable.

package property

import (
	"strings"

	"mmcheck/model"
)

// UnstableVMA: a vma is used while nothing keeps it stable.
var UnstableVMA = &Property{
	ID:       "unstable-vma",
	Severity: Rule,
	Short:    "a vma is used while nothing keeps it stable",
	Doc: `A field of a vma is read or written by a thread that holds none of: mmap_lock
of the vma's mm (in any mode, while the vma is in the tree), the vma's own
lock, or i_mmap_rwsem of its file or the lock of its anon_vma's root while it
is linked there; and that does not own the vma (it allocated it and has not
published it, or took it out of the tree itself). No other thread needs to run
for the rule to be broken.

Neither may the tree itself be walked over with neither mmap_lock nor an RCU read
section (VMA_ITERATOR(), MA_STATE()).

Not judged: vm_mm may be read as long as the vma has not been freed, since it never
changes. In kernels with per-VMA locks, vm_lock_seq and detached may be read within
the RCU read section in which the vma was found: they tell how to lock it. So may
all else between mmap_lock_speculate_try_begin() and the retry, which says whether it
is of any use; code that never asks is not noticed. A read lock that came too late,
when a writer had locked the vma or taken it out of the tree, permits no more than
that either, until it is given up. Source: Documentation/mm/process_addrs.rst, "Examining all valid
lock states".`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		if !needsHold(p, t, e) {
			return nil
		}
		peek := model.And(model.Bool(e.Mode == model.Read), model.Peeks(t, e.Fld, e.Life))
		bad := model.And(alive(e), model.Not(p.Stable(e.Obj, t.Num)), model.Not(peek))
		return []model.Check{{Bad: bad, Text: "vma used while " + noneOf(p.Keeps()) + " it stable"}}
	},
}

// noneOf says that none of some locks keeps something.
func noneOf(locks []string) string {
	switch len(locks) {
	case 0:
		return "no lock keeps"
	case 1:
		return locks[0] + " does not keep"
	}
	return "none of " + strings.Join(locks, ", ") + " keeps"
}

// needsHold reports whether e accesses a field of a vma for which something must
// keep the vma stable: outside INIT and stable_vma(), and not to read vm_mm, which
// never changes.
func needsHold(p *model.Program, t *model.Thread, e *model.Event) bool {
	return e.Kind == model.Access && e.Type.Name == model.TrackedTag && e.Fld != nil && !e.Vouched &&
		(e.Fld.Name != "vm_mm" || e.Mode == model.Write) && t != p.InitThread() && !t.Final
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
