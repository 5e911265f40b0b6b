// SPDX-License-Identifier: MIT

// This file computes constant addresses, of which offsetof() and container_of()
// are made.

package cfront

import "modernc.org/cc/v4"

// addressOf is the value of a constant address such as &((struct s *)0)->m[1].
func (u *Unit) addressOf(e cc.ExpressionNode) (int64, bool) {
	e = bare(e)
	if n, ok := u.eval(e); ok {
		return n, true
	}
	switch x := e.(type) {
	case *cc.CastExpression:
		if x.Case == cc.CastExpressionCast {
			return u.addressOf(x.CastExpression)
		}
	case *cc.UnaryExpression:
		if x.Case == cc.UnaryExpressionAddrof {
			return u.addressOfObject(x.CastExpression)
		}
	}
	return 0, false
}

// addressOfObject is addressOf for the object itself.
func (u *Unit) addressOfObject(e cc.ExpressionNode) (int64, bool) {
	switch x := bare(e).(type) {
	case *cc.UnaryExpression:
		if x.Case == cc.UnaryExpressionDeref {
			return u.addressOf(x.CastExpression)
		}
	case *cc.PostfixExpression:
		switch x.Case {
		case cc.PostfixExpressionPSelect:
			n, ok := u.addressOf(x.PostfixExpression)
			return u.behind(n, ok, x.PostfixExpression.Type().(*cc.PointerType).Elem(), x)
		case cc.PostfixExpressionSelect:
			n, ok := u.addressOfObject(x.PostfixExpression)
			return u.behind(n, ok, x.PostfixExpression.Type(), x)
		case cc.PostfixExpressionIndex:
			n, ok := u.addressOfObject(x.PostfixExpression)
			i, fixed := u.eval(x.ExpressionList)
			return n + i*u.size(x.Type().Undecay()), ok && fixed
		}
	}
	return 0, false
}

// behind is the address of the member that x selects in a struct at n.
func (u *Unit) behind(n int64, ok bool, t cc.Type, x *cc.PostfixExpression) (int64, bool) {
	st, isStruct := t.(aggregate)
	if !ok || !isStruct {
		return 0, false
	}
	off, ok := u.offset(st, x.Token2.SrcStr())
	return n + off, ok
}
