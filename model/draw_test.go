// SPDX-License-Identifier: MIT

// This file draws random expressions, statements and transitions.

package model

import (
	"fmt"

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
