// SPDX-License-Identifier: MIT

// This file models what a walk of the reverse mapping promises. Most walks may
// overlook a mapping (reclaim then gives the page up). A must-see walk may not:
// restoring migration entries, or unmapping a page that is truncated. Such a
// walk says where it begins and where it ends, and which entries it was to
// leave none of; in between, each vma that stays linked in the tree is
// remembered in a ghost.

package model

var rmapWalkKind = &Kind{
	Name: "rmap_walk",
	Doc:  "walks of the reverse mapping that must not overlook an entry",
}

func init() {
	rmapWalkKind.Ops = []*Op{
		{Name: "rmap_must_see", Doc: "a walk of a file's vmas begins that must not overlook an entry", Emit: mustSee},
		{Name: "anon_rmap_must_see", Doc: "a walk of an anon_vma's vmas begins that must not overlook an entry", Emit: mustSee},
		{Name: "rmap_must_have_seen", Doc: "such a walk ends: no entry with one of these flags is left for the folio", Emit: mustHaveSeen},
	}
}

// mustSee marks the vmas that are linked now. It is no step of its own: it
// belongs to the step that obtained the lock, or to whatever came before.
func mustSee(c *Call) {
	t := itreeOf(c, 0)
	walked := t.node.Points.walked
	var body []Stmt
	for i := 0; i < t.n; i++ {
		mark := Set{walked, t.at(i), MkBin(OpOr, At(walked, t.at(i)), Int(1<<(c.Me()-1)))}
		body = append(body, If{C: Ne(t.at(i), Const(0)), Then: []Stmt{mark}})
	}
	c.Do(body...)
}

// mustHaveSeen judges, as a step of its own, so that an entry that was in
// flight during the walk can land first.
func mustHaveSeen(c *Call) {
	vma := c.P.AddType(TrackedTag)
	me := Int(1 << (c.Me() - 1))
	n := c.P.PoolOf(vma)
	var body []Stmt
	for v := vma.PoolFirst; v < vma.PoolFirst+n && vma.walked != nil; v++ {
		seen := Ne(MkBin(OpAnd, At(vma.walked, Int(v)), me), Const(0))
		body = append(body,
			Check{Prop: "rmap-miss", Bad: And(seen, c.left(vma, Int(v))), Text: "the walk ends and has missed an entry of the folio", Type: vma, Obj: Int(v)},
			If{C: seen, Then: []Stmt{Set{vma.walked, Int(v), MkBin(OpAnd, At(vma.walked, Int(v)), Int(^(1 << (c.Me() - 1))))}}})
	}
	c.Step(body...)
}

// left says whether vma v maps the folio of the call through an entry that
// has one of the flags of the call.
func (c *Call) left(vma *Type, v Expr) Expr {
	folio := c.Args[0]
	index, mm := folio.Points.Field("index"), vma.Field("vm_mm")
	start, end, pgoff := vma.Field("vm_start"), vma.Field("vm_end"), vma.Field("vm_pgoff")
	if index == nil || mm == nil || start == nil || end == nil || pgoff == nil {
		return False
	}
	at := At(index.Var, folio.X)
	addr := Add(At(start.Var, v), MkBin(OpShl, Sub(at, At(pgoff.Var, v)), Const(PageShift)))
	covers := And(MkBin(OpULe, At(pgoff.Var, v), at), MkBin(OpULt, addr, At(end.Var, v)))
	t, e := c.P.entryAt(mm.Var.Points, At(mm.Var, v), addr)
	if t == nil {
		return False
	}
	return And(covers, Eq(At(t.folio, e), folio.X), Ne(MkBin(OpAnd, At(t.pte, e), c.Obj(1)), Const(0)))
}
