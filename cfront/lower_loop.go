// SPDX-License-Identifier: MIT

// This file lowers loops and switch.

package cfront

import (
	"modernc.org/cc/v4"

	"mmcheck/model"
)

// exit is where break or continue goes, and how much of what is in scope it leaves
// there.
type exit struct {
	to    *model.Block
	alive int
}

// nested lowers by body what break and continue leave for the blocks given.
func (b *builder) nested(brk, cont *model.Block, body func()) {
	alive := len(b.f.alive)
	b.leaving(exit{brk, alive}, exit{cont, alive}, body)
}

func (b *builder) leaving(brk, cont exit, body func()) {
	f := b.f
	oldBrk, oldCont := f.brk, f.cont
	f.brk, f.cont = brk, cont
	body()
	f.brk, f.cont = oldBrk, oldCont
}

func (b *builder) iteration(s *cc.IterationStatement) {
	if isAtomic(s) {
		b.guarded(s, func() { b.atomicBlock(s) })
		return
	}
	switch s.Case {
	case cc.IterationStatementFor:
		if e := s.ExpressionList; e != nil {
			b.guarded(e, func() { b.full(func() { b.discard(e) }) })
		}
		b.loop(s, s.ExpressionList2, s.ExpressionList3)
	case cc.IterationStatementForDecl:
		b.scope(s, func() {
			b.guarded(s, func() { b.declaration(s.Declaration) })
			b.loop(s, s.ExpressionList, s.ExpressionList2)
		})
	default:
		b.loop(s, s.ExpressionList, nil)
	}
}

// loop lowers a loop with condition cond, nil for none, and step, nil for none.
func (b *builder) loop(s *cc.IterationStatement, cond, step cc.ExpressionNode) {
	if b.c.InAtomic() {
		b.guarded(s, func() { b.unroll(s, cond, step) })
		return
	}
	head, body, next, end := b.c.NewBlock(), b.c.NewBlock(), b.c.NewBlock(), b.c.NewBlock()
	if s.Case == cc.IterationStatementDo {
		b.c.Goto(body)
	} else {
		b.c.Goto(head)
	}
	b.c.At(head)
	if cond != nil {
		b.test(cond, body, end)
	} else {
		b.c.Goto(body)
	}
	b.c.At(body)
	b.nested(end, next, func() { b.statement(s.Statement) })
	b.c.Goto(next)
	b.c.At(next)
	if step != nil {
		b.guarded(step, func() { b.full(func() { b.discard(step) }) })
	}
	b.c.Goto(head)
	b.c.At(end)
}

func (b *builder) switchStatement(s *cc.SelectionStatement) {
	end := b.c.NewBlock()
	b.guarded(s.ExpressionList, func() {
		b.full(func() { b.cases(s, end) })
	})
	b.leaving(exit{end, len(b.f.alive)}, b.f.cont, func() { b.statement(s.Statement) })
	b.c.Goto(end)
	b.c.At(end)
}

// cases emits the chain of comparisons at the head of a switch.
func (b *builder) cases(s *cc.SelectionStatement, end *model.Block) {
	v := b.rval(s.ExpressionList, nil)
	t := b.unit.integer(s.ExpressionList).promoted()
	x := convert(v.X, b.unit.integer(s.ExpressionList), t)
	other := end
	for _, l := range s.LabeledStatements() {
		if l.Case == cc.LabeledStatementLabel { // of a goto, inside the switch
			continue
		}
		if b.kept(l, l) != len(b.f.alive) {
			b.fail(l, "not supported here: a label outside of the scope of its switch")
		}
		if l.Case == cc.LabeledStatementDefault {
			other = b.label(l)
			continue
		}
		lo := b.caseValue(l.ConstantExpression, t)
		match := model.Eq(x, lo)
		if l.Case == cc.LabeledStatementRange {
			hi := b.caseValue(l.ConstantExpression2, t)
			match = model.And(compare(opLe, lo, x, t.signed), compare(opLe, x, hi, t.signed))
		}
		next := b.c.NewBlock()
		b.c.Branch(match, b.label(l), next)
		b.c.At(next)
	}
	b.c.Goto(other)
}

func (b *builder) caseValue(e cc.ExpressionNode, t integer) model.Expr {
	n, ok := b.unit.evalAs(e, t)
	if !ok {
		b.fail(e, "case label is not constant")
	}
	return model.Const(n)
}
