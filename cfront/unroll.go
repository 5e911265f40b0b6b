// SPDX-License-Identifier: MIT

// This file unrolls loops in ATOMIC, turn by turn: a transition must come to an end. A
// loop that counts from a constant to a constant ends for sure; of any other, so many
// turns are there, and one that goes on meets a bound.

package cfront

import (
	"fmt"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// How many turns of a loop in ATOMIC there may be: of one that counts to a constant, and
// of any other.
const (
	maxTurns = 1024
	maxLoose = 32
)

// unroll lowers a loop within ATOMIC.
func (b *builder) unroll(s *cc.IterationStatement, cond, step cc.ExpressionNode) {
	d, i := b.counter(s)
	counts := d != nil && step != nil && b.steps(step, d) && !b.writes(s.Statement, d) && !b.writes(cond, d) && !b.unit.addressTaken(d)
	var p variable
	if counts {
		p = b.variable(d, s)
		counts = p.bound == nil && p.isReg()
		defer func() { b.f.vars[d] = p }()
	}
	ends := counts && b.ends(cond, step, d, i)
	inside := labelsIn(s.Statement)
	end := b.c.NewBlock()
	for turn := 0; ; turn++ {
		if counts {
			v := number(model.Const(i))
			b.f.vars[d] = variable{bound: &v}
			b.c.Do(b.put(p.lval, v)...)
		}
		known := false
		if cond != nil && (turn > 0 || s.Case != cc.IterationStatementDo) {
			if b.never(cond) {
				break
			}
			known = b.tested(cond, end)
		}
		if turn >= maxLoose && !ends {
			if counts && known {
				b.fail(s, "ATOMIC holds a loop of more than %d turns", maxTurns)
			}
			b.goesOn(s)
			break
		}
		next := b.c.NewBlock()
		b.nested(end, next, func() { b.statement(s.Statement) })
		b.c.Goto(next)
		b.c.At(next)
		for _, l := range inside {
			delete(b.f.labels, l)
		}
		if counts {
			i = b.stepped(step, d, i)
		} else if step != nil {
			b.guarded(step, func() { b.full(func() { b.discard(step) }) })
		}
	}
	b.c.Goto(end)
	b.c.At(end)
}

// ends reports whether a loop that counts d from i comes to an end by that, soon enough.
func (b *builder) ends(cond, step cc.ExpressionNode, d *cc.Declarator, i int64) bool {
	outer, had := b.f.vars[d]
	defer func() {
		if b.f.vars[d] = outer; !had {
			delete(b.f.vars, d)
		}
	}()
	for range maxTurns + 1 {
		v := number(model.Const(i))
		b.f.vars[d] = variable{bound: &v}
		if cond == nil || b.never(cond) {
			return cond != nil
		}
		i = b.stepped(step, d, i)
	}
	return false
}

// tested goes on if cond is true, and leaves for end if not; known says that it is true
// for certain.
func (b *builder) tested(cond cc.ExpressionNode, end *model.Block) (known bool) {
	if b.plain(cond) {
		if c, fixed := constOf(b.truth(b.whole(cond, nil))); fixed && c != 0 {
			return true
		}
	}
	body := b.c.NewBlock()
	b.test(cond, body, end)
	b.c.At(body)
	return false
}

// never reports whether cond is false for certain: 0, or such an operand of &&.
func (b *builder) never(cond cc.ExpressionNode) bool {
	if x, ok := bare(cond).(*cc.LogicalAndExpression); ok {
		l, r, _ := junction(x)
		return b.never(l) || b.never(r)
	}
	if !b.plain(cond) {
		return false
	}
	c, fixed := constOf(b.truth(b.whole(cond, nil)))
	return fixed && c == 0
}

// goesOn ends the search where loop s goes on beyond what was unrolled.
func (b *builder) goesOn(s *cc.IterationStatement) {
	at := posOf(s)
	b.at(s, "", "")
	b.c.Do(model.Limit{When: model.True, What: fmt.Sprintf("%s:%d: a loop in ATOMIC goes on after %d turns", at.File, at.Line, maxLoose),
		Hint: "a bound that is constant, such as 'for (i = 0; i < 100 && ...; i++)'"})
}

// labelsIn lists the labels in s, those of switch included.
func labelsIn(s cc.Node) (out []cc.Node) {
	if l, ok := s.(*cc.LabeledStatement); ok {
		out = append(out, l)
	}
	children(s, func(c cc.Node) { out = append(out, labelsIn(c)...) })
	return out
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
