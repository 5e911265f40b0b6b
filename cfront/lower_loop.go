// SPDX-License-Identifier: MIT

// This file lowers loops and switch.

package cfront

import (
	"modernc.org/cc/v4"

	"mmcheck/model"
)

// nested lowers a statement in which break and continue go to the blocks given.
func (b *builder) nested(s *cc.Statement, brk, cont *model.Block) {
	f := b.f
	oldBrk, oldCont := f.brk, f.cont
	f.brk, f.cont = brk, cont
	b.statement(s)
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
		b.guarded(s, func() { b.declaration(s.Declaration) })
		b.loop(s, s.ExpressionList, s.ExpressionList2)
	default:
		b.loop(s, s.ExpressionList, nil)
	}
}

// loop lowers a loop with condition cond, nil for none, and step, nil for none.
func (b *builder) loop(s *cc.IterationStatement, cond, step cc.ExpressionNode) {
	if b.c.InAtomic() && s.Case != cc.IterationStatementDo && b.unrolled(s, cond, step) {
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
	b.nested(s.Statement, end, next)
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
	cont := b.f.cont
	b.nested(s.Statement, end, cont)
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
		switch l.Case {
		case cc.LabeledStatementDefault:
			other = b.label(l)
			continue
		case cc.LabeledStatementLabel: // of a goto, inside the switch
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
