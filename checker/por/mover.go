// SPDX-License-Identifier: MIT

// This file finds right movers (Lipton, "Reduction"): transitions that can be delayed
// until their thread's next step, since all they do to others is to keep them
// from something. Counting up is the usual case: "rcu++" may stop a writer that
// waits for rcu to be zero, but whatever a writer does behind it, it could have
// done before it.

package por

import "mmcheck/model"

// movesRight reports whether whatever another thread can do behind a, it could
// do before a with the same effect.
func (x *Analysis) movesRight(a *action) bool {
	if a.Private() || a.Sticky || len(a.guards) != 1 || a.point.Step.Alts[0].Guard != nil {
		return false
	}
	for _, acc := range a.accesses {
		if acc.how != adds && x.Needs(onlyAdds) {
			return false
		}
	}
	for _, b := range x.actions {
		if b.thread != a.thread && !x.passes(a, b) {
			return false
		}
	}
	return true
}

// passes reports whether b, taken behind a, could be taken before it: what a
// adds to, b adds to as well, or it only looks at it in guards that a cannot
// make true.
func (x *Analysis) passes(a, b *action) bool {
	for _, p := range a.accesses {
		for _, q := range b.accesses {
			if p.v != q.v || x.exchangeable(p.how, q.how) || !overlap(p, q) {
				continue
			}
			switch {
			case p.how != adds && !x.Needs(onlyAdds):
			case (q.how != reads || !q.guard) && x.Needs(onlyGuards), x.Needs(onlyDisables) && !x.onlyDisables(p, b):
				return false
			}
		}
	}
	return true
}

// onlyDisables reports whether the addition p can make no guard of b true, and
// no guard's part of it.
func (x *Analysis) onlyDisables(p access, b *action) bool {
	ok := true
	var leaves func(f *formula)
	leaves = func(f *formula) {
		for i := range f.kids {
			leaves(&f.kids[i])
		}
		if f.leaf == nil {
			return
		}
		uses := false
		model.WalkExpr(f.leaf.cond, func(e model.Expr) {
			g, isGet := e.(model.Get)
			uses = uses || isGet && g.V == p.v
		})
		if uses && !x.falls(f.leaf.of, p) {
			ok = false
		}
	}
	for i := range b.guards {
		leaves(&b.guards[i])
	}
	return ok
}

// falls reports whether a comparison that holds behind an addition held before
// it.
func (x *Analysis) falls(c compared, p access) bool {
	if c.v != p.v {
		return false
	}
	switch {
	case (c.op == model.OpLt || c.op == model.OpLe) && !c.gt:
		return p.by > 0 && x.counters.is[c.v]
	case c.op == model.OpLt || c.op == model.OpLe:
		return p.by < 0 && x.counters.is[c.v]
	case c.op == model.OpEq:
		return p.by > 0 && x.counters.is[c.v] && x.counters.lowest(c.v) >= c.k
	}
	return false
}
