// SPDX-License-Identifier: MIT

// This file checks what is freed, and in which state.

package property

import "mmcheck/model"

// BadFree: an object is freed that must not be.
var BadFree = &Property{
	ID:       "bad-free",
	Severity: Error,
	Short:    "an object is freed that must not be",
	Doc: `An object is freed twice; or it is not from the heap; or it is a vma that is
still in the vma tree, in the i_mmap tree of its file or in the tree of an
anon_vma; or a lock inside it is held, or is that of a folio that is locked.

Not judged: an object that others still point to. Who uses such a pointer is
told by use-after-free, at the use. And a lock in a type-stable object
(SLAB_TYPESAFE_BY_RCU) that is held by a thread in an RCU read section, which
has got it in a trylock and has yet to look whether the object is the one it
wanted.

Source: Documentation/dev-tools/kasan.rst, on double and invalid free;
debug_check_no_locks_freed() in kernel/locking/lockdep.c; vm_area_free() in
kernel/fork.c and mm/vma_init.c.`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		if e.Kind != model.Freeing {
			return nil
		}
		first, end := model.Int(e.Type.PoolFirst), model.Int(e.Type.PoolFirst+e.Type.Pool)
		out := []model.Check{
			{Bad: model.Or(model.Lt(e.Obj, first), model.Le(end, e.Obj)), Text: "free of something that was not allocated"},
		}
		alive := model.Expr(model.True)
		if e.Life != nil {
			dead := model.Eq(e.Life, model.Const(model.LifeDead))
			if e.Type.Typesafe { // its pointers outlive it in a read section
				dead = model.Or(dead, model.Eq(model.At(e.Type.Live, e.Obj), model.Const(0)))
			}
			out = append(out, model.Check{Bad: dead, Text: "double free of " + model.ShortName(e.Type.Name)})
			alive = model.Not(dead)
		}
		out = append(out, freeOfLinkedVMA(e, alive)...)
		return append(out, freeOfHeldLock(p, e.Type, e.Obj, alive, e.Type.Typesafe)...)
	},
}

func freeOfLinkedVMA(e *model.Event, alive model.Expr) []model.Check {
	if e.Type.Name != model.TrackedTag {
		return nil
	}
	out := []model.Check{{
		Bad:  model.And(alive, model.Eq(model.At(e.Type.Owner, e.Obj), model.Const(0))),
		Text: "free of a vma that is still in the vma tree",
	}}
	if l := e.Type.LinkedVar(); l != nil {
		out = append(out, model.Check{Bad: model.And(alive, model.At(l, e.Obj)), Text: "free of a vma that is still in i_mmap"})
	}
	if l := e.Type.AnonLinkedVar(); l != nil {
		out = append(out, model.Check{Bad: model.And(alive, model.Ne(model.At(l, e.Obj), model.Const(0))), Text: "free of a vma that is still in an anon_vma's tree"})
	}
	return out
}

// freeOfHeldLock checks the locks embedded in object obj of typ. In a type-stable
// object (typesafe) a reader for RCU may have tried for one: it has yet
// to find out that the object is being freed.
func freeOfHeldLock(p *model.Program, typ *model.Type, obj, alive model.Expr, typesafe bool) []model.Check {
	var out []model.Check
	for _, f := range typ.Fields {
		for j := 0; f.Sub != nil && j < f.Count; j++ {
			m := f.Member(obj, model.Int(j))
			out = append(out, freeOfHeldLock(p, f.Sub, m, alive, typesafe)...)
			held := f.Sub.LockedFolio(m)
			isLock := f.Sub.Kind != nil && f.Sub.Kind.Held != nil
			for t := 1; isLock && t <= p.MaxThread(); t++ {
				holds := model.Holds(f.Sub, m, t)
				if typesafe {
					holds = model.And(holds, model.Not(p.IsReaderBeside(t, f.Sub)))
				}
				held = model.Or(held, holds)
			}
			if isLock {
				held = model.Or(held, model.Unowned(f.Sub, m))
			}
			if held == model.Expr(model.False) {
				continue
			}
			out = append(out, model.Check{
				Bad:  model.And(alive, held),
				Text: "free of " + model.ShortName(typ.Name) + " while its " + f.Name + " is held",
				Lock: model.LockRef{Type: f.Sub, Inst: m},
			})
		}
	}
	return out
}
