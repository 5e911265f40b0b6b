// SPDX-License-Identifier: MIT

// This file lowers arithmetic, comparisons and logic. Values are kept as
// 64-bit integers, sign- or zero-extended from their C type; a result is cut
// to the width of its type.

package cfront

import (
	"modernc.org/cc/v4"

	"mmcheck/model"
)

// operator is a binary operator of C.
type operator uint8

const (
	opAdd operator = iota
	opSub
	opMul
	opDiv
	opMod
	opAnd
	opOr
	opXor
	opShl
	opShr
	opEq
	opNe
	opLt
	opGt
	opLe
	opGe
)

// operands takes a binary expression apart.
func operands(e cc.ExpressionNode) (l, r cc.ExpressionNode, op operator, ok bool) {
	switch x := e.(type) {
	case *cc.AdditiveExpression:
		op = map[cc.AdditiveExpressionCase]operator{cc.AdditiveExpressionAdd: opAdd, cc.AdditiveExpressionSub: opSub}[x.Case]
		return x.AdditiveExpression, x.MultiplicativeExpression, op, true
	case *cc.MultiplicativeExpression:
		op = map[cc.MultiplicativeExpressionCase]operator{cc.MultiplicativeExpressionMul: opMul,
			cc.MultiplicativeExpressionDiv: opDiv, cc.MultiplicativeExpressionMod: opMod}[x.Case]
		return x.MultiplicativeExpression, x.CastExpression, op, true
	case *cc.ShiftExpression:
		op = map[cc.ShiftExpressionCase]operator{cc.ShiftExpressionLsh: opShl, cc.ShiftExpressionRsh: opShr}[x.Case]
		return x.ShiftExpression, x.AdditiveExpression, op, true
	case *cc.RelationalExpression:
		op = map[cc.RelationalExpressionCase]operator{cc.RelationalExpressionLt: opLt, cc.RelationalExpressionGt: opGt,
			cc.RelationalExpressionLeq: opLe, cc.RelationalExpressionGeq: opGe}[x.Case]
		return x.RelationalExpression, x.ShiftExpression, op, true
	case *cc.EqualityExpression:
		op = map[cc.EqualityExpressionCase]operator{cc.EqualityExpressionEq: opEq, cc.EqualityExpressionNeq: opNe}[x.Case]
		return x.EqualityExpression, x.RelationalExpression, op, true
	case *cc.AndExpression:
		return x.AndExpression, x.EqualityExpression, opAnd, true
	case *cc.ExclusiveOrExpression:
		return x.ExclusiveOrExpression, x.AndExpression, opXor, true
	case *cc.InclusiveOrExpression:
		return x.InclusiveOrExpression, x.ExclusiveOrExpression, opOr, true
	}
	return nil, nil, 0, false
}

// binary lowers "l op r".
func (b *builder) binary(n cc.ExpressionNode, op operator, l, r cc.ExpressionNode) value {
	if b.plain(r) {
		b.partOf[bare(l)] = n
	} else if b.plain(l) {
		b.partOf[bare(r)] = n
	}
	x := b.whole(l, nil)
	y := b.whole(r, nil)
	return b.computed(n, op, x, l.Type(), b.unit.integer(l), y, r.Type(), b.unit.integer(r))
}

// computed is "x op y".
func (b *builder) computed(n cc.Node, op operator, x value, t cc.Type, xt integer, y value, u cc.Type, yt integer) value {
	p, q := pointee(t), pointee(u)
	switch {
	case (p != nil || q != nil) && op == opEq:
		return number(b.equal(x, y))
	case (p != nil || q != nil) && op == opNe:
		return number(model.Not(b.equal(x, y)))
	case (p != nil || q != nil) && op >= opLt:
		return number(b.ordered(n, op, b.word(x), b.word(y), false))
	case p != nil && q != nil:
		return b.distance(x, y, p, n)
	case q != nil:
		return b.advanced(y, q, convert(b.numeric(x, n, "is added to another").X, xt, intLong), n)
	case p != nil:
		by := convert(b.numeric(y, n, "is added to another").X, yt, intLong)
		if op == opSub {
			by = model.MkUn(model.OpNeg, by)
		}
		return b.advanced(x, p, by, n)
	case x.word != nil || y.word != nil:
		return b.wordArithmetic(n, op, x, xt, y, yt)
	}
	return number(b.arithmetic(n, op, x.X, xt, y.X, yt))
}

// pointee is what a pointer type points to, nil for other types.
func pointee(t cc.Type) cc.Type {
	if t != nil {
		if p, ok := t.Decay().(*cc.PointerType); ok {
			return p.Elem()
		}
	}
	return nil
}

// arithmetic applies op to numbers of types xt and yt, with the usual
// conversions.
func (b *builder) arithmetic(n cc.Node, op operator, x model.Expr, xt integer, y model.Expr, yt integer) model.Expr {
	switch op {
	case opDiv, opMod:
		t := common(xt, yt)
		b.divisor(convert(x, xt, t), convert(y, yt, t), t, n)
	case opShl, opShr:
		b.trap("shift count out of range", outOfRange(y, xt), n)
	}
	return applyBinary(op, x, xt, y, yt)
}

func compare(op operator, x, y model.Expr, signed bool) model.Expr {
	lt, le := model.OpULt, model.OpULe
	if signed {
		lt, le = model.OpLt, model.OpLe
	}
	switch op {
	case opEq:
		return model.Eq(x, y)
	case opNe:
		return model.Ne(x, y)
	case opLt:
		return model.MkBin(lt, x, y)
	case opGt:
		return model.MkBin(lt, y, x)
	case opLe:
		return model.MkBin(le, x, y)
	}
	return model.MkBin(le, y, x)
}

// modelOp is the operator of the model for one of C.
func modelOp(op operator, signed bool) model.BinOp {
	switch {
	case op == opDiv && !signed:
		return model.OpUDiv
	case op == opMod && !signed:
		return model.OpUMod
	case op == opShr && !signed:
		return model.OpUShr
	}
	return map[operator]model.BinOp{
		opAdd: model.OpAdd, opSub: model.OpSub, opMul: model.OpMul, opDiv: model.OpDiv, opMod: model.OpMod,
		opAnd: model.OpAnd, opOr: model.OpOr, opXor: model.OpXor, opShl: model.OpShl, opShr: model.OpShr,
	}[op]
}

// divisor checks for a division of x by y, of type t, that x86 traps: by zero, or
// with a quotient that is too large.
func (b *builder) divisor(x, y model.Expr, t integer, n cc.Node) {
	b.trap("division by zero", model.Eq(y, model.Const(0)), n)
	if t.signed {
		least := model.Const(-1) << (t.bits - 1)
		b.trap("division overflows", model.And(model.Eq(y, model.Const(-1)), model.Eq(x, least)), n)
	}
}

// outOfRange says that a value of type t is not shifted by y: UBSAN reports it.
func outOfRange(y model.Expr, t integer) model.Expr {
	return model.MkBin(model.OpULe, model.Const(t.promoted().bits), y)
}

// trap checks that an operation at n does not trap.
func (b *builder) trap(text string, bad model.Expr, n cc.Node) {
	switch {
	case bad == model.Expr(model.False):
	case b.c == nil:
		b.fail(n, "%s", text)
	default:
		b.at(n, "", "")
		b.check(text, bad)
	}
}

// check checks a value on the way, here or where a condition is evaluated.
func (b *builder) check(text string, bad model.Expr) {
	c := model.Check{Prop: "assert", Bad: bad, Text: text, At: b.c.Site}
	if b.guard != nil {
		*b.guard = append(*b.guard, c)
		return
	}
	b.c.Do(c)
}
