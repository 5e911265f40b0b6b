// SPDX-License-Identifier: MIT

// This file tells what a transition does in detail: what each write takes its
// value from, and which conditions decided that it was made. Reports find out by
// this which steps of a schedule made the last one possible.

package model

// Effect is one thing that a transition did.
type Effect struct {
	Elem   int    // the element of the state written, -1 if none
	Old    int64  // what it held before
	New    int64  // what it holds then
	Reads  []int  // elements of the state that value and place, or the condition, were computed from
	Under  int    // the effect that is the condition of the If around it, -1 if none
	Block  *Block // register work was entered; with Branch, it ended in a two-way jump
	Branch bool
	Check  *Check // a check that failed
	Noted  int    // the fact that was noted last, such as which statement began; -1 if none was
}

// log collects effects.
type log struct {
	out   []Effect
	conds []int
	noted int
}

func (l *log) add(e Effect) {
	e.Under, e.Noted = -1, l.noted
	if n := len(l.conds); n > 0 {
		e.Under = l.conds[n-1]
	}
	l.out = append(l.out, e)
}

func (l *log) set(s State, st Set, i int) {
	at := st.V.off + i
	l.add(Effect{Elem: at, Old: s[at], New: Eval(s, st.X), Reads: append(Reads(s, st.X), Reads(s, st.I)...)})
}

// under opens the condition of an If and returns what closes it.
func (l *log) under(s State, c Expr) func() {
	l.add(Effect{Elem: -1, Reads: Reads(s, c)})
	l.conds = append(l.conds, len(l.out)-1)
	return func() { l.conds = l.conds[:len(l.conds)-1] }
}

func (l *log) broken(s State, c Check) {
	l.add(Effect{Elem: -1, Reads: append(Reads(s, c.Bad), Reads(s, c.Obj)...), Check: &c})
}

func (l *log) enter(b *Block) { l.add(Effect{Elem: -1, Block: b}) }

func (l *log) branch(s State, b *Block) {
	l.add(Effect{Elem: -1, Reads: Reads(s, b.Cond), Block: b, Branch: true})
}

// Observe runs alternative alt of the step that t has reached in s and tells
// what it does, in order.
func (t *Thread) Observe(s State, alt int, fatal func(prop string) bool) []Effect {
	var out Outcome
	r := run{s: append(State(nil), s...), out: &out, fatal: fatal, log: &log{noted: -1}}
	a := &t.Point(s).Step.Alts[alt]
	if r.exec(a.Body) {
		r.settle(t, a.Next)
	}
	return r.log.out
}

// Reads lists the elements of s that the value of e depends on: of what is
// evaluated only where needed, what is needed.
func Reads(s State, e Expr) []int {
	var out []int
	var walk func(e Expr)
	walk = func(e Expr) {
		switch e := e.(type) { // nil reads nothing
		case Get:
			i := int64(0)
			if e.I != nil {
				walk(e.I)
				i = Eval(s, e.I)
			}
			if i >= 0 && i < int64(e.V.Len) {
				out = append(out, e.V.off+int(i))
			}
		case Un:
			walk(e.X)
		case Bin:
			walk(e.X)
			x := Eval(s, e.X)
			if e.Op == OpLAnd && x == 0 || e.Op == OpLOr && x != 0 {
				return
			}
			walk(e.Y)
		case Sel:
			walk(e.C)
			if Eval(s, e.C) != 0 {
				walk(e.A)
			} else {
				walk(e.B)
			}
		case Map:
			walk(e.X)
		case Conv:
			walk(e.X)
		}
	}
	walk(e)
	return out
}
