// SPDX-License-Identifier: MIT

// This file tells which expressions need no step and have no effect: they are
// made of registers and constants, and become one expression of the model.

package cfront

import (
	"modernc.org/cc/v4"
)

// plain reports whether lowering e emits nothing.
func (b *builder) plain(e cc.ExpressionNode) bool {
	e = bare(e)
	if _, ok := e.(*cc.ExpressionList); ok {
		return false
	}
	if _, ok := b.constant(e); ok {
		return true
	}
	switch x := e.(type) {
	case *cc.LogicalAndExpression, *cc.LogicalOrExpression:
		l, r, _ := junction(e)
		return b.plain(l) && b.plain(r)
	case *cc.ConditionalExpression:
		return x.Type().Kind() != cc.Void && b.plain(x.LogicalOrExpression) &&
			(x.ExpressionList == nil || b.plain(x.ExpressionList)) && b.plain(x.ConditionalExpression)
	case *cc.CastExpression:
		toNumber := isPointer(x.CastExpression) && x.Type().Kind() != cc.Ptr && x.Type().Kind() != cc.Bool
		return x.Type().Kind() != cc.Void && !toNumber && b.plain(x.CastExpression)
	case *cc.UnaryExpression:
		return b.plainUnary(x)
	case *cc.PostfixExpression:
		return b.plainPostfix(x)
	case *cc.PrimaryExpression:
		p, ok := b.localObject(x)
		if ok && p.bound != nil {
			return p.bound.word == nil || p.bound.Points != nil
		}
		return ok && p.isReg() && p.typ.Kind() != cc.Array && (p.v.Base == nil || p.v.Points != nil)
	}
	l, r, op, ok := operands(e)
	if ok && op != opEq && op != opNe && (isPointer(l) || isPointer(r)) {
		return false
	}
	if op == opDiv || op == opMod {
		_, fixed := b.constant(bare(r))
		ok = ok && fixed
	}
	return ok && b.plain(l) && b.plain(r)
}

// localObject returns the variable that x names, if it is a local one.
func (b *builder) localObject(x *cc.PrimaryExpression) (variable, bool) {
	d, ok := x.ResolvedTo().(*cc.Declarator)
	if x.Case != cc.PrimaryExpressionIdent || !ok || b.f == nil || isFunction(d) || d.StorageDuration() != cc.Automatic {
		return variable{}, false
	}
	return b.variable(d, x), true
}

func (b *builder) plainUnary(x *cc.UnaryExpression) bool {
	switch x.Case {
	case cc.UnaryExpressionNot, cc.UnaryExpressionMinus, cc.UnaryExpressionPlus, cc.UnaryExpressionCpl:
		return b.plain(x.CastExpression)
	case cc.UnaryExpressionAddrof:
		return b.plainObject(x.CastExpression)
	}
	return false
}

// plainObject reports whether finding the object that e designates emits
// nothing, though reading it may.
func (b *builder) plainObject(e cc.ExpressionNode) bool {
	switch x := bare(e).(type) {
	case *cc.PrimaryExpression:
		return x.Case == cc.PrimaryExpressionIdent
	case *cc.UnaryExpression:
		return x.Case == cc.UnaryExpressionDeref && b.plain(x.CastExpression)
	case *cc.PostfixExpression:
		switch x.Case {
		case cc.PostfixExpressionSelect:
			return b.plainObject(x.PostfixExpression)
		case cc.PostfixExpressionPSelect:
			return b.plain(x.PostfixExpression)
		}
	}
	return false
}

// plainCalls are the natives that emit nothing.
var plainCalls = map[string]bool{
	"IS_ERR": true, "IS_ERR_OR_NULL": true, "ERR_PTR": true, "PTR_ERR": true, "__mmcheck_current": true, "__builtin_expect": true,
}

func (b *builder) plainPostfix(x *cc.PostfixExpression) bool {
	if x.Case != cc.PostfixExpressionCall {
		return false
	}
	id := callee(x)
	if id == nil || !plainCalls[id.Token.SrcStr()] {
		return false
	}
	for a := x.ArgumentExpressionList; a != nil; a = a.ArgumentExpressionList {
		if !b.plain(a.AssignmentExpression) {
			return false
		}
	}
	return true
}
