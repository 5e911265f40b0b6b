// SPDX-License-Identifier: MIT

// This file folds into constants what no thread ever changes (fields of static
// objects that are only read, registers that are only ever given one value),
// and turns steps that then touch nothing shared into register work.

package model

import (
	"maps"
	"slices"
)

// fold repeats constant propagation until nothing changes, then demotes
// accesses that are no longer interleaving points.
func (p *Program) fold() {
	for w, regs := p.written(), p.singleConst(); ; {
		for _, t := range p.Threads {
			rw := rewriter{expr: func(e Expr) (Expr, bool) { return p.foldExpr(e, w, regs) }, stmt: dropOutside}
			if rw.Thread(t) {
				t.prune()
			}
		}
		before, known := w, regs
		if w, regs = p.written(), p.singleConst(); maps.EqualFunc(w, before, maps.Equal) && maps.Equal(regs, known) {
			break // what was folded once stays as it is
		}
	}
	w, freed := p.written(), freed(p.Threads)
	for _, t := range p.Threads {
		for _, b := range t.Blocks {
			b.dropLook()
			p.demote(t, b, w)
			dropTail(b, freed)
		}
	}
}

// foldTables folds constant table look-ups that late tables allow.
func (p *Program) foldTables(t *Thread) {
	rewriter{expr: func(e Expr) (Expr, bool) { return p.foldExpr(e, nil, nil) }}.Thread(t)
}

type written map[*Var]map[int64]bool // nil key map entry -1: any element

// written collects the shared elements that thread code may write.
func (p *Program) written() written {
	w := written{}
	for _, t := range p.Threads {
		for _, b := range t.Blocks {
			b.Bodies(func(body []Stmt) {
				WalkStmts(body, func(st Stmt) {
					switch st := st.(type) {
					case Set:
						w.add(st.V, st.I)
					case Kill, Restab, Quiesce:
						// touch lives only, which are never folded
					}
				})
			})
		}
	}
	return w
}

func (w written) add(v *Var, i Expr) {
	if w[v] == nil {
		w[v] = map[int64]bool{}
	}
	n := int64(0)
	if i != nil {
		c, ok := ConstOf(i)
		if !ok {
			c = -1
		}
		n = c
	}
	w[v][n] = true
}

func (w written) has(v *Var, i int64) bool { return w[v][i] || w[v][-1] }

// singleConst finds registers that are only ever assigned one constant. Since
// registers start as zero, a use before the assignment cannot occur in C that
// gcc accepts without a warning; the value is the same on every path.
func (p *Program) singleConst() map[*Var]Const {
	vals := map[*Var]Const{}
	bad := map[*Var]bool{}
	for _, t := range p.Threads {
		for _, b := range t.Blocks {
			b.Bodies(func(body []Stmt) {
				WalkStmts(body, func(st Stmt) {
					s, ok := st.(Set)
					if !ok || !IsRegister(s.V) {
						return
					}
					c, ok := s.X.(Const)
					if old, seen := vals[s.V]; !ok || seen && old != c {
						bad[s.V] = true
					}
					vals[s.V] = c
				})
			})
		}
	}
	for v := range bad {
		delete(vals, v)
	}
	for v := range vals {
		if v.Life != nil && !v.Points.static(int64(vals[v])) {
			delete(vals, v) // a Kill or Restab may still change its life
		}
	}
	for v := range vals {
		if _, ok := vals[v.Of]; v.Of != nil && !ok {
			delete(vals, v)
		}
	}
	return vals
}

// outside reports whether element i of v is known not to exist. Code that has come
// to that is never reached, or behind a Check that fails.
func outside(v *Var, i Expr) bool {
	c, fixed := ConstOf(i)
	return fixed && (c < 0 || c >= int64(v.Len))
}

// dropOutside drops what has no effect since it is for no element.
func dropOutside(st Stmt) ([]Stmt, bool) {
	switch x := st.(type) {
	case Set:
		return nil, outside(x.V, x.I)
	case Use:
		return nil, outside(x.V, x.I)
	}
	return nil, false
}

// static reports whether the object numbered n can never go away.
func (t *Type) static(n int64) bool {
	return n <= 0 || n > int64(len(t.Instances)) || !t.Instances[n-1].Heap && !t.Instances[n-1].ends()
}

// foldExpr folds a read of what never changes, and reports whether it did.
func (p *Program) foldExpr(e Expr, w written, regs map[*Var]Const) (Expr, bool) {
	switch x := e.(type) {
	case Get:
		if c, ok := regs[x.V]; ok {
			return c, true
		}
		if outside(x.V, x.I) {
			return Const(0), true
		}
		if w == nil || x.V.Kind != Memory && x.V.Of == nil && !x.V.keeps {
			return e, false
		}
		i, ok := int64(0), true
		if x.I != nil {
			i, ok = ConstOf(x.I)
		}
		if ok && i >= 0 && i < int64(x.V.Len) && p.constant(x.V, i, w) {
			return Const(p.Initial[x.V.off+int(i)]), true
		}
	case Map:
		if c, ok := ConstOf(x.X); ok {
			return Const(x.T.At(c)), true
		}
		if x.T.empty() {
			return Const(0), true
		}
	}
	return e, false
}

// constant reports whether element i of memory, or of the life of a pointer in
// memory, never changes.
func (p *Program) constant(v *Var, i int64, w written) bool {
	if w.has(v, i) {
		return false
	}
	if v.Of == nil {
		return true
	}
	return v.Of.Kind == Memory && !w.has(v.Of, i) && v.Of.Points.static(p.Initial[v.Of.off+int(i)])
}

// freed lists the types of which the given threads free objects.
func freed(threads []*Thread) []*Type {
	var out []*Type
	for _, t := range threads {
		for _, b := range t.Blocks {
			b.Bodies(func(body []Stmt) {
				WalkStmts(body, func(st Stmt) {
					if k, ok := st.(Kill); ok && !slices.Contains(out, k.Type) {
						out = append(out, k.Type)
					}
				})
			})
		}
	}
	return out
}

// dropTail drops the last access of a release to a lock that is never freed.
func dropTail(b *Block, freed []*Type) {
	if b.Step == nil || !b.Step.Tail {
		return
	}
	if l := b.Step.Lock; l.static() || !slices.ContainsFunc(freed, l.Type.CanLieIn) {
		b.Then, b.Step = b.Step.Alts[0].Next, nil
	}
}

// demote turns a plain access that can neither be seen by another thread nor
// fail into register work.
func (p *Program) demote(t *Thread, b *Block, w written) {
	if b.Step == nil || !b.Step.Plain || len(b.Step.Alts) != 1 || b.Step.Alts[0].Guard != nil {
		return
	}
	a := b.Step.Alts[0]
	if !t.private(a.Body) {
		return
	}
	b.Step, b.Body, b.Then = nil, withoutUses(a.Body), a.Next
}

// withoutUses drops what is said of accesses.
func withoutUses(body []Stmt) []Stmt {
	out, _ := rewriter{stmt: func(st Stmt) ([]Stmt, bool) { _, use := st.(Use); return nil, use }}.Body(body)
	return out
}

// private reports whether a body touches nothing but what t alone can reach.
func (t *Thread) private(body []Stmt) bool {
	ok := true
	mine := func(v *Var, i Expr) bool {
		if v.Thread == t.Num {
			return true
		}
		if v.Type == nil || v.Kind != Memory {
			return false
		}
		c, isC := ConstOf(i)
		if !isC || c < int64(v.Width) {
			return false
		}
		return v.Type.Instances[c/int64(v.Width)-1].Thread == t.Num
	}
	WalkStmts(body, func(st Stmt) {
		switch st := st.(type) {
		case Set:
			ok = ok && mine(st.V, st.I)
		case Check:
			ok = ok && st.Bad == Expr(True)
		case Limit, Kill, Restab, Quiesce:
			ok = false
		}
		for _, e := range StmtExprs(st) {
			WalkExpr(e, func(x Expr) {
				if g, isGet := x.(Get); isGet && !mine(g.V, g.I) {
					ok = false
				}
			})
		}
	})
	return ok
}
