// SPDX-License-Identifier: MIT

// This file lowers string literals: each is a static array that nothing writes,
// or gives an array of characters its first values.

package cfront

import (
	"modernc.org/cc/v4"

	"mmcheck/model"
)

// literal returns the characters of e, of the size of char, if it is a string
// literal, with the NUL at its end.
func literal(e cc.ExpressionNode) (cc.StringValue, bool) {
	x, ok := bare(e).(*cc.PrimaryExpression)
	if !ok || x.Case != cc.PrimaryExpressionString {
		return "", false
	}
	s, ok := x.Value().(cc.StringValue)
	return s, ok
}

// characters is the array that string literal x names. Equal ones are one array,
// as gcc has it.
func (l *lowerer) characters(x *cc.PrimaryExpression, s cc.StringValue) lval {
	if p, ok := l.strings[s]; ok {
		return p
	}
	t, ok := x.Type().Undecay().(*cc.ArrayType)
	if !ok || t.Len() != int64(len(s)) {
		l.fail(x, "not supported here: %s", l.snippet(x).text)
	}
	name := l.snippet(x).text
	l.reserve(x, name, len(s))
	v := l.prog.NewVar(name, model.Memory, 0)
	v.Len, v.Width = len(s), len(s)
	v.Bits, v.Signed = 8, true
	for i, c := range []byte(s) {
		v.SetInit(i, int64(int8(c)))
	}
	p := lval{typ: t, v: v}
	l.strings[s] = p
	return p
}

// initialisesArray reports whether e is a string literal that is the value of p, an
// array of characters, and not of a pointer.
func initialisesArray(p cc.Type, e cc.ExpressionNode) bool {
	t, ok := p.(*cc.ArrayType)
	if !ok || t.Elem().Kind() == cc.Array || !cc.IsIntegerType(t.Elem()) {
		return false
	}
	_, ok = literal(e)
	return ok
}

// eachCharacter calls f for each element of p that literal e initialises; the rest
// is 0.
func eachCharacter(p lval, e cc.ExpressionNode, f func(q lval, v value)) {
	s, _ := literal(e)
	for i := range min(int64(len(s)), p.typ.(*cc.ArrayType).Len()) {
		f(p.item(model.Const(i)), number(model.Const(int8(s[i]))))
	}
}
