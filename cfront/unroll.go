// SPDX-License-Identifier: MIT

// This file unrolls loops in ATOMIC: a transition must come to an end, so a
// loop in it has to count from a constant to a constant.

package cfront

import (
	"modernc.org/cc/v4"

	"mmcheck/model"
)

// maxTurns bounds the unrolling of loops in ATOMIC.
const maxTurns = 1024

// unrolled lowers a loop within ATOMIC turn by turn, if it counts a local
// variable from a constant to a constant: "for (i = 0; i < 4; i++)".
func (b *builder) unrolled(s *cc.IterationStatement, cond, step cc.ExpressionNode) bool {
	d, start := b.counter(s)
	if d == nil || cond == nil || step == nil || !b.steps(step, d) || b.writes(s.Statement, d) {
		return false
	}
	p := b.variable(d, s)
	if p.bound != nil || b.unit.addressTaken(d) || !p.isReg() {
		return false
	}
	end := b.c.NewBlock()
	i := start
	defer func() { b.f.vars[d] = p }()
	for turn := 0; ; turn++ {
		v := number(model.Const(i))
		b.f.vars[d] = variable{bound: &v}
		if !b.plain(cond) || turn > maxTurns {
			if turn > 0 {
				b.fail(s, "ATOMIC holds a loop of more than %d turns", maxTurns)
			}
			return false
		}
		c, fixed := constOf(b.truth(b.whole(cond, nil)))
		if !fixed {
			if turn > 0 {
				b.fail(s, "ATOMIC holds a loop of which the number of turns is not constant")
			}
			return false
		}
		b.c.Do(b.put(p.lval, v)...)
		if c == 0 {
			break
		}
		next := b.c.NewBlock()
		b.nested(end, next, func() { b.statement(s.Statement) })
		b.c.Goto(next)
		b.c.At(next)
		i = b.stepped(step, d, i)
	}
	b.c.Goto(end)
	b.c.At(end)
	return true
}

// counter returns the variable that a for loop sets to a constant, and that.
func (b *builder) counter(s *cc.IterationStatement) (*cc.Declarator, int64) {
	switch {
	case s.Case == cc.IterationStatementForDecl && s.Declaration.InitDeclaratorList != nil && s.Declaration.InitDeclaratorList.InitDeclaratorList == nil:
		in := s.Declaration.InitDeclaratorList.InitDeclarator
		if in.Initializer != nil && in.Initializer.Case == cc.InitializerExpr {
			if n, ok := b.unit.evalAs(in.Initializer.AssignmentExpression, integerOf(in.Declarator.Type())); ok {
				return in.Declarator, n
			}
		}
	case s.Case == cc.IterationStatementFor && s.ExpressionList != nil:
		if x, ok := bare(s.ExpressionList).(*cc.AssignmentExpression); ok && x.Case == cc.AssignmentExpressionAssign {
			if n, ok := b.unit.evalAs(x.AssignmentExpression, b.unit.integer(x.UnaryExpression)); ok {
				return named(x.UnaryExpression), n
			}
		}
	}
	return nil, 0
}

// named returns the local variable that e names, or nil.
func named(e cc.ExpressionNode) *cc.Declarator {
	x, ok := bare(e).(*cc.PrimaryExpression)
	if !ok || x.Case != cc.PrimaryExpressionIdent {
		return nil
	}
	d, ok := x.ResolvedTo().(*cc.Declarator)
	if !ok || isFunction(d) || d.StorageDuration() != cc.Automatic {
		return nil
	}
	return d
}

// steps reports whether e is i++, i--, i += constant or i -= constant.
func (b *builder) steps(e cc.ExpressionNode, d *cc.Declarator) bool {
	target, _ := b.stepOf(e)
	return target == d && d != nil
}

// stepOf returns the variable that e counts, and by how much.
func (b *builder) stepOf(e cc.ExpressionNode) (*cc.Declarator, int64) {
	switch x := bare(e).(type) {
	case *cc.UnaryExpression:
		switch x.Case {
		case cc.UnaryExpressionInc:
			return named(x.UnaryExpression), 1
		case cc.UnaryExpressionDec:
			return named(x.UnaryExpression), -1
		}
	case *cc.PostfixExpression:
		switch x.Case {
		case cc.PostfixExpressionInc:
			return named(x.PostfixExpression), 1
		case cc.PostfixExpressionDec:
			return named(x.PostfixExpression), -1
		}
	case *cc.AssignmentExpression:
		n, ok := b.unit.eval(x.AssignmentExpression)
		switch {
		case ok && x.Case == cc.AssignmentExpressionAdd:
			return named(x.UnaryExpression), n
		case ok && x.Case == cc.AssignmentExpressionSub:
			return named(x.UnaryExpression), -n
		}
	}
	return nil, 0
}

func (b *builder) stepped(e cc.ExpressionNode, d *cc.Declarator, i int64) int64 {
	_, by := b.stepOf(e)
	n, _ := constOf(narrow(model.Const(i+by), integerOf(d.Type())))
	return n
}

// writes reports whether n assigns to d anywhere.
func (b *builder) writes(n cc.Node, d *cc.Declarator) bool {
	if isNil(n) {
		return false
	}
	switch x := n.(type) {
	case cc.Token:
		return false
	case *cc.AssignmentExpression:
		if x.Case != cc.AssignmentExpressionCond && named(x.UnaryExpression) == d {
			return true
		}
	case *cc.UnaryExpression, *cc.PostfixExpression:
		if t, _ := b.stepOf(x.(cc.ExpressionNode)); t == d {
			return true
		}
	}
	found := false
	children(n, func(c cc.Node) { found = found || b.writes(c, d) })
	return found
}
