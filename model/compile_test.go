// SPDX-License-Identifier: MIT

// This file compares compiled code with the plain interpreter, on random
// expressions and statements.

package model

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// exprSize is the number of elements that random expressions look at.
const exprSize = 6

// drawExpr draws an expression over v, built without any folding.
func drawExpr(t *rapid.T, v *Var, depth int) Expr {
	kinds := 8
	if depth == 0 {
		kinds = 2
	}
	sub := func() Expr { return drawExpr(t, v, depth-1) }
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return Const(rapid.Int64Range(-9, 9).Draw(t, "const"))
	case 1:
		return Get{V: v, I: Const(rapid.Int64Range(-1, exprSize).Draw(t, "at"))}
	case 2:
		return Get{V: v, I: sub()}
	case 3:
		return Un{UnOp(rapid.IntRange(int(OpNeg), int(OpCom)).Draw(t, "un")), sub()}
	case 4:
		return Sel{sub(), sub(), sub()}
	case 5:
		return Map{&Table{Of: []int64{3, -1, 4}}, sub()}
	case 6:
		bits := rapid.SampledFrom([]int{1, 3, 8, 64}).Draw(t, "bits")
		return Conv{sub(), bits, rapid.Bool().Draw(t, "signed")}
	}
	op, x := BinOp(rapid.IntRange(int(OpAdd), int(OpLOr)).Draw(t, "bin")), sub()
	if rapid.Bool().Draw(t, "constant") {
		return Bin{op, x, Const(rapid.Int64Range(-9, 70).Draw(t, "const"))}
	}
	return Bin{op, x, sub()}
}

func drawElements(t *rapid.T) State {
	return rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(-2, exprSize), rapid.Int64Range(-2, exprSize), rapid.Int64()), exprSize, exprSize).Draw(t, "state")
}

func TestCompiledExpressions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := &Var{Name: "v", Len: exprSize - 1, off: 1}
		e := drawExpr(t, v, 4)
		number, truth := CompileExpr(e), compileBool(e)
		for range 10 {
			s := drawElements(t)
			want := Eval(s, e)
			if got := number(s); got != want {
				t.Fatalf("%#v in %v: compiled %d, plain %d", e, s, got, want)
			}
			if got := truth(s); got != (want != 0) {
				t.Fatalf("%#v in %v: compiled %v as a condition, plain %d", e, s, got, want)
			}
		}
	})
}

func drawBody(t *rapid.T, v *Var, depth int) []Stmt {
	var out []Stmt
	expr := func() Expr { return drawExpr(t, v, 2) }
	for i := range rapid.IntRange(0, 3).Draw(t, "statements") {
		switch k := rapid.IntRange(0, 5).Draw(t, "statement"); {
		case k == 0 && depth > 0:
			out = append(out, If{expr(), drawBody(t, v, depth-1), drawBody(t, v, depth-1)})
		case k == 1:
			prop := rapid.SampledFrom([]string{"fatal", "harmless"}).Draw(t, "prop")
			out = append(out, Check{Prop: prop, Bad: expr(), Text: fmt.Sprint(i), Obj: expr(), Life: expr()})
		case k == 2:
			out = append(out, Limit{When: Bin{OpEq, expr(), Const(7)}, What: "limit"})
		default:
			out = append(out, Set{v, expr(), expr()})
		}
	}
	return out
}

// drawProgram draws a sealed thread: one step with some alternatives, then
// register work with a branch, then the end or a second step.
func drawProgram(t *rapid.T) *Program {
	p := NewProgram("test", []string{"T"})
	v := p.NewVar("v", Memory, 0)
	v.Len = exprSize - 1
	p.NewVar("behind", Memory, 0) // not to be hit by an index out of bounds
	p.assignOffsets()
	p.Initial = p.firstState()
	th := p.Threads[0]
	second := &Block{PC: 2, Step: &Step{Alts: []Alt{{}}}}
	left := &Block{Body: drawBody(t, v, 1)}
	work := &Block{Body: drawBody(t, v, 1), Cond: drawExpr(t, v, 2), Then: left, Else: second}
	first := &Block{PC: 1, Step: &Step{}}
	for range rapid.IntRange(1, 3).Draw(t, "alternatives") {
		a := Alt{Body: drawBody(t, v, 2), Next: work}
		if rapid.Bool().Draw(t, "guarded") {
			a.Guard = drawExpr(t, v, 2)
		}
		first.Step.Alts = append(first.Step.Alts, a)
	}
	th.Points = []*Block{first, second}
	return p
}

// A compiled transition leads where the plain one does, breaks the same, says
// what it changed, and can be undone.
func TestCompiledTransitions(t *testing.T) {
	fatal := func(prop string) bool { return prop == "fatal" }
	rapid.Check(t, func(t *rapid.T) {
		p := drawProgram(t)
		th := p.Threads[0]
		c := Compile(p, fatal)
		m := c.NewMachine()
		for _, v := range p.Vars {
			if v.Name == "v" {
				copy(m.State[v.off:], drawElements(t)[:v.Len])
			}
		}
		m.State[th.PC.off] = 1
		before := slices.Clone(m.State)
		for i := range th.Points[0].Step.Alts {
			plain, g := &th.Points[0].Step.Alts[i], c.Threads[0].Points[1].Alts[i].Guard
			if Enabled(before, plain) != (g == nil || g(m.State)) {
				t.Fatal("the guards differ")
			}
			want := th.Fire(before, i, fatal)
			m.Fire(c, 0, i)
			sameOutcome(t, want, m)
			samePacked(t, before, m)
			if m.Undo(); !slices.Equal(m.State, before) {
				t.Fatalf("undone: %v, want %v", m.State, before)
			}
		}
	})
}

func sameOutcome(t *rapid.T, want Outcome, m *Machine) {
	if !slices.Equal(m.State, want.Next) || m.Fatal != want.Fatal || (m.Limit == nil) != (want.Limit == nil) {
		t.Fatalf("compiled %v %v %v, plain %v %v %v", m.State, m.Fatal, m.Limit, want.Next, want.Fatal, want.Limit)
	}
	if len(m.Broken) != len(want.Broken) {
		t.Fatalf("compiled breaks %d, plain %d", len(m.Broken), len(want.Broken))
	}
	for i, b := range m.Broken {
		w := want.Broken[i]
		if b.Check.Text != w.Check.Text || b.Check.Prop != w.Check.Prop || b.Obj != w.Obj || b.Life != w.Life {
			t.Fatalf("violation %d: compiled %+v, plain %+v", i, b, w)
		}
	}
}

// samePacked compares the successor packed from the log with the whole state
// packed.
func samePacked(t *rapid.T, before State, m *Machine) {
	l := NewLayout(rangesOf([]State{before, m.State}))
	got, want := make([]uint64, l.Words), make([]uint64, l.Words)
	l.Pack(got, before)
	misfits := RangesOf(before)
	if !m.Pack(l, got, misfits) || !l.Pack(want, m.State) || !slices.Equal(got, want) {
		t.Fatalf("packed from the log %x, from the state %x", got, want)
	}
	narrow := NewLayout(RangesOf(before))
	words := make([]uint64, narrow.Words)
	if fits := m.Pack(narrow, words, misfits); fits != slices.Equal(before, m.State) {
		t.Fatalf("a layout for %v takes %v: %v", before, m.State, fits)
	}
	if wide := NewLayout(misfits); !wide.Pack(make([]uint64, wide.Words), m.State) {
		t.Fatal("the misfits do not tell how to widen the layout")
	}
}
