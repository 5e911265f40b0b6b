// SPDX-License-Identifier: MIT

// This file decides whether the value of a dangling pointer can matter. The
// allocator hands out the lowest free object; whether that is the very object
// that a dangling pointer used to refer to depends on how objects are
// numbered. As long as nobody compares a dangling pointer, and its use ends
// the schedule, that is no difference; where somebody may ("is this still the
// vma that I looked up?"), the objects are not interchangeable.

package symmetry

import (
	"maps"
	"slices"

	"mmcheck/checker/property"
	"mmcheck/model"
)

// deadIsJunk reports whether nobody looks at the values of dangling pointers
// to, or into, objects of t.
func deadIsJunk(p *model.Program, t *model.Type) bool {
	j := &junk{typ: t, props: map[string]bool{}}
	for _, th := range p.Threads {
		for _, b := range th.Blocks {
			j.block(b)
		}
	}
	if !j.freed {
		return true
	}
	if t.Typesafe {
		return false // a pointer to a freed object may be looked at
	}
	use := property.UseAfterFree
	if t.Name == model.TrackedTag {
		use = property.DanglingVMA
	}
	// Where a check is muted, a schedule goes on behind the error.
	return !j.compared && j.props[property.BadFree.ID] && (j.props[use.ID] || !j.used)
}

// junk collects what the code does with pointers to objects of a type.
type junk struct {
	typ      *model.Type
	freed    bool // some object is freed
	compared bool // pointers that may dangle are compared, or copied so that nobody knows
	used     bool // an element of an object is read or written
	props    map[string]bool
	checked  map[model.Expr]bool // lives that a step has checked so far
}

func (j *junk) block(b *model.Block) {
	exprs := []model.Expr{b.Cond}
	if b.Step != nil {
		exprs = append(exprs, b.Step.Waits, b.Step.Lock.Inst)
		for _, a := range b.Step.Alts {
			exprs = append(exprs, a.Guard)
		}
	}
	for _, e := range exprs {
		j.expr(e, nil)
	}
	b.Bodies(func(body []model.Stmt) {
		j.checked = map[model.Expr]bool{}
		j.body(body)
	})
}

func (j *junk) body(body []model.Stmt) {
	for _, st := range body {
		switch st := st.(type) {
		case model.Set:
			j.compared = j.compared || j.launders(st, body)
			j.freed = j.freed || st.V == j.typ.Live && st.X == model.Expr(model.Const(0))
			j.used = j.used || st.V.Type != nil && st.V.Type.CanLieIn(j.typ)
		case model.Check:
			j.props[st.Prop] = true
			if st.Life != nil && st.Bad == model.Eq(st.Life, model.Const(model.LifeDead)) {
				j.checked[st.Life] = true
			}
		case model.If:
			if marksDead(st) {
				continue
			}
			before := maps.Clone(j.checked)
			j.body(st.Then)
			j.body(st.Else)
			j.checked = before
		}
		for _, e := range model.StmtExprs(st) {
			j.expr(e, nil)
		}
	}
}

// launders reports whether a pointer that may dangle is stored by st so that
// the copy is not known to dangle: its life does not go with it.
func (j *junk) launders(st model.Set, body []model.Stmt) bool {
	if st.V.Points == nil || !j.mine(st.X) {
		return false
	}
	carried := map[model.Expr]bool{} // lives that go into that of the copy
	for _, other := range body {
		set, ok := other.(model.Set)
		if ok && (set.V == st.V.Life && set.I == st.I || set.V.Kind == model.Register && set.V.Points == nil) {
			model.WalkExpr(set.X, func(x model.Expr) { carried[wholeTree(x)] = true })
		}
	}
	lost := false
	eachSource(st.X, func(g model.Get) {
		life := model.Expr(model.Get{V: g.V.Life, I: g.I})
		lost = lost || g.V.Life == nil || !carried[wholeTree(life)] && !j.checked[life]
	})
	return lost
}

// wholeTree drops the index from an element of a tree: a look-up takes the
// lives of all entries into account.
func wholeTree(e model.Expr) model.Expr {
	if g, ok := e.(model.Get); ok && g.V != nil && g.V.Of != nil && g.V.Of.Kind == model.Cell {
		return model.Get{V: g.V}
	}
	return e
}

// eachSource calls f on the pointers in memory that pointer e may be a copy
// of, or lead into the object of.
func eachSource(e model.Expr, f func(model.Get)) {
	switch e := e.(type) {
	case model.Get:
		f(e)
	case model.Map:
		eachSource(e.X, f)
	case model.Sel:
		eachSource(e.A, f)
		eachSource(e.B, f)
	}
}

// marksDead reports whether all that a statement does is to mark pointers as
// dangling; those it meets that are dangling already stay so.
func marksDead(st model.If) bool {
	for _, s := range st.Then {
		set, ok := s.(model.Set)
		if !ok || set.V.Of == nil || set.X != model.Expr(model.Const(model.LifeDead)) {
			return false
		}
	}
	return len(st.Else) == 0
}

// expr looks for comparisons in e; guards are what else must hold for e to matter.
func (j *junk) expr(e model.Expr, guards []model.Expr) {
	switch e := e.(type) {
	case model.Get:
		j.used = j.used || e.V.Type != nil && e.I != nil && e.V.Type.CanLieIn(j.typ)
		j.expr(e.I, nil)
	case model.Un:
		j.expr(e.X, nil)
	case model.Sel:
		j.expr(e.C, nil)
		j.expr(e.A, nil)
		j.expr(e.B, nil)
	case model.Map:
		j.expr(e.X, nil)
	case model.Conv:
		j.expr(e.X, nil)
	case model.Bin:
		j.bin(e, guards)
	}
}

func (j *junk) bin(e model.Bin, guards []model.Expr) {
	switch e.Op {
	case model.OpLAnd:
		j.expr(e.X, append(guards[:len(guards):len(guards)], e.Y))
		j.expr(e.Y, append(guards[:len(guards):len(guards)], e.X))
		return
	case model.OpEq, model.OpNe:
		if j.mine(e.X) && j.mine(e.Y) && !j.guarded(e.X, guards) && !j.guarded(e.Y, guards) && !(inTree(e.X) && inTree(e.Y)) {
			j.compared = true
		}
	}
	j.expr(e.X, nil)
	j.expr(e.Y, nil)
}

// mine reports whether e is a pointer that may refer to, or into, an object.
func (j *junk) mine(e model.Expr) bool {
	s := sortOf(e)
	if s.kind != pointer || !s.to.CanLieIn(j.typ) {
		return false
	}
	m, ok := e.(model.Map)
	return !ok || slices.ContainsFunc(m.T.Of, func(n int64) bool { return n > 0 && s.to.Instances[n-1].Heap })
}

// guarded reports whether the life of pointer e is looked at beside it, or was
// checked before in the same step.
func (j *junk) guarded(e model.Expr, guards []model.Expr) bool {
	if m, ok := e.(model.Map); ok {
		return j.guarded(m.X, guards)
	}
	g, ok := e.(model.Get)
	if !ok || g.V.Life == nil {
		return false
	}
	life := model.Expr(model.Get{V: g.V.Life, I: g.I})
	found := j.checked[life]
	for _, x := range guards {
		model.WalkExpr(x, func(x model.Expr) { found = found || x == life })
	}
	return found
}

// inTree reports whether e is an entry of a tree of vmas: to free a vma that is
// in one is an error of its own.
func inTree(e model.Expr) bool {
	if s, ok := e.(model.Sel); ok {
		_, none := s.B.(model.Const)
		return inTree(s.A) && (none || inTree(s.B))
	}
	g, ok := e.(model.Get)
	return ok && g.V.Kind == model.Cell
}
