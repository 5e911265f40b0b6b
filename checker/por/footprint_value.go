// SPDX-License-Identifier: MIT

// This file follows values through the registers of a thread in the midst of an
// action, in terms of the state before it.

package por

import (
	"slices"

	"mmcheck/model"
)

// use records the reads of an expression.
func (tr *tracer) use(e model.Expr) {
	for _, acc := range tr.sources(e) {
		tr.record(acc)
	}
}

// sources lists what the value of e depends on, each access once.
func (tr *tracer) sources(e model.Expr) []access {
	var out []access
	asked := false
	model.WalkExpr(e, func(e model.Expr) {
		if tr.owner(e) {
			asked = true // what comes next
		}
		g, ok := e.(model.Get)
		if !ok {
			return
		}
		how := reads
		if asked {
			how, asked = asks, false
		}
		if val := tr.value(g.V); val != nil {
			out = add(out, val.from...)
			return
		}
		if !tr.x.single(g.V) {
			out = add(out, access{v: g.V, at: tr.index(g), how: how})
		}
	})
	return out
}

// owner recognises the comparison of the number of a thread with that of the thread
// itself.
func (tr *tracer) owner(e model.Expr) bool {
	b, ok := e.(model.Bin)
	if !ok || b.Op != model.OpEq && b.Op != model.OpNe || b.Y != model.Expr(model.Const(tr.a.thread.Num)) {
		return false
	}
	g, ok := b.X.(model.Get)
	return ok && g.V.Names == model.ThreadValue
}

// suppose notes the elements of which a condition, in terms of the state before the
// action, says that they name the thread itself or none.
func (tr *tracer) suppose(cond model.Expr) {
	b, ok := cond.(model.Bin)
	if !ok {
		return
	}
	if b.Op == model.OpLAnd {
		tr.suppose(b.X)
		tr.suppose(b.Y)
	}
	if g, ok := b.X.(model.Get); ok && b.Op == model.OpEq && g.V.Names == model.ThreadValue && tr.ownOrNone(b.Y) {
		tr.owned = append(slices.Clip(tr.owned), slot{g.V, index(g)})
	}
}

// ownOrNone reports whether e is the number of the thread itself, or 0.
func (tr *tracer) ownOrNone(e model.Expr) bool {
	return e == model.Expr(model.Const(0)) || e == model.Expr(model.Const(tr.a.thread.Num))
}

// takes reports whether st sets an element from 0 to the number of the thread, or back.
func (tr *tracer) takes(st model.Set, at model.Expr) bool {
	return at != nil && tr.ownOrNone(st.X) && slices.Contains(tr.owned, slot{st.V, at}) && !slices.Contains(tr.dirty, st.V)
}

// add adds accesses to a list, which it leaves as it is, but for those that it has: where
// paths part and meet again and again, they would double each time.
func add(to []access, more ...access) []access {
	to = slices.Clip(to)
	for _, acc := range more {
		if !slices.Contains(to, acc) {
			to = append(to, acc)
		}
	}
	return to
}

// index is the element that g names in terms of the state before the action,
// nil if that is not known.
func (tr *tracer) index(g model.Get) model.Expr {
	if g.I == nil {
		return model.Const(0)
	}
	return tr.before(g.I)
}

// before rewrites e in terms of the state before the action; nil if it cannot.
func (tr *tracer) before(e model.Expr) model.Expr {
	const deep = 12
	return tr.rewrite(e, deep)
}

func (tr *tracer) rewrite(e model.Expr, depth int) model.Expr {
	if depth == 0 {
		return nil
	}
	switch e := e.(type) {
	case model.Const:
		return e
	case model.Get:
		if val := tr.value(e.V); val != nil {
			return val.x
		}
		if slices.Contains(tr.dirty, e.V) && tr.x.Needs(valueBefore) {
			return nil
		}
		if e.I == nil {
			return e
		}
		if i := tr.rewrite(e.I, depth-1); i != nil {
			return model.Get{V: e.V, I: i}
		}
	case model.Un:
		if x := tr.rewrite(e.X, depth-1); x != nil {
			return model.MkUn(e.Op, x)
		}
	case model.Bin:
		x, y := tr.rewrite(e.X, depth-1), tr.rewrite(e.Y, depth-1)
		if x != nil && y != nil {
			return model.MkBin(e.Op, x, y)
		}
	case model.Map:
		if x := tr.rewrite(e.X, depth-1); x != nil {
			return model.Map{T: e.T, X: x}
		}
	case model.Sel:
		c, x, y := tr.rewrite(e.C, depth-1), tr.rewrite(e.A, depth-1), tr.rewrite(e.B, depth-1)
		if c != nil && x != nil && y != nil {
			return model.Cond(c, x, y)
		}
	case model.Conv:
		if x := tr.rewrite(e.X, depth-1); x != nil {
			return model.MkConv(x, e.Bits, e.Signed)
		}
	}
	return nil
}

// set follows an assignment.
func (tr *tracer) set(st model.Set) {
	tr.use(st.I)
	if tr.x.mine(tr.a.thread, st.V) && st.V.Len == 1 {
		tr.setOwn(st)
		return
	}
	if tr.x.single(st.V) {
		tr.use(st.X)
		tr.wrote(st.V)
		return
	}
	at := tr.index(model.Get{V: st.V, I: st.I})
	if n, ok := tr.added(st, at); ok {
		tr.record(access{v: st.V, at: at, how: adds, by: n})
		tr.add(counter{st.V, at}, n)
	} else if tr.takes(st, at) {
		tr.record(access{v: st.V, at: at, how: takes})
	} else {
		tr.use(st.X)
		tr.record(access{v: st.V, at: at, how: writes})
	}
	tr.wrote(st.V)
}

// setOwn assigns to a register of the thread itself. Others see it only where
// it is a pointer that they may mark as dangling.
func (tr *tracer) setOwn(st model.Set) {
	val := value{v: st.V, x: tr.before(st.X), from: tr.sources(st.X)}
	if !tr.x.single(st.V) {
		how := writes
		if tr.clearsBoth(st.V) {
			how = clears
		}
		tr.record(access{v: st.V, at: model.Const(0), how: how})
	}
	tr.assign(val, tr.maybe)
}

// add notes an addition; one that may or may not happen makes the sum unknown.
func (tr *tracer) add(c counter, n int64) {
	if tr.maybe {
		tr.x.uncounted[c.v] = true
	}
	if tr.sums == nil {
		tr.sums = map[counter]int64{}
	}
	tr.sums[c] += n
}

// wrote notes that v no longer holds what it held before the action.
func (tr *tracer) wrote(v *model.Var) {
	if !slices.Contains(tr.dirty, v) {
		tr.dirty = append(tr.dirty, v)
	}
}

// added recognises v[i] = v[i] + n of an element not written before.
func (tr *tracer) added(st model.Set, at model.Expr) (int64, bool) {
	if at == nil || slices.Contains(tr.dirty, st.V) && tr.x.Needs(oncePerAction) {
		return 0, false
	}
	b, ok := stripped(tr.before(st.X), st.V.Bits).(model.Bin)
	if !ok || b.Op != model.OpAdd && b.Op != model.OpSub {
		return 0, false
	}
	n, isConst := b.Y.(model.Const)
	g, isGet := stripped(b.X, st.V.Bits).(model.Get)
	if !isConst || !isGet || g.V != st.V {
		return 0, false
	}
	i := g.I
	if i == nil {
		i = model.Const(0)
	}
	if i != at {
		return 0, false
	}
	if b.Op == model.OpSub {
		n = -n
	}
	return int64(n), true
}

// stripped takes off conversions that leave the lowest bits as they are.
func stripped(x model.Expr, bits int) model.Expr {
	for {
		c, ok := x.(model.Conv)
		if !ok || c.Bits < bits {
			return x
		}
		x = c.X
	}
}

// record adds an access unless it is known, or to what one thread alone touches.
func (tr *tracer) record(acc access) {
	if acc.how == writes || acc.how == takes || acc.how == clears || acc.how == kills {
		tr.x.written[acc.v] = true
	}
	if tr.x.single(acc.v) || slices.Contains(tr.a.accesses, acc) {
		return
	}
	tr.a.accesses = append(tr.a.accesses, acc)
}

// clearsBoth reports whether the body at hand sets v and its partner, life or
// pointer, to zero.
func (tr *tracer) clearsBoth(v *model.Var) bool {
	partner := v.Life
	if partner == nil {
		partner = v.Of
	}
	found := 0
	for _, st := range tr.inside {
		if set, ok := st.(model.Set); ok && (set.V == v || set.V == partner) {
			if set.X != model.Expr(model.Const(0)) {
				return false
			}
			found++
		}
	}
	return found >= 2 || !tr.x.Needs(ClearedBoth)
}
