// SPDX-License-Identifier: MIT

// This file finds registers that are read where nothing has been written to them yet,
// on whichever way a thread came there: a mistake in what the code was made from. The
// analysis is a forward data flow.

package model

// Unset lists the registers of t that are read before they are set, on all ways to
// where that is. It is for code that is not sealed.
func (t *Thread) Unset() []*Var {
	empty := t.numberRegs()
	before := map[*Block]regSet{t.Entry: empty()} // what may have been set
	unset := empty()
	var found []*Var
	for stale := []*Block{t.Entry}; len(stale) > 0; {
		b := stale[len(stale)-1]
		stale = stale[:len(stale)-1]
		b.flows(before[b], func(next *Block, set regSet) {
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
		b.reads(set, unset)
	}
	for _, v := range t.prog.Vars {
		if v.Thread == t.Num && v.Kind == Register && IsRegister(v) && unset.has(v) {
			found = append(found, v)
		}
	}
	return found
}

// flows calls f with what may be set behind b.
func (b *Block) flows(before regSet, f func(next *Block, set regSet)) {
	if b.Step == nil {
		set := append(regSet(nil), before...)
		sets(b.Body, set)
		f(b.Then, set)
		f(b.Else, set)
		return
	}
	for _, a := range b.Step.Alts {
		set := append(regSet(nil), before...)
		sets(a.Body, set)
		f(a.Next, set)
	}
}

// sets adds the registers that a body may set.
func sets(body []Stmt, set regSet) {
	WalkStmts(body, func(st Stmt) {
		if s, ok := st.(Set); ok && IsRegister(s.V) {
			set.add(s.V)
		}
	})
}

// reads adds to unset what b reads though it is in no set of registers before.
func (b *Block) reads(before, unset regSet) {
	note := func(e Expr, set regSet) {
		WalkExpr(e, func(x Expr) {
			if g, ok := x.(Get); ok && IsRegister(g.V) && !set.has(g.V) {
				unset.add(g.V)
			}
		})
	}
	through := func(body []Stmt) regSet {
		set := append(regSet(nil), before...)
		WalkStmts(body, func(st Stmt) {
			for _, e := range StmtExprs(st) {
				note(e, set)
			}
			if s, ok := st.(Set); ok && IsRegister(s.V) {
				set.add(s.V)
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
