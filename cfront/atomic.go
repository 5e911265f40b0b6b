// SPDX-License-Identifier: MIT

// This file lowers ATOMIC { ... } and WAIT_UNTIL(cond). An ATOMIC block is one
// step: everything in it is executed by the transition that enters it.

package cfront

import (
	"modernc.org/cc/v4"

	"mmcheck/model"
)

// isAtomic recognises the loop that ATOMIC expands to.
func isAtomic(s *cc.IterationStatement) bool {
	return s.Case == cc.IterationStatementForDecl && s.Declaration != nil && s.Declaration.InitDeclaratorList != nil &&
		s.Declaration.InitDeclaratorList.InitDeclarator.Declarator.Name() == atomicVar
}

// atomicBlock lowers ATOMIC. Within another one it changes nothing. break and
// continue end the block: to C it is a loop.
func (b *builder) atomicBlock(s *cc.IterationStatement) {
	end := b.c.NewBlock()
	if b.c.InAtomic() {
		b.nested(end, end, func() { b.statement(s.Statement) })
		b.c.Goto(end)
		b.c.At(end)
		return
	}
	var wait *cc.PostfixExpression
	rest := func() { b.statement(s.Statement) }
	if st := s.Statement; st.Case == cc.StatementCompound {
		items := st.CompoundStatement.BlockItemList
		if wait = firstWait(items); wait != nil {
			b.begin(items.BlockItem.Statement.ExpressionStatement)
			items = items.BlockItemList
		}
		rest = func() { b.scope(st.CompoundStatement, func() { b.items(items) }) }
	}
	if wait != nil {
		b.wait(wait, s)
	} else {
		b.at(s, "", "")
		b.c.Step()
	}
	from := len(b.t.Blocks)
	start := b.c.Here()
	b.c.Atomic(func() {
		b.nested(end, end, rest)
		b.c.Goto(end)
	})
	b.c.At(end)
	if loops(b.t.Blocks[from:], start) {
		b.report(s, "atomic", "ATOMIC holds a loop that a goto makes: write for or while")
	}
}

// loops reports whether the blocks, and start, contain a cycle.
func loops(blocks []*model.Block, start *model.Block) bool {
	colour := map[*model.Block]int{start: 1}
	for _, b := range blocks {
		colour[b] = 1
	}
	var visit func(b *model.Block) bool
	visit = func(b *model.Block) bool {
		if b == nil || b.Step != nil || colour[b] == 0 || colour[b] == 3 {
			return false
		}
		if colour[b] == 2 {
			return true
		}
		colour[b] = 2
		found := visit(b.Then) || b.Cond != nil && visit(b.Else)
		colour[b] = 3
		return found
	}
	return visit(start)
}

// firstWait returns the WAIT_UNTIL at the head of a block, or nil.
func firstWait(items *cc.BlockItemList) *cc.PostfixExpression {
	if items == nil || items.BlockItem.Case != cc.BlockItemStmt || items.BlockItem.Statement.Case != cc.StatementExpr {
		return nil
	}
	e := items.BlockItem.Statement.ExpressionStatement.ExpressionList
	if e == nil {
		return nil
	}
	x, ok := bare(e).(*cc.PostfixExpression)
	if !ok || x.Case != cc.PostfixExpressionCall || x.ArgumentExpressionList == nil {
		return nil
	}
	if id := callee(x); id == nil || id.Token.SrcStr() != "__mmcheck_wait_until" {
		return nil
	}
	return x
}

// waitUntil lowers WAIT_UNTIL outside of the head of ATOMIC.
func (b *builder) waitUntil(x *cc.PostfixExpression, _ *model.Type) value {
	b.needCode(x)
	if b.c.InAtomic() {
		b.fail(x, "WAIT_UNTIL must come first in ATOMIC")
	}
	if b.guard != nil || x.ArgumentExpressionList == nil {
		b.fail(x, "not supported here: WAIT_UNTIL within WAIT_UNTIL")
	}
	b.wait(x, x)
	return value{}
}

// wait emits the step that waits for the condition of WAIT_UNTIL x; n is the
// source of the step.
func (b *builder) wait(x *cc.PostfixExpression, n cc.Node) {
	guard, body := b.condition(x)
	b.at(n, "", "")
	b.c.WaitFor(guard, body)
}

// condition lowers the condition of a WAIT_UNTIL to an expression, and the
// accesses and checks that its evaluation makes.
func (b *builder) condition(x *cc.PostfixExpression) (model.Expr, []model.Stmt) {
	body := []model.Stmt{}
	b.guard = &body
	guard := b.truth(b.whole(x.ArgumentExpressionList.AssignmentExpression, nil))
	b.guard = nil
	if c, fixed := constOf(guard); fixed && c == 1 {
		return nil, body
	}
	return guard, body
}
