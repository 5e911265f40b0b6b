// SPDX-License-Identifier: MIT

// This file lowers what evaluates its operands only when needed: && and ||,
// "c ? l : r", and conditions. Where the operands are plain, or in the
// condition of WAIT_UNTIL, the result is one expression; elsewhere it is a
// branch.

package cfront

import (
	"modernc.org/cc/v4"

	"mmcheck/model"
)

// logical lowers && and ||.
func (b *builder) logical(e cc.ExpressionNode) value {
	l, r, and := junction(e)
	if b.guard != nil || b.plain(e) {
		x := b.truth(b.whole(l, nil))
		y := b.under(x, and, func() model.Expr { return b.truth(b.whole(r, nil)) })
		if and {
			return number(model.And(x, y))
		}
		return number(model.Or(x, y))
	}
	b.needCode(e)
	tmp := b.c.Temp("logical", nil, nil)
	yes, no, join := b.c.NewBlock(), b.c.NewBlock(), b.c.NewBlock()
	b.cond(e, yes, no)
	for i, blk := range []*model.Block{no, yes} {
		b.c.At(blk)
		b.c.Do(model.Set{V: tmp, X: model.Int(i)})
		b.c.Goto(join)
	}
	b.c.At(join)
	return number(truthful(tmp))
}

// truthful reads a register that holds 0 or 1.
func truthful(v *model.Var) model.Expr { return model.Ne(model.Ld(v), model.Const(0)) }

// under lowers the operand behind && (and) or || of which the first is x: in
// WAIT_UNTIL, what it touches is touched only if it is evaluated.
func (b *builder) under(x model.Expr, and bool, f func() model.Expr) model.Expr {
	if b.guard == nil {
		return f()
	}
	outer, inner := b.guard, []model.Stmt(nil)
	b.guard = &inner
	y := f()
	b.guard = outer
	if !and {
		x = model.Not(x)
	}
	if len(inner) > 0 {
		*outer = append(*outer, model.If{C: x, Then: inner})
	}
	return y
}

// junction takes && (and) and || apart; and is false for ||.
func junction(e cc.ExpressionNode) (l, r cc.ExpressionNode, and bool) {
	if x, ok := e.(*cc.LogicalAndExpression); ok {
		return x.LogicalAndExpression, x.InclusiveOrExpression, true
	}
	x := e.(*cc.LogicalOrExpression)
	return x.LogicalOrExpression, x.LogicalAndExpression, false
}

// conditional lowers "c ? l : r", or "c ?: r".
func (b *builder) conditional(x *cc.ConditionalExpression, want *model.Type) value {
	t := typeOf(x)
	if p := b.pointsTo(t); p != nil {
		want = p
	}
	if x.ExpressionList == nil {
		return b.elvis(x, want)
	}
	if c, ok := b.constant(bare(x.LogicalOrExpression)); ok {
		if n, _ := constOf(c.X); n != 0 {
			return b.arm(x, x.ExpressionList, want)
		}
		return b.arm(x, x.ConditionalExpression, want)
	}
	if b.guard != nil || b.plain(x) {
		c := b.truth(b.whole(x.LogicalOrExpression, nil))
		var l, r value
		b.under(c, true, func() model.Expr { l = b.arm(x, x.ExpressionList, want); return nil })
		b.under(c, false, func() model.Expr { r = b.arm(x, x.ConditionalExpression, want); return nil })
		return b.selected(x, c, l, r)
	}
	b.needCode(x)
	yes, no, join := b.c.NewBlock(), b.c.NewBlock(), b.c.NewBlock()
	tmp := b.result(t, want, x)
	b.cond(x.LogicalOrExpression, yes, no)
	for blk, e := range pairs(yes, x.ExpressionList, no, x.ConditionalExpression) {
		b.c.At(blk)
		if v := b.arm(x, e, want); tmp.typ != nil {
			b.store(tmp, v, e)
		}
		b.c.Goto(join)
	}
	b.c.At(join)
	if tmp.typ == nil {
		return value{}
	}
	return b.read(tmp)
}

// pairs iterates over two blocks and the expressions to lower there.
func pairs(a *model.Block, x cc.ExpressionNode, b *model.Block, y cc.ExpressionNode) func(func(*model.Block, cc.ExpressionNode) bool) {
	return func(yield func(*model.Block, cc.ExpressionNode) bool) {
		_ = yield(a, x) && yield(b, y)
	}
}

// arm lowers one arm of conditional x, converted to the type of x.
func (b *builder) arm(x *cc.ConditionalExpression, e cc.ExpressionNode, want *model.Type) value {
	if x.Type().Kind() == cc.Void {
		b.discard(e)
		return value{}
	}
	return b.converted(b.whole(e, want), b.unit.integer(e), b.unit.integer(x), e)
}

// selected is c ? l : r for values, which x is.
func (b *builder) selected(x cc.ExpressionNode, c model.Expr, l, r value) value {
	null := func(v value) bool { return v.Points == nil && v.word == nil }
	if l.word != nil || r.word != nil || l.Points != r.Points && !null(l) && !null(r) {
		v, w := b.word(l), b.word(r)
		out := machineWord{base: model.Value{X: model.Cond(c, v.base.X, w.base.X), Points: b.prog.Anything()}, num: model.Cond(c, v.num, w.num), sure: v.sure && w.sure}
		if v.base.Life != nil || w.base.Life != nil {
			out.base.Life = model.Cond(c, known(v.base.Life), known(w.base.Life))
		}
		if points := b.keeps(x.Type()); points != nil {
			return b.pointer(out, points)
		}
		return b.integer(out)
	}
	v := value{Value: model.Value{X: model.Cond(c, l.X, r.X), Points: l.Points}}
	if v.Points == nil {
		v.Points = r.Points
	}
	if l.Life != nil || r.Life != nil {
		v.Life = model.Cond(c, known(l.Life), known(r.Life))
	}
	return v
}

func known(life model.Expr) model.Expr {
	if life == nil {
		return model.Const(0)
	}
	return life
}

// result is a temporary for a value of type t; none if t is void.
func (b *builder) result(t cc.Type, want *model.Type, n cc.Node) lval {
	if t.Kind() == cc.Void {
		return lval{}
	}
	if want == nil || !isVoidPointer(t) {
		want = b.keeps(t)
	}
	return b.scratch("result", t, want, nil, n)
}

// elvis lowers "c ?: r".
func (b *builder) elvis(x *cc.ConditionalExpression, want *model.Type) value {
	l := b.converted(b.whole(x.LogicalOrExpression, want), b.unit.integer(x.LogicalOrExpression), b.unit.integer(x), x)
	if b.guard != nil || b.plain(x.ConditionalExpression) {
		var r value
		b.under(b.truth(l), false, func() model.Expr { r = b.arm(x, x.ConditionalExpression, want); return nil })
		return b.selected(x, b.truth(l), l, r)
	}
	b.needCode(x)
	tmp := b.result(x.Type(), want, x)
	other, join := b.c.NewBlock(), b.c.NewBlock()
	b.store(tmp, l, x)
	b.c.Branch(b.truth(l), join, other)
	b.c.At(other)
	b.store(tmp, b.arm(x, x.ConditionalExpression, want), x)
	b.c.Goto(join)
	b.c.At(join)
	return b.read(tmp)
}

// cond lowers e as a condition: on to yes if it is true, to no if not.
func (b *builder) cond(e cc.ExpressionNode, yes, no *model.Block) {
	e = bare(e)
	b.node = e
	switch x := e.(type) {
	case *cc.LogicalAndExpression, *cc.LogicalOrExpression:
		if b.plain(e) {
			break
		}
		l, r, and := junction(e)
		next := b.c.NewBlock()
		if and {
			b.cond(l, next, no)
		} else {
			b.cond(l, yes, next)
		}
		b.c.At(next)
		b.cond(r, yes, no)
		return
	case *cc.UnaryExpression:
		if x.Case == cc.UnaryExpressionNot {
			b.cond(x.CastExpression, no, yes)
			return
		}
	case *cc.PostfixExpression:
		if arg := expectArg(x); arg != nil {
			b.cond(arg, yes, no)
			return
		}
	}
	b.c.Branch(b.truth(b.whole(e, nil)), yes, no)
}

// expectArg returns the first argument of __builtin_expect, or nil.
func expectArg(x *cc.PostfixExpression) cc.ExpressionNode {
	if x.Case != cc.PostfixExpressionCall {
		return nil
	}
	if id := callee(x); id == nil || id.Token.SrcStr() != "__builtin_expect" || x.ArgumentExpressionList == nil {
		return nil
	}
	return x.ArgumentExpressionList.AssignmentExpression
}
