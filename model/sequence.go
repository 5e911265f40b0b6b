// SPDX-License-Identifier: MIT

// This file keeps sequence numbers from growing for ever. Of a number that only
// counts, such as mm_lock_seq, nothing is ever asked but whether a copy of it is still
// the same, and whether it is odd. Where a thread may count in a loop, the next number
// is therefore the lowest one of the other parity that no copy has: whatever could be
// told apart still can, and there are only so many numbers as there are copies.
//
// A copy is a variable that is given the number or another copy, or a constant that is
// not above the first number: the number itself is at most that once, at first, and the
// constant is given to no later one. If anything else is done with the number or a
// copy, it counts as it is written.
//
// Two variables that count (the mm_lock_seq of two mms are elements of one) may have
// numbers in common, as they may in the kernel.

package model

import (
	"maps"
	"slices"
)

// sequence is a variable that counts, and what is known of it.
type sequence struct {
	v      *Var
	copies map[*Var]bool             // variables in memory, which may have a number at any time, and registers that have one at some
	named  map[int64]bool            // the constants that copies have
	first  int64                     // the least of the first numbers
	last   int64                     // the greatest of them: copies that INIT made have no more
	at     map[*Block]map[*Var]holds // what registers may have where a block begins, if not a constant
	regs   map[*Var]holds            // at the place at hand
	mixed  bool                      // one that is looked at may have either
}

// holds says what a register may have.
type holds uint8

const (
	aNumber holds = 1 << iota
	another
)

// Sequences says which of the variables that count take the lowest numbers. It is for
// tests: all give the same verdict where they come to an end.
type Sequences uint8

// The choices.
const (
	BoundInLoops Sequences = iota // those that may count for ever
	BoundAll                      // all
	CountOn                       // none
)

// boundSequences has variables that count take the lowest numbers. The code must be in
// its last form, and the initial state known.
func (p *Program) boundSequences(which Sequences) {
	if which == CountOn {
		return
	}
	for _, v := range p.counting(which == BoundAll) {
		s := &sequence{v: v, copies: map[*Var]bool{v: true}, named: map[int64]bool{}}
		s.first, s.last = p.firstNumbers(v)
		switch {
		case s.follow(p):
			s.rewrite(p)
		case s.onlyGrows(p):
			p.CountsOn = append(p.CountsOn, v)
		}
	}
}

// counting lists the variables in memory to which a step adds 1; if not all, those
// where a thread may come by again.
func (p *Program) counting(all bool) []*Var {
	var out []*Var
	for _, t := range p.Threads {
		for _, b := range t.Blocks {
			b.Bodies(func(body []Stmt) {
				for i, st := range body {
					if set, ok := st.(Set); ok && isIncrement(body, i) && !slices.Contains(out, set.V) && (all || b.repeats()) {
						out = append(out, set.V)
					}
				}
			})
		}
	}
	return out
}

// onlyGrows reports whether nothing is done to the variable but to add 1.
func (s *sequence) onlyGrows(p *Program) bool {
	grows := true
	var look func(body []Stmt)
	look = func(body []Stmt) {
		for i, st := range body {
			switch st := st.(type) {
			case If:
				look(st.Then)
				look(st.Else)
			case Set:
				grows = grows && (st.V != s.v || isIncrement(body, i))
			}
		}
	}
	for _, t := range p.Threads {
		for _, b := range t.Blocks {
			b.Bodies(look)
		}
	}
	return grows
}

// repeats reports whether b may be reached from itself.
func (b *Block) repeats() bool {
	seen := map[*Block]bool{}
	queue := b.succs()
	for len(queue) > 0 {
		n := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if n == b {
			return true
		}
		if !seen[n] {
			seen[n] = true
			queue = append(queue, n.succs()...)
		}
	}
	return false
}

// isIncrement reports whether statement i of a body adds 1 to a variable in memory,
// perhaps by way of a register that is loaded in the same body.
func isIncrement(body []Stmt, i int) bool {
	set, ok := body[i].(Set)
	if !ok || set.V.Kind != Memory || set.V.Points != nil || set.V.Base != nil {
		return false
	}
	sum, ok := unconverted(set.X).(Bin)
	if !ok || sum.Op != OpAdd || sum.Y != Expr(Const(1)) {
		return false
	}
	from, ok := unconverted(sum.X).(Get)
	for k := i - 1; ok && k >= 0 && from.V != set.V; k-- {
		switch st := body[k].(type) {
		case Set:
			switch {
			case st.V == from.V:
				from, ok = unconverted(st.X).(Get)
			case st.V == set.V:
				return false
			}
		case If:
			return false // what it sets is not looked for
		}
	}
	return ok && from == Get{set.V, set.I}
}

// seqBits is the least width at which numbers are not cut.
const seqBits = 16

// unconverted is e without conversions that do not change small numbers.
func unconverted(e Expr) Expr {
	for {
		c, ok := e.(Conv)
		if !ok || c.Bits < seqBits {
			return e
		}
		e = c.X
	}
}

// follow finds the copies. It returns false if something is done with one that asks
// for more than whether two are the same.
func (s *sequence) follow(p *Program) bool {
	for copies := 0; copies != len(s.copies); {
		copies = len(s.copies)
		s.at = map[*Block]map[*Var]holds{} // what was another thing before may be a number now
		for known := -1; known != s.size(); {
			known = s.size()
			for _, t := range p.Threads {
				for _, b := range t.Blocks {
					s.through(b, func([]Stmt, int) {}, func(Expr) {})
				}
			}
		}
	}
	fine := true
	s.mixed = false
	for v := range s.copies {
		fine = fine && (v.Kind == Memory && v.Points == nil && v.Base == nil && v.Bits >= seqBits || v.Kind == Register)
		for i := v.First(); i < v.Len; i++ {
			n := p.Initial[v.off+i]
			s.named[n] = true
			fine = fine && n <= s.last
		}
	}
	for _, t := range p.Threads {
		for _, b := range t.Blocks {
			s.through(b, func(body []Stmt, i int) { fine = fine && s.statement(body, i) }, func(e Expr) { fine = fine && s.only(e) })
		}
	}
	return fine && !s.mixed
}

// firstNumbers are the least and the greatest of the numbers that v starts with.
func (p *Program) firstNumbers(v *Var) (least, greatest int64) {
	all := p.Initial[v.off+v.First() : v.off+v.Len]
	return slices.Min(all), slices.Max(all)
}

// size counts what is known, which only grows.
func (s *sequence) size() int {
	n := len(s.copies)
	for _, regs := range s.at {
		for _, h := range regs {
			n += int(h)
		}
	}
	return n
}

// through follows the numbers through a block. It calls stmt for each statement of a
// body and expr for each other expression, with what is known there.
func (s *sequence) through(b *Block, stmt func(body []Stmt, i int), expr func(Expr)) {
	begin := func() {
		if s.regs = maps.Clone(s.at[b]); s.regs == nil {
			s.regs = map[*Var]holds{}
		}
	}
	begin()
	if b.Step == nil {
		s.body(b.Body, stmt)
		expr(b.Cond)
		s.reach(b.Then)
		s.reach(b.Else)
		return
	}
	expr(b.Step.Waits)
	for i := range b.Step.Looks {
		stmt(b.Step.Looks, i)
	}
	for _, a := range b.Step.Alts {
		begin()
		expr(a.Guard)
		s.body(a.Body, stmt)
		s.reach(a.Next)
	}
}

// reach adds what is known here to where a block begins.
func (s *sequence) reach(b *Block) {
	if b == nil {
		return
	}
	if s.at[b] == nil {
		s.at[b] = map[*Var]holds{}
	}
	join(s.at[b], s.regs)
}

// body follows the numbers through a body.
func (s *sequence) body(body []Stmt, stmt func(body []Stmt, i int)) {
	for i, st := range body {
		stmt(body, i)
		switch st := st.(type) {
		case If:
			before := maps.Clone(s.regs)
			s.body(st.Then, stmt)
			then := s.regs
			s.regs = before
			s.body(st.Else, stmt)
			join(s.regs, then)
		case Set:
			s.assign(st)
		}
	}
}

// join adds what may be so in b to a.
func join(a, b map[*Var]holds) {
	for v, h := range b {
		a[v] |= h
	}
}

// assign notes what a variable has from here on.
func (s *sequence) assign(st Set) {
	number := s.number(st.X)
	if number {
		s.copies[st.V] = true
	}
	if st.V.Kind != Register {
		return
	}
	if st.V.Len == 1 {
		delete(s.regs, st.V)
	}
	if c, constant := ConstOf(st.X); number {
		s.regs[st.V] |= aNumber
	} else if !constant || c > s.first {
		s.regs[st.V] |= another
	}
}

// statement reports whether statement i of a body asks only what it may.
func (s *sequence) statement(body []Stmt, i int) bool {
	set, ok := body[i].(Set)
	if !ok {
		return !slices.ContainsFunc(StmtExprs(body[i]), func(e Expr) bool { return !s.only(e) })
	}
	switch {
	case !s.only(set.I):
		return false
	case set.V == s.v && isIncrement(body, i):
		return true
	case set.V == s.v:
		return endsLife(body, set)
	case s.number(set.X):
		return s.within(set.X)
	case !s.copies[set.V]:
		return s.only(set.X)
	}
	return s.names(set.X) || set.V.Kind == Register && s.only(set.X)
}

// holds reports whether v may have a number here.
func (s *sequence) holds(v *Var) bool {
	if v.Kind == Register {
		s.mixed = s.mixed || s.regs[v] == aNumber|another
		return s.regs[v]&aNumber != 0
	}
	return s.copies[v]
}

// number reports whether e is the number or a copy, or a constant in some cases.
func (s *sequence) number(e Expr) bool {
	switch e := unconverted(e).(type) {
	case Get:
		return s.holds(e.V)
	case Sel:
		_, a := ConstOf(e.A)
		_, b := ConstOf(e.B)
		return s.number(e.A) && (b || s.number(e.B)) || a && s.number(e.B)
	}
	return false
}

// within reports whether what selects a number asks only what it may.
func (s *sequence) within(e Expr) bool {
	switch e := unconverted(e).(type) {
	case Get:
		return s.only(e.I)
	case Sel:
		return s.only(e.C) && s.within(e.A) && s.within(e.B)
	}
	return s.names(e)
}

// endsLife reports whether a body that sets an element of an object also allocates or
// frees that object: what comes then is another number.
func endsLife(body []Stmt, set Set) bool {
	return set.V.Type != nil && set.V.Type.Live != nil && slices.ContainsFunc(body, func(st Stmt) bool {
		live, ok := st.(Set)
		return ok && live.V == set.V.Type.Live && live.I == set.I
	})
}

// names reports whether e is a constant that a copy may have, which is noted.
func (s *sequence) names(e Expr) bool {
	c, ok := ConstOf(e)
	if ok = ok && c <= s.first; ok {
		s.named[c] = true
	}
	return ok
}

// only reports whether e asks of the numbers only what it may.
func (s *sequence) only(e Expr) bool {
	switch e := e.(type) {
	case nil, Const:
		return true
	case Get:
		return !s.holds(e.V) && s.only(e.I)
	case Un:
		return s.only(e.X)
	case Bin:
		switch {
		case (e.Op == OpEq || e.Op == OpNe) && (s.number(e.X) || s.number(e.Y)):
			return s.side(e.X) && s.side(e.Y)
		case e.Op == OpAnd && e.Y == Expr(Const(1)) && s.number(e.X):
			return s.within(e.X)
		}
		return s.only(e.X) && s.only(e.Y)
	case Sel:
		return s.only(e.C) && s.only(e.A) && s.only(e.B)
	case Map:
		return s.only(e.X)
	case Conv:
		return s.only(e.X)
	}
	return false
}

// side reports whether e may be compared with a number: it is one, or a constant that
// none ever is.
func (s *sequence) side(e Expr) bool {
	c, ok := ConstOf(e)
	return ok && c < 0 || s.number(e) && s.within(e)
}

// rewrite has each increment take the next number that nobody has.
func (s *sequence) rewrite(p *Program) {
	for _, t := range p.Threads {
		for _, b := range t.Blocks {
			b.Body = s.bounded(p, b.Body)
			if b.Step == nil {
				continue
			}
			for i := range b.Step.Alts {
				a := &b.Step.Alts[i]
				a.Body = s.bounded(p, a.Body)
			}
		}
	}
}

func (s *sequence) bounded(p *Program, body []Stmt) []Stmt {
	out := slices.Clone(body)
	for i, st := range body {
		switch st := st.(type) {
		case If:
			out[i] = If{C: st.C, Then: s.bounded(p, st.Then), Else: s.bounded(p, st.Else)}
		case Set:
			if st.V == s.v && isIncrement(body, i) {
				odd := MkBin(OpAnd, Get{st.V, st.I}, Const(1))
				out[i] = Set{st.V, st.I, Cond(odd, s.next(p, 0), s.next(p, 1))}
			}
		}
	}
	return out
}

// next is the lowest number of a parity, named by nobody, that no copy has.
func (s *sequence) next(p *Program, parity int64) Expr {
	held := s.elements(p)
	n, chain := parity, []int64{}
	for ; len(chain) <= len(held); n += 2 {
		if !s.named[n] {
			chain = append(chain, n)
		}
	}
	out := Expr(Const(chain[len(chain)-1]))
	for _, c := range slices.Backward(chain[:len(chain)-1]) {
		var taken []Expr
		for _, e := range held {
			taken = append(taken, Eq(e, Const(c)))
		}
		out = Cond(Or(taken...), out, Const(c))
	}
	return out
}

// elements lists the elements of all copies; the number itself has the other parity.
func (s *sequence) elements(p *Program) []Expr {
	var out []Expr
	for _, v := range p.Vars {
		if v == s.v || !s.copies[v] {
			continue
		}
		for i := v.First(); i < v.Len; i++ {
			out = append(out, At(v, Int(i)))
		}
	}
	return out
}
