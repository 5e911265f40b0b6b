// SPDX-License-Identifier: MIT

// This file finds registers that are read where nothing has been written to them yet,
// on whichever way a thread came there: a mistake in what the code was made from. The
// analysis is a forward data flow.

package model

// Unset lists those of some registers of t that are read before they are set, on all
// ways to where that is. It is for code that is not sealed.
func (t *Thread) Unset(of []*Var) []*Var {
	if len(of) == 0 {
		return nil
	}
	asked := registerSets{}
	for i, v := range of {
		asked[v] = i
	}
	empty := func() regSet { return make(regSet, (len(of)+63)/64) }
	before := map[*Block]regSet{t.Entry: empty()} // what may have been set
	unset := empty()
	var found []*Var
	for stale := []*Block{t.Entry}; len(stale) > 0; {
		b := stale[len(stale)-1]
		stale = stale[:len(stale)-1]
		asked.flows(b, before[b], func(next *Block, set regSet) {
			if next == nil {
				return
			}
			if before[next] == nil {
				before[next] = empty()
			} else if !before[next].addAll(set) {
				return
			}
			before[next].addAll(set)
			stale = append(stale, next)
		})
	}
	for b, set := range before {
		asked.reads(b, set, unset)
	}
	for _, v := range of {
		if asked.has(unset, v) {
			found = append(found, v)
		}
	}
	return found
}

// registerSets gives registers their places in regSets; others are in none.
type registerSets map[*Var]int

func (r registerSets) has(s regSet, v *Var) bool {
	n, ok := r[v]
	return ok && s[n/64]>>(n%64)&1 != 0
}

func (r registerSets) add(s regSet, v *Var) {
	if n, ok := r[v]; ok {
		s[n/64] |= 1 << (n % 64)
	}
}

// flows calls f with what may be set behind b.
func (r registerSets) flows(b *Block, before regSet, f func(next *Block, set regSet)) {
	if b.Step == nil {
		set := append(regSet(nil), before...)
		r.sets(b.Body, set)
		f(b.Then, set)
		f(b.Else, set)
		return
	}
	for _, a := range b.Step.Alts {
		set := append(regSet(nil), before...)
		r.sets(a.Body, set)
		f(a.Next, set)
	}
}

// sets adds the registers that a body may set.
func (r registerSets) sets(body []Stmt, set regSet) {
	WalkStmts(body, func(st Stmt) {
		if s, ok := st.(Set); ok {
			r.add(set, s.V)
		}
	})
}

// reads adds to unset what b reads though it is in no set of registers before.
func (r registerSets) reads(b *Block, before, unset regSet) {
	note := func(e Expr, set regSet) {
		WalkExpr(e, func(x Expr) {
			if g, ok := x.(Get); ok && !r.has(set, g.V) {
				r.add(unset, g.V)
			}
		})
	}
	through := func(body []Stmt) regSet {
		set := append(regSet(nil), before...)
		WalkStmts(body, func(st Stmt) {
			for _, e := range StmtExprs(st) {
				note(e, set)
			}
			if s, ok := st.(Set); ok {
				r.add(set, s.V)
			}
		})
		return set
	}
	after := through(b.Body)
	if b.Step == nil {
		note(b.Cond, after)
		return
	}
	for _, a := range b.Step.Alts {
		note(a.Guard, before)
		through(a.Body)
	}
}
