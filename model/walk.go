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
	case *Event:
		return nonNil(st.Obj, st.Life, st.Lock.Inst)
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

// rewriter maps expressions, bottom up, and statements.
type rewriter struct {
	expr func(Expr) Expr   // applied to each rebuilt node; nil = identity
	stmt func(Stmt) []Stmt // applied to each rebuilt statement; nil = identity
}

func (w rewriter) Expr(e Expr) Expr {
	switch x := e.(type) {
	case nil:
		return nil
	case Get:
		e = Get{x.V, w.Expr(x.I)}
	case Un:
		e = MkUn(x.Op, w.Expr(x.X))
	case Bin:
		e = MkBin(x.Op, w.Expr(x.X), w.Expr(x.Y))
	case Sel:
		e = Cond(w.Expr(x.C), w.Expr(x.A), w.Expr(x.B))
	case Map:
		e = Map{x.T, w.Expr(x.X)}
	case Conv:
		e = MkConv(w.Expr(x.X), x.Bits, x.Signed)
	}
	if w.expr != nil {
		return w.expr(e)
	}
	return e
}

func (w rewriter) Body(body []Stmt) []Stmt {
	var out []Stmt
	for _, st := range body {
		out = append(out, w.Stmt(st)...)
	}
	return out
}

func (w rewriter) Stmt(st Stmt) []Stmt {
	switch x := st.(type) {
	case Set:
		st = Set{x.V, w.Expr(x.I), w.Expr(x.X)}
	case If:
		c := w.Expr(x.C)
		if v, ok := isConst(c); ok {
			if v != 0 {
				return w.Body(x.Then)
			}
			return w.Body(x.Else)
		}
		st = If{c, w.Body(x.Then), w.Body(x.Else)}
	case Check:
		x.Bad, x.Obj, x.Life, x.Lock.Inst = w.Expr(x.Bad), w.Expr(x.Obj), w.Expr(x.Life), w.Expr(x.Lock.Inst)
		if x.Bad == Expr(False) {
			return nil
		}
		st = x
	case Limit:
		x.When = w.Expr(x.When)
		if x.When == Expr(False) {
			return nil
		}
		st = x
	case *Event:
		y := *x
		y.Obj, y.Life, y.Lock.Inst = w.Expr(x.Obj), w.Expr(x.Life), w.Expr(x.Lock.Inst)
		st = &y
	case Kill:
		st = Kill{x.Type, w.Expr(x.Obj)}
	case Restab:
		x.Lock.Inst, x.Vma = w.Expr(x.Lock.Inst), w.Expr(x.Vma)
		st = x
	}
	if w.stmt != nil {
		return w.stmt(st)
	}
	return []Stmt{st}
}

// Thread rewrites all code of t in place.
func (w rewriter) Thread(t *Thread) {
	for _, b := range t.Blocks {
		b.Body = w.Body(b.Body)
		b.Cond = w.Expr(b.Cond)
		if b.Step == nil {
			continue
		}
		b.Step.Waits = w.Expr(b.Step.Waits)
		b.Step.Lock.Inst = w.Expr(b.Step.Lock.Inst)
		for i := range b.Step.Alts {
			a := &b.Step.Alts[i]
			a.Guard, a.Body = w.Expr(a.Guard), w.Body(a.Body)
		}
	}
}
