// SPDX-License-Identifier: MIT

// This file checks what is written to and whose address is taken: it must be an
// lvalue.

package cfront

import (
	"modernc.org/cc/v4"
)

// What is done to an lvalue.
const (
	assigned    = "cannot assign to"
	incremented = "cannot change"
)

// isLvalue reports whether e designates an object, by its form alone: names may
// not be resolved yet.
func isLvalue(e cc.ExpressionNode) bool {
	switch x := strip(e).(type) {
	case *cc.PrimaryExpression:
		if x.Case != cc.PrimaryExpressionIdent {
			return x.Case == cc.PrimaryExpressionString
		}
		if n := x.ResolvedTo(); n != nil {
			_, constant := n.(*cc.Enumerator)
			return !constant
		}
		return !isEnumerator(x)
	case *cc.PostfixExpression:
		switch x.Case {
		case cc.PostfixExpressionIndex, cc.PostfixExpressionPSelect, cc.PostfixExpressionComplit:
			return true
		case cc.PostfixExpressionSelect:
			return isLvalue(x.PostfixExpression)
		}
	case *cc.UnaryExpression:
		return x.Case == cc.UnaryExpressionDeref
	}
	return false
}

// notLvalue is the complaint that e is none.
func notLvalue(what string, e cc.ExpressionNode) string {
	text := what + " this: it is no variable"
	if x, ok := strip(e).(*cc.PostfixExpression); ok && x.Case == cc.PostfixExpressionCall {
		if id := callee(x); id != nil {
			text = what + " the result of " + id.Token.SrcStr() + "()"
		}
	}
	if x, ok := strip(e).(*cc.PrimaryExpression); ok && x.Case == cc.PrimaryExpressionIdent && isEnumerator(x) {
		text = what + " the constant '" + x.Token.SrcStr() + "'"
	}
	return text
}

// modifiable reports e if it cannot be written to.
func (s *sema) modifiable(e cc.ExpressionNode, what string) {
	t := e.Type()
	switch {
	case !isLvalue(e) || t != nil && t.Undecay().Kind() == cc.Function:
		s.errorf(e, "assign", "%s", notLvalue(what, e))
	case undecayed(e).Kind() == cc.Array:
		s.errorf(e, "assign", "%s an array as a whole", what)
	case readOnly.has(e):
		s.errorf(e, "const", "cannot assign to read-only '%s'", cc.NodeSource(strip(e)))
	}
}

// addressable reports e if it has no address.
func (s *sema) addressable(e cc.ExpressionNode) {
	switch x := strip(e).(type) {
	case *cc.PostfixExpression:
		if f := bitField(x); f != nil {
			s.errorf(e, "address", "cannot take the address of bit-field '%s'", f.Name())
			return
		}
	case *cc.PrimaryExpression:
		if d, ok := x.ResolvedTo().(*cc.Declarator); ok && x.Case == cc.PrimaryExpressionIdent && d.IsRegister() {
			s.errorf(e, "address", "cannot take the address of register variable '%s'", d.Name())
			return
		}
	}
	if !isLvalue(e) {
		s.errorf(e, "address", "%s", notLvalue("cannot take the address of", e))
	}
}

// bitField returns the bit-field that x selects, or nil.
func bitField(x *cc.PostfixExpression) *cc.Field {
	if x.Case != cc.PostfixExpressionSelect && x.Case != cc.PostfixExpressionPSelect {
		return nil
	}
	if f := x.Field(); f != nil && f.IsBitfield() {
		return f
	}
	return nil
}

// sized checks the operand of sizeof and its like.
func (s *sema) sized(at cc.Node, e cc.ExpressionNode) {
	if x, ok := strip(e).(*cc.PostfixExpression); ok && bitField(x) != nil {
		s.errorf(at, "type", "bit-field '%s' has no size in bytes", bitField(x).Name())
	}
	s.complete(at, undecayed(e), "size of an incomplete type: '%s'", typeString(undecayed(e)))
}

// condition checks what is tested: a number or a pointer.
func (s *sema) condition(e cc.ExpressionNode) {
	if isNil(e) || e.Type() == nil {
		return
	}
	s.value(e)
	if k := e.Type().Kind(); k == cc.Struct || k == cc.Union {
		s.errorf(e, "operand", "a %s is neither true nor false", typeString(e.Type()))
	}
}
