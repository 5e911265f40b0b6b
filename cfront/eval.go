// SPDX-License-Identifier: MIT

// This file evaluates integer constant expressions, with the types of
// integer.go and the layout of layout.go.

package cfront

import (
	"modernc.org/cc/v4"

	"mmcheck/model"
)

// constant is the value of a constant expression; fixed is false if it is none.
type constant struct {
	n     int64
	fixed bool
}

// eval returns the value of e, if that is constant, as its type has it.
func (u *Unit) eval(e cc.ExpressionNode) (int64, bool) {
	e = bare(e)
	c, ok := u.constants[e]
	if !ok {
		c.n, c.fixed = u.evaluated(e)
		u.constants[e] = c
	}
	return c.n, c.fixed
}

// evalAs is eval, converted to type t.
func (u *Unit) evalAs(e cc.ExpressionNode, t integer) (int64, bool) {
	n, ok := u.eval(e)
	if !ok {
		return 0, false
	}
	n, _ = constOf(convert(model.Const(n), u.integer(e), t))
	return n, true
}

func (u *Unit) evaluated(e cc.ExpressionNode) (int64, bool) {
	if t := e.Type(); t == nil || !cc.IsIntegerType(t) {
		return 0, false
	}
	switch x := e.(type) {
	case *cc.PrimaryExpression:
		return u.evalPrimary(x)
	case *cc.UnaryExpression:
		return u.evalUnary(x)
	case *cc.CastExpression:
		if x.CastExpression.Type() != nil && x.CastExpression.Type().Kind() == cc.Ptr {
			n, ok := u.addressOf(x.CastExpression) // offsetof
			n, _ = constOf(narrow(model.Const(n), integerOf(x.Type())))
			return n, ok
		}
		return u.evalAs(x.CastExpression, integerOf(x.Type()))
	case *cc.PostfixExpression:
		if arg := expectArg(x); arg != nil {
			return u.evalAs(arg, intLong)
		}
		return 0, false
	case *cc.ConditionalExpression:
		return u.evalConditional(x)
	case *cc.LogicalAndExpression, *cc.LogicalOrExpression:
		l, r, and := junction(e)
		n, ok := u.eval(l)
		if ok && (n != 0) == and {
			n, ok = u.eval(r)
		}
		return int64(model.Bool(n != 0)), ok
	}
	if l, r, op, ok := operands(e); ok {
		return u.evalBinary(op, l, r)
	}
	return 0, false
}

func (u *Unit) evalPrimary(x *cc.PrimaryExpression) (int64, bool) {
	switch x.Case {
	case cc.PrimaryExpressionInt, cc.PrimaryExpressionChar:
		n, ok := intOf(x.Value())
		n, _ = constOf(narrow(model.Const(n), integerOf(x.Type())))
		return n, ok
	case cc.PrimaryExpressionIdent:
		if m, ok := x.ResolvedTo().(*cc.Enumerator); ok {
			return intOf(m.Value())
		}
	}
	return 0, false
}

func (u *Unit) evalUnary(x *cc.UnaryExpression) (int64, bool) {
	switch x.Case {
	case cc.UnaryExpressionSizeofExpr:
		return u.sizeOf(x.UnaryExpression), true
	case cc.UnaryExpressionSizeofType:
		return u.size(x.TypeName.Type()), true
	case cc.UnaryExpressionAlignofExpr:
		return u.alignOf(x.UnaryExpression), true
	case cc.UnaryExpressionAlignofType:
		return u.align(x.TypeName.Type()), true
	case cc.UnaryExpressionPlus, cc.UnaryExpressionMinus, cc.UnaryExpressionCpl, cc.UnaryExpressionNot:
		n, ok := u.eval(x.CastExpression)
		if !ok || !cc.IsIntegerType(x.CastExpression.Type()) {
			return 0, false
		}
		n, _ = constOf(applyUnary(x.Case, model.Const(n), u.integer(x.CastExpression)))
		return n, true
	}
	return 0, false
}

// applyUnary is the value of "op x", where x is of type t.
func applyUnary(op cc.UnaryExpressionCase, x model.Expr, t integer) model.Expr {
	to := t.promoted()
	switch op {
	case cc.UnaryExpressionNot:
		return model.Not(x)
	case cc.UnaryExpressionMinus:
		return narrow(model.MkUn(model.OpNeg, convert(x, t, to)), to)
	case cc.UnaryExpressionCpl:
		return narrow(model.MkUn(model.OpCom, convert(x, t, to)), to)
	}
	return convert(x, t, to)
}

func (u *Unit) evalConditional(x *cc.ConditionalExpression) (int64, bool) {
	n, ok := u.eval(x.LogicalOrExpression)
	if !ok {
		return 0, false
	}
	arm := x.ConditionalExpression
	if n != 0 {
		if arm = x.ExpressionList; isNil(arm) { // a ?: b
			arm = x.LogicalOrExpression
		}
	}
	return u.evalAs(arm, u.integer(x))
}

func (u *Unit) evalBinary(op operator, l, r cc.ExpressionNode) (int64, bool) {
	x, ok := u.eval(l)
	y, ok2 := u.eval(r)
	if !ok || !ok2 || (op == opDiv || op == opMod) && y == 0 {
		return 0, false
	}
	n, _ := constOf(applyBinary(op, model.Const(x), u.integer(l), model.Const(y), u.integer(r)))
	return n, true
}

// applyBinary is the value of "x op y", where x and y are of types xt and yt.
func applyBinary(op operator, x model.Expr, xt integer, y model.Expr, yt integer) model.Expr {
	t := xt.promoted()
	if op != opShl && op != opShr {
		t = common(xt, yt)
		y = convert(y, yt, t)
	}
	x = convert(x, xt, t)
	if op >= opEq {
		return compare(op, x, y, t.signed)
	}
	return narrow(model.MkBin(modelOp(op, t.signed), x, y), t)
}
