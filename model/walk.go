// SPDX-License-Identifier: MIT

// This file walks and rewrites expressions and statements; footprints,
// constant folding, liveness and the exporters are built on it.

package model

// WalkExpr calls f on e and everything in it, outside in.
func WalkExpr(e Expr, f func(Expr)) {
	if e == nil {
		return
	}
	f(e)
	switch e := e.(type) {
	case Get:
		WalkExpr(e.I, f)
	case Un:
		WalkExpr(e.X, f)
	case Bin:
		WalkExpr(e.X, f)
		WalkExpr(e.Y, f)
	case Sel:
		WalkExpr(e.C, f)
		WalkExpr(e.A, f)
		WalkExpr(e.B, f)
	case Map:
		WalkExpr(e.X, f)
	case Conv:
		WalkExpr(e.X, f)
	}
}

// StmtExprs returns the expressions that st itself evaluates (not those of
// statements nested in it).
func StmtExprs(st Stmt) []Expr {
	switch st := st.(type) {
	case Set:
		return nonNil(st.I, st.X)
	case If:
		return nonNil(st.C)
	case Check:
		return nonNil(st.Bad, st.Obj, st.Life, st.Lock.Inst)
	case Limit:
		return nonNil(st.When)
	case Note:
		return nonNil(st.When)
	case Use:
		return nonNil(st.I, st.Life)
	case *Event:
		return nonNil(st.Obj, st.Life, st.Lock.Inst, st.Sub, st.Page, st.Lost, st.Made)
	case Kill:
		return nonNil(st.Obj)
	case Restab:
		return nonNil(st.Lock.Inst, st.Vma)
	}
	return nil
}

func nonNil(es ...Expr) []Expr {
	var out []Expr
	for _, e := range es {
		if e != nil {
			out = append(out, e)
		}
	}
	return out
}

// WalkStmts calls f on every statement of body, nested ones too.
func WalkStmts(body []Stmt, f func(Stmt)) {
	for _, st := range body {
		f(st)
		if i, ok := st.(If); ok {
			WalkStmts(i.Then, f)
			WalkStmts(i.Else, f)
		}
	}
}

// Bodies calls f on every body of the block.
func (b *Block) Bodies(f func(body []Stmt)) {
	f(b.Body)
	if b.Step != nil {
		for _, a := range b.Step.Alts {
			f(a.Body)
		}
	}
}

// succs lists the blocks that may follow b.
func (b *Block) succs() []*Block {
	var out []*Block
	add := func(s *Block) {
		if s != nil {
			out = append(out, s)
		}
	}
	if b.Step == nil {
		add(b.Then)
		add(b.Else)
		return out
	}
	for _, a := range b.Step.Alts {
		add(a.Next)
	}
	return out
}

// rewriter maps expressions, bottom up, and statements. What nothing is
// changed in is shared with the original.
type rewriter struct {
	expr func(Expr) (Expr, bool)   // applied to each rebuilt node, reports a change; nil = identity
	stmt func(Stmt) ([]Stmt, bool) // applied to each rebuilt statement; nil = identity
}

// RewriteExpr applies node to each node of e, bottom up; node reports whether it
// has changed its argument.
func RewriteExpr(e Expr, node func(Expr) (Expr, bool)) Expr {
	e, _ = rewriter{expr: node}.Expr(e)
	return e
}

// EditChecks applies edit to a copy of each check of body.
func EditChecks(body []Stmt, edit func(*Check)) []Stmt {
	body, _ = rewriter{stmt: func(st Stmt) ([]Stmt, bool) {
		c, ok := st.(Check)
		if !ok {
			return nil, false
		}
		edit(&c)
		return []Stmt{c}, true
	}}.Body(body)
	return body
}

// Expr rewrites e and reports whether anything changed.
func (w rewriter) Expr(e Expr) (Expr, bool) {
	if w.expr == nil {
		return e, false
	}
	n, changed := e, false
	switch x := e.(type) {
	case nil:
		return nil, false
	case Get:
		var i Expr
		if i, changed = w.Expr(x.I); changed {
			n = Get{x.V, i}
		}
	case Un:
		var y Expr
		if y, changed = w.Expr(x.X); changed {
			n = MkUn(x.Op, y)
		}
	case Bin:
		l, lc := w.Expr(x.X)
		r, rc := w.Expr(x.Y)
		if changed = lc || rc; changed {
			n = MkBin(x.Op, l, r)
		}
	case Sel:
		c, cc := w.Expr(x.C)
		l, lc := w.Expr(x.A)
		r, rc := w.Expr(x.B)
		if changed = cc || lc || rc; changed {
			n = Cond(c, l, r)
		}
	case Map:
		var y Expr
		if y, changed = w.Expr(x.X); changed {
			n = Map{x.T, y}
		}
	case Conv:
		var y Expr
		if y, changed = w.Expr(x.X); changed {
			n = MkConv(y, x.Bits, x.Signed)
		}
	}
	if m, again := w.expr(n); again {
		return m, true
	}
	return n, changed
}

// in rewrites an expression in place.
func (w rewriter) in(e *Expr, changed *bool) {
	if n, c := w.Expr(*e); c {
		*e, *changed = n, true
	}
}

// Body rewrites a body and reports whether anything changed.
func (w rewriter) Body(body []Stmt) ([]Stmt, bool) {
	var out []Stmt
	changed := false
	for i, st := range body {
		ss, c := w.Stmt(st)
		if c && !changed {
			changed = true
			out = append(out, body[:i]...)
		}
		switch {
		case c:
			out = append(out, ss...)
		case changed:
			out = append(out, st)
		}
	}
	if !changed {
		return body, false
	}
	return out, true
}

// Stmt rewrites a statement; the result is set only if something changed.
func (w rewriter) Stmt(st Stmt) ([]Stmt, bool) {
	if i, ok := st.(If); ok {
		return w.branch(st, i)
	}
	changed := false
	switch x := st.(type) {
	case Set:
		if w.all(&changed, &x.I, &x.X); changed {
			st = x
		}
	case Check:
		w.all(&changed, &x.Bad, &x.Obj, &x.Life, &x.Lock.Inst)
		if x.Bad == Expr(False) {
			return nil, true
		}
		if changed {
			st = x
		}
	case Limit:
		w.in(&x.When, &changed)
		if x.When == Expr(False) {
			return nil, true
		}
		if changed {
			st = x
		}
	case Note:
		w.in(&x.When, &changed)
		if x.When == Expr(False) {
			return nil, true
		}
		if changed {
			st = x
		}
	case Use:
		if w.all(&changed, &x.I, &x.Life); changed {
			st = x
		}
	case *Event:
		if w.expr == nil {
			break
		}
		y := *x
		if w.all(&changed, &y.Obj, &y.Life, &y.Lock.Inst, &y.Sub, &y.Page, &y.Lost, &y.Made); changed {
			z := y // on the heap, where few events need be
			st = &z
		}
	case Kill:
		if w.in(&x.Obj, &changed); changed {
			st = x
		}
	case Restab:
		if w.all(&changed, &x.Lock.Inst, &x.Vma); changed {
			st = x
		}
	}
	return w.result(st, changed)
}

// all rewrites several expressions in place.
func (w rewriter) all(changed *bool, es ...*Expr) {
	for _, e := range es {
		w.in(e, changed)
	}
}

// branch rewrites an If; one whose condition is constant becomes the arm taken.
func (w rewriter) branch(st Stmt, x If) ([]Stmt, bool) {
	changed := false
	w.in(&x.C, &changed)
	then, tc := w.Body(x.Then)
	els, ec := w.Body(x.Else)
	if v, ok := ConstOf(x.C); ok {
		return pickBody(v != 0, then, els), true
	}
	if changed = changed || tc || ec; changed {
		st = If{x.C, then, els}
	}
	return w.result(st, changed)
}

// result applies the statement mapping to what was rebuilt.
func (w rewriter) result(st Stmt, changed bool) ([]Stmt, bool) {
	if w.stmt != nil {
		if out, again := w.stmt(st); again {
			return out, true
		}
	}
	if !changed {
		return nil, false
	}
	return []Stmt{st}, true
}

func pickBody(c bool, a, b []Stmt) []Stmt {
	if c {
		return a
	}
	return b
}

// Block rewrites all code of b in place and reports whether anything changed.
func (w rewriter) Block(b *Block) bool {
	changed := false
	body := func(ss *[]Stmt) {
		if n, c := w.Body(*ss); c {
			*ss, changed = n, true
		}
	}
	body(&b.Body)
	w.in(&b.Cond, &changed)
	if b.Step != nil {
		w.in(&b.Step.Waits, &changed)
		w.in(&b.Step.Lock.Inst, &changed)
		for i := range b.Step.Alts {
			w.in(&b.Step.Alts[i].Guard, &changed)
			body(&b.Step.Alts[i].Body)
		}
	}
	return changed
}

// Thread rewrites all code of t in place and reports whether anything changed.
func (w rewriter) Thread(t *Thread) bool {
	changed := false
	for _, b := range t.Blocks {
		changed = w.Block(b) || changed
	}
	return changed
}
