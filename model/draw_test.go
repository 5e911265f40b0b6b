// SPDX-License-Identifier: MIT

// This file draws random expressions, statements and transitions.

package model

import (
	"fmt"

	"pgregory.net/rapid"
)

// exprSize is the number of elements that random expressions look at.
const exprSize = 6

// draw is what random code consists of: the elements of v and, in the place of the
// first of them, registers, if there are any.
type draw struct {
	*rapid.T
	v    *Var
	regs []*Var
}

// get reads element i.
func (t *draw) get(i int) Expr {
	if i >= 0 && i < len(t.regs) {
		return Ld(t.regs[i])
	}
	return Get{V: t.v, I: Const(i)}
}

// set writes an element, or a register.
func (t *draw) set(i, x Expr) Set {
	if len(t.regs) > 0 && rapid.Bool().Draw(t.T, "private") {
		return Set{V: rapid.SampledFrom(t.regs).Draw(t.T, "register"), X: x}
	}
	return Set{t.v, i, x}
}

// expr draws an expression, built without any folding.
func (t *draw) expr(depth int) Expr {
	kinds := 8
	if depth == 0 {
		kinds = 2
	}
	sub := func() Expr { return t.expr(depth - 1) }
	switch rapid.IntRange(0, kinds-1).Draw(t.T, "kind") {
	case 0:
		return Const(rapid.Int64Range(-9, 9).Draw(t.T, "const"))
	case 1:
		return t.get(rapid.IntRange(-1, exprSize).Draw(t.T, "at"))
	case 2:
		return Get{V: t.v, I: sub()}
	case 3:
		return Un{UnOp(rapid.IntRange(int(OpNeg), int(OpCom)).Draw(t.T, "un")), sub()}
	case 4:
		return Sel{sub(), sub(), sub()}
	case 5:
		return Map{&Table{Of: []int64{3, -1, 4}}, sub()}
	case 6:
		bits := rapid.SampledFrom([]int{1, 3, 8, 64}).Draw(t.T, "bits")
		return Conv{sub(), bits, rapid.Bool().Draw(t.T, "signed")}
	}
	op, x := BinOp(rapid.IntRange(int(OpAdd), int(OpLOr)).Draw(t.T, "bin")), sub()
	if rapid.Bool().Draw(t.T, "constant") {
		return Bin{op, x, Const(rapid.Int64Range(-9, 70).Draw(t.T, "const"))}
	}
	return Bin{op, x, sub()}
}

func drawElements(t *rapid.T) State {
	return rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(-2, exprSize), rapid.Int64Range(-2, exprSize), rapid.Int64()), exprSize, exprSize).Draw(t, "state")
}

// body draws statements.
func (t *draw) body(depth int) []Stmt {
	var out []Stmt
	expr := func() Expr { return t.expr(2) }
	for i := range rapid.IntRange(0, 3).Draw(t.T, "statements") {
		switch k := rapid.IntRange(0, 5).Draw(t.T, "statement"); {
		case k == 0 && depth > 0:
			out = append(out, If{expr(), t.body(depth - 1), t.body(depth - 1)})
		case k == 1:
			prop := rapid.SampledFrom([]string{"fatal", "harmless"}).Draw(t.T, "prop")
			out = append(out, Check{Prop: prop, Bad: expr(), Text: fmt.Sprint(i), Obj: expr(), Life: expr()})
		case k == 2:
			out = append(out, Limit{When: Bin{OpEq, expr(), Const(7)}, What: "limit"})
		default:
			out = append(out, t.set(expr(), expr()))
		}
	}
	return out
}

// drawProgram draws a sealed thread, with or without registers: one step with some alternatives, then
// register work with a branch, then the end or a second step.
func drawProgram(t *rapid.T, registers bool) (*Program, *draw) {
	p := NewProgram("test", []string{"T"})
	v := p.NewVar("v", Memory, 0)
	v.Len = exprSize - 1
	p.NewVar("behind", Memory, 0) // not to be hit by an index out of bounds
	d := &draw{T: t, v: v}
	if registers {
		d.regs = []*Var{p.NewVar("r", Register, 1), p.NewVar("q", Register, 1), p.NewVar("p", Register, 1)}
	}
	p.Place()
	th := p.Threads[0]
	second := &Block{PC: 2, Step: &Step{Alts: []Alt{{}}}}
	left := &Block{Body: d.body(1)}
	work := &Block{Body: d.body(1), Cond: d.expr(2), Then: left, Else: second}
	first := &Block{PC: 1, Step: &Step{}}
	for range rapid.IntRange(1, 3).Draw(t, "alternatives") {
		a := Alt{Body: d.body(2), Next: work}
		if rapid.Bool().Draw(t, "guarded") {
			a.Guard = d.expr(2)
		}
		first.Step.Alts = append(first.Step.Alts, a)
	}
	th.Points = []*Block{first, second}
	return p, d
}
