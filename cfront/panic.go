// SPDX-License-Identifier: MIT

// This file says why the parser failed on C that is valid.

package cfront

import (
	"fmt"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// failed words a panic of the parser. Its type checker has one on a constant
// before "?:".
func (t *translation) failed() Diagnostics {
	if ast := t.parsed(); ast != nil {
		if x := constantElvis(ast.TranslationUnit); x != nil {
			return Diagnostics{{Pos: posOf(x.Token), Len: 1, Text: "a constant before '?:' is not supported: write 'a ? a : b'", ID: "unsupported"}}
		}
	}
	return Diagnostics{{Pos: model.Pos{File: t.name}, Text: fmt.Sprintf("internal error while parsing %s", t.name), ID: "internal"}}
}

// constantElvis is the first "c ?: r" below n where c may be a constant.
func constantElvis(n cc.Node) *cc.ConditionalExpression {
	if x, ok := n.(*cc.ConditionalExpression); ok && x.Case == cc.ConditionalExpressionCond && isNil(x.ExpressionList) && looksConstant(x.LogicalOrExpression) {
		return x
	}
	var found *cc.ConditionalExpression
	children(n, func(c cc.Node) {
		if found == nil {
			found = constantElvis(c)
		}
	})
	return found
}

// looksConstant reports whether e names nothing but enumerators, as far as can be
// told before types are checked. What is left of ',' does not count, and one side
// of '||' is enough.
func looksConstant(e cc.Node) bool {
	switch x := e.(type) {
	case *cc.PrimaryExpression:
		if x.Case == cc.PrimaryExpressionIdent {
			return isEnumerator(x)
		}
	case *cc.PostfixExpression:
		return false
	case *cc.UnaryExpression:
		switch x.Case {
		case cc.UnaryExpressionSizeofExpr, cc.UnaryExpressionSizeofType, cc.UnaryExpressionAlignofExpr, cc.UnaryExpressionAlignofType:
			return true
		}
	case *cc.CastExpression:
		return looksConstant(x.CastExpression)
	case *cc.ExpressionList:
		for x.ExpressionList != nil {
			x = x.ExpressionList
		}
		return looksConstant(x.AssignmentExpression)
	case *cc.LogicalOrExpression:
		return looksConstant(x.LogicalOrExpression) || looksConstant(x.LogicalAndExpression)
	}
	constant := true
	children(e, func(c cc.Node) { constant = constant && looksConstant(c) })
	return constant
}

// isEnumerator reports whether the name x is that of an enumerator.
func isEnumerator(x *cc.PrimaryExpression) bool {
	for s := x.LexicalScope(); s != nil; s = s.Parent {
		if nodes := s.Nodes[x.Token.SrcStr()]; len(nodes) > 0 {
			_, ok := nodes[0].(*cc.Enumerator)
			return ok
		}
	}
	return false
}
