// SPDX-License-Identifier: MIT

// This file decides whether the value of a dangling pointer can matter. The
// allocator hands out the lowest free object; whether that is the very object
// that a dangling pointer used to refer to depends on how objects are
// numbered. As long as nobody compares a dangling pointer, and its use ends
// the schedule, that is no difference; where somebody may ("is this still the
// vma that I looked up?"), the objects are not interchangeable.

package checker

import "mmcheck/model"

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
	use := useAfterFree
	if t.Name == model.TrackedTag {
		use = danglingVMA
	}
	// Where a check is muted, a schedule goes on behind the error.
	return !j.compared && j.props[badFree.ID] && (j.props[use.ID] || !j.used)
}

// junk collects what the code does with pointers to objects of a type.
type junk struct {
	typ      *model.Type
	freed    bool // some object is freed
	compared bool // pointers are compared that may dangle
	used     bool // an element of an object is read or written
	props    map[string]bool
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
	b.Bodies(j.body)
}

func (j *junk) body(body []model.Stmt) {
	for _, st := range body {
		switch st := st.(type) {
		case model.Set:
			j.freed = j.freed || st.V == j.typ.Live && st.X == model.Expr(model.Const(0))
			j.used = j.used || st.V.Type != nil && st.V.Type.CanLieIn(j.typ)
		case model.Check:
			j.props[st.Prop] = true
		case model.If:
			if marksDead(st) {
				continue
			}
			j.body(st.Then)
			j.body(st.Else)
		}
		for _, e := range model.StmtExprs(st) {
			j.expr(e, nil)
		}
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
		if j.mine(e.X) && j.mine(e.Y) && !guarded(e.X, guards) && !guarded(e.Y, guards) && !(inTree(e.X) && inTree(e.Y)) {
			j.compared = true
		}
	}
	j.expr(e.X, nil)
	j.expr(e.Y, nil)
}

// mine reports whether e is a pointer that may refer to, or into, an object.
func (j *junk) mine(e model.Expr) bool {
	s := sortOf(e)
	return s.kind == pointer && s.to.CanLieIn(j.typ)
}

// guarded reports whether the life of pointer e is looked at beside it.
func guarded(e model.Expr, guards []model.Expr) bool {
	if m, ok := e.(model.Map); ok {
		return guarded(m.X, guards)
	}
	g, ok := e.(model.Get)
	if !ok || g.V.Life == nil {
		return false
	}
	life, found := model.Expr(model.Get{V: g.V.Life, I: g.I}), false
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
