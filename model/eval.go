// SPDX-License-Identifier: MIT

// This file is the plain interpreter: it gives expressions, statements and
// transitions their meaning on an unpacked State. It is written to be read,
// and judges everything that is faster.

package model

import (
	"math/bits"
	"slices"
)

// State is one state of a Program: every element of every variable, unpacked,
// in the order of Program.Vars.
type State []int64

// Violation is a property found broken while a transition ran.
type Violation struct {
	Check Check
	Obj   int64 // instance number of the object concerned, 0 if none
	Life  int64 // life of the pointer used
}

// Outcome is what one transition does.
type Outcome struct {
	Next   State
	Broken []Violation // in the order found; if Fatal, the last one ended the transition
	Used   []Used      // the accesses of the program to its memory, in order
	Noted  []int       // the facts that Notes tell of
	Fatal  bool
	Limit  *Limit // a bound was reached: Next is not to be trusted
}

// Used is an access that a transition has made.
type Used struct {
	Use
	Elem int // the place of the element in the state
}

// Eval gives the value of e in s.
func Eval(s State, e Expr) int64 {
	switch e := e.(type) {
	case Const:
		return int64(e)
	case Get:
		i := int64(0)
		if e.I != nil {
			i = Eval(s, e.I)
		}
		if i < 0 || i >= int64(e.V.Len) {
			return 0
		}
		return s[e.V.off+int(i)]
	case Un:
		return EvalUn(e.Op, Eval(s, e.X))
	case Bin:
		return evalShort(s, e)
	case Sel:
		if Eval(s, e.C) != 0 {
			return Eval(s, e.A)
		}
		return Eval(s, e.B)
	case Map:
		return e.T.At(Eval(s, e.X))
	case Conv:
		return Convert(Eval(s, e.X), e.Bits, e.Signed)
	}
	panic("model: unknown expression")
}

func evalShort(s State, e Bin) int64 {
	x := Eval(s, e.X)
	switch {
	case e.Op == OpLAnd && x == 0:
		return 0
	case e.Op == OpLOr && x != 0:
		return 1
	}
	return EvalBin(e.Op, x, Eval(s, e.Y))
}

// run is one transition in progress.
type run struct {
	s     State
	out   *Outcome
	fatal func(prop string) bool
	log   *log // nil unless somebody wants to know what depends on what
}

// exec runs a body and reports whether to go on.
func (r *run) exec(body []Stmt) bool {
	for _, st := range body {
		if !r.stmt(st) {
			return false
		}
	}
	return true
}

func (r *run) stmt(st Stmt) bool {
	switch st := st.(type) {
	case Set:
		i := int64(0)
		if st.I != nil {
			i = Eval(r.s, st.I)
		}
		if x := Eval(r.s, st.X); i >= 0 && i < int64(st.V.Len) {
			if r.log != nil {
				r.log.set(r.s, st, int(i))
			}
			r.s[st.V.off+int(i)] = x
		}
	case If:
		if r.log != nil {
			defer r.log.under(r.s, st.C)()
		}
		if Eval(r.s, st.C) != 0 {
			return r.exec(st.Then)
		}
		return r.exec(st.Else)
	case Use:
		r.use(st)
	case Note:
		if Eval(r.s, st.When) != 0 {
			r.out.Noted = append(r.out.Noted, st.N)
			if r.log != nil {
				r.log.noted = st.N
			}
		}
	case Check:
		return r.check(st)
	case Limit:
		if Eval(r.s, st.When) != 0 {
			r.out.Limit = &st
			return false
		}
	}
	return true
}

// use notes an access; one through a pointer to NULL or to a freed object
// reaches nothing that has a place in the state.
func (r *run) use(u Use) {
	i := Eval(r.s, u.Index())
	if dead := u.Life != nil && Eval(r.s, u.Life) == LifeDead; !dead && i >= int64(u.V.First()) && i < int64(u.V.Len) {
		r.out.Used = append(r.out.Used, Used{u, u.V.off + int(i)})
	}
}

func (r *run) check(c Check) bool {
	if Eval(r.s, c.Bad) == 0 {
		return true
	}
	v := Violation{Check: c}
	if c.Obj != nil {
		v.Obj = Eval(r.s, c.Obj)
	}
	if c.Life != nil {
		v.Life = Eval(r.s, c.Life)
	}
	if r.log != nil {
		r.log.broken(r.s, c)
	}
	r.out.Broken = append(r.out.Broken, v)
	r.out.Fatal = r.fatal(c.Prop)
	return !r.out.Fatal
}

// settle runs register work from b to the next scheduling point and sets pc.
func (r *run) settle(t *Thread, b *Block) {
	for b != nil && b.Step == nil {
		if r.log != nil {
			r.log.enter(b)
		}
		if !r.exec(b.Body) {
			return
		}
		if r.log != nil && b.Cond != nil {
			r.log.branch(r.s, b)
		}
		switch {
		case b.Cond == nil || Eval(r.s, b.Cond) != 0:
			b = b.Then
		default:
			b = b.Else
		}
	}
	pc := int64(0)
	if b != nil {
		pc = int64(b.PC)
	}
	r.s[t.PC.off] = pc
}

// Point returns the scheduling point that t has reached in s, nil if it ended.
func (t *Thread) Point(s State) *Block {
	if pc := s[t.PC.off]; pc > 0 {
		return t.Points[pc-1]
	}
	return nil
}

// Waiting returns the threads (bit t-1) that have a next step in s, split by
// whether some alternative of it is enabled.
func (p *Program) Waiting(s State) (blocked, running uint64) {
	for i, t := range p.Threads {
		b := t.Point(s)
		if b == nil {
			continue
		}
		if slices.ContainsFunc(b.Step.Alts, func(a Alt) bool { return Enabled(s, &a) }) {
			running |= 1 << i
		} else {
			blocked |= 1 << i
		}
	}
	return blocked, running
}

// ThreadsOf lists the threads of a set (bit t-1).
func (p *Program) ThreadsOf(set uint64) []*Thread {
	var out []*Thread
	for ; set != 0; set &= set - 1 {
		out = append(out, p.Threads[bits.TrailingZeros64(set)])
	}
	return out
}

// Enabled reports whether alternative a of a step may fire in s.
func Enabled(s State, a *Alt) bool { return a.Guard == nil || Eval(s, a.Guard) != 0 }

// Fire runs alternative alt of the step that t has reached in s. s is not
// changed. fatal says at which properties a transition ends.
func (t *Thread) Fire(s State, alt int, fatal func(prop string) bool) Outcome {
	var out Outcome
	r := run{s: append(State(nil), s...), out: &out, fatal: fatal}
	a := &t.Point(s).Step.Alts[alt]
	if r.exec(a.Body) {
		r.settle(t, a.Next)
	}
	out.Next = r.s
	return out
}
