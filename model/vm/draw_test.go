// SPDX-License-Identifier: MIT

// This file draws random expressions, statements and transitions.

package vm

import (
	"fmt"

	"pgregory.net/rapid"

	"mmcheck/model"
)

// exprSize is the number of elements that random expressions look at.
const exprSize = 6

// draw is what random code consists of: the elements of v and, in the place of the
// first of them, registers, if there are any.
type draw struct {
	*rapid.T
	v    *model.Var
	regs []*model.Var
}

// get reads element i.
func (t *draw) get(i int) model.Expr {
	if i >= 0 && i < len(t.regs) {
		return model.Ld(t.regs[i])
	}
	return model.Get{V: t.v, I: model.Const(i)}
}

// set writes an element, or a register.
func (t *draw) set(i, x model.Expr) model.Set {
	if len(t.regs) > 0 && rapid.Bool().Draw(t.T, "private") {
		return model.Set{V: rapid.SampledFrom(t.regs).Draw(t.T, "register"), X: x}
	}
	return model.Set{V: t.v, I: i, X: x}
}

// expr draws an expression, built without any folding.
func (t *draw) expr(depth int) model.Expr {
	kinds := 8
	if depth == 0 {
		kinds = 2
	}
	sub := func() model.Expr { return t.expr(depth - 1) }
	switch rapid.IntRange(0, kinds-1).Draw(t.T, "kind") {
	case 0:
		return model.Const(rapid.Int64Range(-9, 9).Draw(t.T, "const"))
	case 1:
		return t.get(rapid.IntRange(-1, exprSize).Draw(t.T, "at"))
	case 2:
		return model.Get{V: t.v, I: sub()}
	case 3:
		return model.Un{Op: model.UnOp(rapid.IntRange(int(model.OpNeg), int(model.OpCom)).Draw(t.T, "un")), X: sub()}
	case 4:
		return model.Sel{C: sub(), A: sub(), B: sub()}
	case 5:
		return model.Map{T: &model.Table{Of: []int64{3, -1, 4}}, X: sub()}
	case 6:
		bits := rapid.SampledFrom([]int{1, 3, 8, 64}).Draw(t.T, "bits")
		return model.Conv{X: sub(), Bits: bits, Signed: rapid.Bool().Draw(t.T, "signed")}
	}
	op, x := model.BinOp(rapid.IntRange(int(model.OpAdd), int(model.OpLOr)).Draw(t.T, "bin")), sub()
	if rapid.Bool().Draw(t.T, "constant") {
		return model.Bin{Op: op, X: x, Y: model.Const(rapid.Int64Range(-9, 70).Draw(t.T, "const"))}
	}
	return model.Bin{Op: op, X: x, Y: sub()}
}

func drawElements(t *rapid.T) model.State {
	return rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(-2, exprSize), rapid.Int64Range(-2, exprSize), rapid.Int64()), exprSize, exprSize).Draw(t, "state")
}

// body draws statements.
func (t *draw) body(depth int) []model.Stmt {
	var out []model.Stmt
	expr := func() model.Expr { return t.expr(2) }
	for i := range rapid.IntRange(0, 3).Draw(t.T, "statements") {
		switch k := rapid.IntRange(0, 5).Draw(t.T, "statement"); {
		case k == 0 && depth > 0:
			out = append(out, model.If{C: expr(), Then: t.body(depth - 1), Else: t.body(depth - 1)})
		case k == 1:
			prop := rapid.SampledFrom([]string{"fatal", "harmless"}).Draw(t.T, "prop")
			out = append(out, model.Check{Prop: prop, Bad: expr(), Text: fmt.Sprint(i), Obj: expr(), Life: expr()})
		case k == 2:
			out = append(out, model.Limit{When: model.Bin{Op: model.OpEq, X: expr(), Y: model.Const(7)}, What: "limit"})
		default:
			out = append(out, t.set(expr(), expr()))
		}
	}
	return out
}

// drawProgram draws a sealed thread, with or without registers: one step with some alternatives, then
// register work with a branch, then the end or a second step.
func drawProgram(t *rapid.T, registers bool) (*model.Program, *draw) {
	p := model.NewProgram("test", []string{"T"})
	v := p.NewVar("v", model.Memory, 0)
	v.Len = exprSize - 1
	p.NewVar("behind", model.Memory, 0) // not to be hit by an index out of bounds
	d := &draw{T: t, v: v}
	if registers {
		d.regs = []*model.Var{p.NewVar("r", model.Register, 1), p.NewVar("q", model.Register, 1), p.NewVar("p", model.Register, 1)}
	}
	p.Place()
	th := p.Threads[0]
	second := &model.Block{PC: 2, Step: &model.Step{Alts: []model.Alt{{}}}}
	left := &model.Block{Body: d.body(1)}
	work := &model.Block{Body: d.body(1), Cond: d.expr(2), Then: left, Else: second}
	first := &model.Block{PC: 1, Step: &model.Step{}}
	for range rapid.IntRange(1, 3).Draw(t, "alternatives") {
		a := model.Alt{Body: d.body(2), Next: work}
		if rapid.Bool().Draw(t, "guarded") {
			a.Guard = d.expr(2)
		}
		first.Step.Alts = append(first.Step.Alts, a)
	}
	th.Points = []*model.Block{first, second}
	return p, d
}
