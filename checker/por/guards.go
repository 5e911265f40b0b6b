// SPDX-License-Identifier: MIT

// This file says which steps can make a false guard true: the necessary
// enabling sets of Valmari's stubborn sets, found from the writes of the steps,
// the values written, and the conditions they are written under.

package por

import "mmcheck/model"

// formula is a condition in negation normal form.
type formula struct {
	op   model.BinOp // OpLAnd or OpLOr over kids; anything else: a leaf
	kids []formula
	leaf *leaf
}

// leaf is an atomic condition, shared by all formulas that contain it.
type leaf struct {
	cond  model.Expr
	query int
	own   bool     // it reads registers of the thread that evaluates it
	regs  uint64   // which
	of    compared // the comparison with a constant that it is
	done  bool
	reads bitset
	ends  uint64   // it waits for these threads to get somewhere (bit t-1)
	by    []effect // the writes that may make it true
}

// compared is a comparison of an element with a constant; v is nil if it is
// something else.
type compared struct {
	op model.BinOp // OpEq, OpNe, OpLt, OpLe (element first), or their mirror images
	v  *model.Var
	at model.Expr
	k  int64
	gt bool // the constant comes first
}

// effect is a write that may make a leaf true.
type effect struct {
	action int
	conds  []formula // what must hold for the write to happen
}

// normal brings a condition into negation normal form.
func (x *Analysis) normal(e model.Expr, neg bool) formula {
	switch n := e.(type) {
	case nil:
		return x.atom(model.Bool(!neg))
	case model.Un:
		if n.Op == model.OpNot {
			return x.normal(n.X, !neg)
		}
	case model.Bin:
		if n.Op == model.OpLAnd || n.Op == model.OpLOr {
			op := n.Op
			if neg {
				op = model.OpLAnd + model.OpLOr - op
			}
			f := formula{op: op}
			for _, k := range []model.Expr{n.X, n.Y} {
				kid := x.normal(k, neg)
				if kid.leaf == nil && kid.op == op {
					f.kids = append(f.kids, kid.kids...)
				} else {
					f.kids = append(f.kids, kid)
				}
			}
			return f
		}
	}
	if neg {
		e = model.Not(e)
	}
	return x.atom(e)
}

func (x *Analysis) atom(e model.Expr) formula {
	l := x.leaves[e]
	if l == nil {
		l = &leaf{cond: e, query: x.query(e), of: comparison(e)}
		model.WalkExpr(e, func(e model.Expr) {
			g, ok := e.(model.Get)
			switch {
			case ok && g.V.Kind == model.Counter:
				l.ends |= 1 << (g.V.Thread - 1)
			case ok && g.V.Thread != 0:
				l.own = true
			}
		})
		l.regs = x.own(e)
		if !x.seenByOthers(e) {
			l.own, l.regs = true, l.regs|unnamed
		}
		x.leaves[e] = l
	}
	return formula{leaf: l}
}

// own is the set of registers in e, unnamed for those that have no bit.
func (x *Analysis) own(e model.Expr) uint64 {
	set := uint64(0)
	model.WalkExpr(e, func(e model.Expr) {
		if g, ok := e.(model.Get); ok && g.V.Thread != 0 && g.V.Kind != model.Counter {
			if bit := x.indexBit(g.V); bit != 0 {
				set |= bit
			} else {
				set |= unnamed
			}
		}
	})
	return set
}

// need is something that holds whenever an action is taken: a counter, at the
// index that a register of the thread holds, compares so with a constant.
type need struct {
	reg  *model.Var
	leaf *leaf
}

// findNeeds collects what the guard of an action without alternatives says of
// elements named by registers.
func (a *action) findNeeds() {
	if len(a.guards) != 1 {
		return
	}
	all := []formula{a.guards[0]}
	if all[0].leaf == nil && all[0].op == model.OpLAnd {
		all = all[0].kids
	}
	for _, f := range all {
		if f.leaf == nil || f.leaf.of.v == nil {
			continue
		}
		if g, ok := f.leaf.of.at.(model.Get); ok && g.I == nil && g.V.Thread == a.thread.Num {
			a.needs = append(a.needs, need{g.V, f.leaf})
		}
	}
}

// comparison recognises the comparison of an element with a constant.
func comparison(e model.Expr) compared {
	zero := func(op model.BinOp, e model.Expr) compared { return element(compared{op: op}, e) }
	switch e := e.(type) {
	case model.Get:
		return zero(model.OpNe, e)
	case model.Conv:
		return zero(model.OpNe, e)
	case model.Un:
		if e.Op == model.OpNot {
			return zero(model.OpEq, e.X)
		}
	case model.Bin:
		if e.Op < model.OpEq || e.Op > model.OpLe {
			return compared{}
		}
		if k, ok := e.Y.(model.Const); ok {
			return element(compared{op: e.Op, k: int64(k)}, e.X)
		}
		if k, ok := e.X.(model.Const); ok {
			return element(compared{op: e.Op, k: int64(k), gt: true}, e.Y)
		}
	}
	return compared{}
}

func element(c compared, e model.Expr) compared {
	if cv, ok := e.(model.Conv); ok {
		if g, ok := cv.X.(model.Get); ok && cv.Bits > g.V.Bits {
			e = g
		}
	}
	g, ok := e.(model.Get)
	if !ok {
		return compared{}
	}
	c.v, c.at = g.V, g.I
	if g.I == nil {
		c.at = model.Const(0)
	}
	return c
}

// possible reports whether a value from lo to hi may satisfy the comparison.
func (c compared) possible(lo, hi int64) bool {
	switch {
	case c.op == model.OpEq:
		return lo <= c.k && c.k <= hi
	case c.op == model.OpNe:
		return lo != c.k || hi != c.k
	case c.op == model.OpLt && c.gt:
		return c.k < hi
	case c.op == model.OpLt:
		return lo < c.k
	case c.op == model.OpLe && c.gt:
		return c.k <= hi
	}
	return lo <= c.k
}

// enablers finds the writes that may make a leaf true.
func (x *Analysis) enablers(l *leaf) []effect {
	if l.done {
		return l.by
	}
	l.done = true
	l.reads = newBitset(x.prog.Size)
	model.WalkExpr(l.cond, func(e model.Expr) {
		if g, ok := e.(model.Get); ok {
			for i, hi := elements(g.V, index(g)); i < hi; i++ {
				l.reads.add(i)
			}
		}
	})
	for i, a := range x.actions {
		if a.touched[writes].meets(l.reads) || a.touched[takes].meets(l.reads) || a.touched[adds].meets(l.reads) || a.touched[clears].meets(l.reads) || a.touched[kills].meets(l.reads) {
			x.effects(l, i)
		}
	}
	return l.by
}

func index(g model.Get) model.Expr {
	if g.I == nil {
		return model.Const(0)
	}
	return g.I
}

// effects adds the writes of action n that may make l true.
func (x *Analysis) effects(l *leaf, n int) {
	a := x.actions[n]
	var around []branch // the statement at hand
	var body func(b []model.Stmt)
	body = func(b []model.Stmt) {
		for _, st := range b {
			switch st := st.(type) {
			case model.Set:
				if x.writesInto(st, l.reads) && x.mayEnable(l, a, st) {
					l.by = append(l.by, effect{n, x.conditions(around)})
				}
			case model.If:
				around = append(around, branch{st.C, false})
				body(st.Then)
				around[len(around)-1].els = true
				body(st.Else)
				around = around[:len(around)-1]
			}
		}
	}
	seen := map[*model.Block]bool{}
	var settle func(b *model.Block)
	settle = func(b *model.Block) {
		if b == nil || b.Step != nil || seen[b] {
			return
		}
		seen[b] = true
		body(b.Body)
		settle(b.Then)
		settle(b.Else)
	}
	for _, alt := range a.point.Step.Alts {
		body(alt.Body)
		settle(alt.Next)
	}
}

// branch is an arm of an If.
type branch struct {
	cond model.Expr
	els  bool
}

// conditions are what must hold for control to come through some branches. They are
// put into normal form only where something is found: most branches have nothing.
func (x *Analysis) conditions(through []branch) (out []formula) {
	for _, b := range through {
		out = append(out, x.normal(b.cond, b.els))
	}
	return out
}

func (x *Analysis) writesInto(st model.Set, reads bitset) bool {
	i := st.I
	if i == nil {
		i = model.Const(0)
	}
	for e, hi := elements(st.V, i); e < hi; e++ {
		if reads.has(e) {
			return true
		}
	}
	return false
}

// mayEnable reports whether a write may turn a false leaf true. It looks at
// comparisons of the written element with a constant; all else it grants.
func (x *Analysis) mayEnable(l *leaf, a *action, st model.Set) bool {
	c := l.of
	if c.v != st.V {
		return true
	}
	if v, ok := st.X.(model.Const); ok {
		return x.Needs(enablingValue) && c.possible(int64(v), int64(v))
	}
	if up, down := a.adds(st.V); up || down {
		switch {
		case c.op == model.OpEq && c.k <= 0 && up && !down && (x.counters.lowest(st.V) >= c.k || !x.Needs(risesFromThere)):
			return false // it rises from what is no less
		case (c.op == model.OpLt || c.op == model.OpLe) && c.gt:
			return up
		case c.op == model.OpLt || c.op == model.OpLe:
			return down
		}
	}
	return true
}

// adds reports whether a changes v by additions only, and their signs.
func (a *action) adds(v *model.Var) (up, down bool) {
	for _, acc := range a.accesses {
		switch {
		case acc.v != v:
		case acc.how == writes || acc.how == takes:
			return false, false
		case acc.how == adds && acc.by > 0:
			up = true
		case acc.how == adds && acc.by < 0:
			down = true
		}
	}
	return up, down
}
