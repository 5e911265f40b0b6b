// SPDX-License-Identifier: MIT

// This file computes offsetof() where the parser does not: behind an index.

package cfront

import "modernc.org/cc/v4"

// addressOf is the value of a constant address such as &((struct s *)0)->m[1].
func addressOf(e cc.ExpressionNode) (int64, bool) {
	e = bare(e)
	if n, ok := intOf(e.Value()); ok && e.Pure() {
		return n, true
	}
	switch x := e.(type) {
	case *cc.CastExpression:
		if x.Case == cc.CastExpressionCast {
			return addressOf(x.CastExpression)
		}
	case *cc.UnaryExpression:
		if x.Case == cc.UnaryExpressionAddrof {
			return addressOfObject(x.CastExpression)
		}
	}
	return 0, false
}

// addressOfObject is addressOf for the object itself.
func addressOfObject(e cc.ExpressionNode) (int64, bool) {
	x, ok := bare(e).(*cc.PostfixExpression)
	if !ok {
		return 0, false
	}
	switch x.Case {
	case cc.PostfixExpressionPSelect:
		n, ok := addressOf(x.PostfixExpression)
		return n + x.Field().Offset(), ok
	case cc.PostfixExpressionSelect:
		n, ok := addressOfObject(x.PostfixExpression)
		return n + x.Field().Offset(), ok
	case cc.PostfixExpressionIndex:
		n, ok := addressOfObject(x.PostfixExpression)
		i, fixed := intOf(bare(x.ExpressionList).Value())
		return n + i*x.Type().Undecay().Size(), ok && fixed
	}
	return 0, false
}
