// SPDX-License-Identifier: MIT

// This file compares the bytecode machine with the plain interpreter, on
// random expressions and transitions and on layouts that may be too narrow.

package vm

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"mmcheck/model"
)

func TestBytecodeExpressions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, d := drawProgram(t, false)
		v := d.v
		var states []model.State
		for range 6 {
			s := slices.Clone(p.Initial)
			copy(s[v.Off():v.Off()+v.Len], drawElements(t))
			states = append(states, s)
		}
		l := NewLayout(rangesOf(states))
		c := Assemble(p, l, nil)
		m, w := c.NewMachine(nil), make([]uint64, l.Words)
		for range 3 {
			e := d.expr(4)
			n := c.Expr(e)
			for _, s := range states {
				if l.Pack(w, s); m.Eval(w, n) != model.Eval(s, e) {
					t.Fatalf("%#v in %v: %d, plain %d", e, s, m.Eval(w, n), model.Eval(s, e))
				}
			}
		}
	})
}

// An expression may have more parts than the machine has registers: what a part was
// computed from needs none any more.
func TestLargeExpression(t *testing.T) {
	p := model.NewProgram("large", nil)
	v := p.NewVar("v", model.Memory, 0)
	p.Place()
	e := model.Expr(model.Get{V: v})
	for range 16 {
		e = model.Bin{Op: model.OpMul, X: e, Y: e}
		e = model.Bin{Op: model.OpSub, X: e, Y: model.Const(1)}
	}
	seen := RangesOf(p.Initial)
	seen[v.Off()].Join(3)
	l := NewLayout(seen)
	c := Assemble(p, l, nil)
	m, w := c.NewMachine(nil), make([]uint64, l.Words)
	l.Pack(w, p.Initial)
	if got, want := m.Eval(w, c.Expr(e)), model.Eval(p.Initial, e); got != want {
		t.Errorf("%d, plain %d", got, want)
	}
}

// A transition in bytecode leads where the plain one does and breaks the same,
// or says truly that the layout is too narrow.
func TestBytecodeTransitions(t *testing.T) {
	fatal := func(prop string) bool { return prop == "fatal" }
	rapid.Check(t, func(t *rapid.T) {
		p, d := drawProgram(t, true)
		v := d.v
		before := slices.Clone(p.Initial)
		copy(before[v.Off():v.Off()+v.Len], drawElements(t))
		copy(before[len(before)-3:], drawElements(t))
		before[p.Threads[0].PC.Off()] = 1
		wide := RangesOf(before)
		for i := range wide {
			if i != p.Threads[0].PC.Off() {
				wide[i].Join(-1 << 63)
				wide[i].Join(1<<63 - 1)
			}
		}
		wide[p.Threads[0].PC.Off()].Join(0)
		wide[p.Threads[0].PC.Off()].Join(2)
		seen := RangesOf(before)
		for i := range seen {
			for range rapid.IntRange(0, 2).Draw(t, "wider") {
				seen[i].Join(rapid.Int64Range(-4, 9).Draw(t, "value"))
			}
		}
		comparePlain(t, p, before, wide, fatal, false)
		comparePlain(t, p, before, seen, fatal, true)
	})
}

// comparePlain fires all that is enabled in s.
func comparePlain(t *rapid.T, p *model.Program, s model.State, seen []Range, fatal func(string) bool, mayMisfit bool) {
	l := NewLayout(seen)
	m := Assemble(p, l, fatal).NewMachine(nil)
	from, got := make([]uint64, l.Words), make(model.State, len(s))
	l.Pack(from, s)
	th := p.Threads[0]
	for i := range th.Points[0].Step.Alts {
		if (m.Enabled(from, 0, i) == i) != model.Enabled(s, &th.Points[0].Step.Alts[i]) {
			t.Fatal("the guards differ")
		}
		want, w := th.Fire(s, i, fatal), slices.Clone(from)
		status := m.Fire(w, 0, i)
		copy(got, s)
		switch l.Unpack(got, w); {
		case status&Misfit != 0:
			if !mayMisfit {
				t.Fatal("a misfit where everything fits")
			}
			checkMisfit(t, l, m)
			continue
		case (status == Fatal) != want.Fatal, (status == Bounded) != (want.Limit != nil):
			t.Fatalf("status %d, plain %+v", status, want)
		case status == 0 && !slices.Equal(got, want.Next):
			t.Fatalf("from %v to %v, plain %v", s, got, want.Next)
		case m.Limit != nil && m.Limit.What != want.Limit.What:
			t.Fatal("another limit")
		}
		sameBroken(t, m.Broken, want.Broken)
	}
}

// checkMisfit checks that the misfits are of values that do not fit.
func checkMisfit(t *rapid.T, l *Layout, m *Machine) {
	for i := range m.Misfits {
		w := make([]uint64, l.Words)
		if r := m.Misfits[i]; !l.Put(w, i, r.lo) || !l.Put(w, i, r.hi) || r.diff&^(l.slots[i].mask<<l.slots[i].scale) != 0 {
			return
		}
	}
	t.Fatal("a misfit, and nothing to widen the layout by")
}

func sameBroken(t *rapid.T, got []Broken, want []model.Violation) {
	if len(got) != len(want) {
		t.Fatalf("%d broken, plain %d", len(got), len(want))
	}
	for i, b := range got {
		w := want[i]
		if b.Check.Text != w.Check.Text || b.Check.Prop != w.Check.Prop || b.Obj != w.Obj || b.Life != w.Life {
			t.Fatalf("violation %d: %+v, plain %+v", i, b, w)
		}
	}
}
