// SPDX-License-Identifier: MIT

// This file compares types the way C does for assignments, arguments,
// initialisers and return values, and writes them the way C does.

package cfront

import (
	"fmt"
	"slices"
	"strings"

	"modernc.org/cc/v4"
)

// typeString writes a type as in a declaration without a name.
func typeString(t cc.Type) string {
	if u := t.Undecay(); u != nil {
		t = u
	}
	stars := ""
	for {
		p, ok := t.(*cc.PointerType)
		if !ok || p.Typedef() != nil {
			break
		}
		stars += "*"
		t = p.Elem()
	}
	if ft, ok := t.(*cc.FunctionType); ok && ft.Typedef() == nil {
		return functionString(ft, stars)
	}
	base := baseString(t)
	if stars == "" {
		return base
	}
	return base + " " + stars
}

// functionString writes a type of functions, or with stars of pointers to them.
func functionString(t *cc.FunctionType, stars string) string {
	var params []string
	for _, p := range t.Parameters() {
		params = append(params, typeString(p.Type()))
	}
	if t.IsVariadic() {
		params = append(params, "...")
	}
	if stars != "" {
		stars = "(" + stars + ")"
	}
	return fmt.Sprintf("%s %s(%s)", typeString(t.Result()), stars, strings.Join(params, ", "))
}

// baseString writes a type that is not a pointer.
func baseString(t cc.Type) string {
	const prefix = "const "
	qual := ""
	if t.Attributes().IsConst() {
		qual = prefix
	}
	if td := t.Typedef(); td != nil {
		return qual + td.Name()
	}
	switch x := t.(type) {
	case *cc.StructType:
		return qual + tagged("struct", x.Tag())
	case *cc.UnionType:
		return qual + tagged("union", x.Tag())
	case *cc.EnumType:
		return qual + tagged("enum", x.Tag())
	case *cc.ArrayType:
		return fmt.Sprintf("%s [%d]", typeString(x.Elem()), x.Len())
	}
	return qual + strings.TrimPrefix(cType(t.String()), prefix)
}

func tagged(what string, tag cc.Token) string {
	if name := tag.SrcStr(); name != "" {
		return what + " " + name
	}
	return what
}

// sameType reports whether two types are compatible, qualifiers aside.
func sameType(a, b cc.Type) bool {
	if a == b {
		return true
	}
	switch x := a.(type) {
	case *cc.PointerType:
		y, ok := b.(*cc.PointerType)
		return ok && sameType(x.Elem(), y.Elem())
	case *cc.StructType:
		y, ok := b.(*cc.StructType)
		if ok && !x.IsIncomplete() && !y.IsIncomplete() {
			return identity(x) == identity(y)
		}
		return ok && sameTag(x.Tag(), y.Tag(), a, b)
	case *cc.UnionType:
		y, ok := b.(*cc.UnionType)
		return ok && sameTag(x.Tag(), y.Tag(), a, b)
	case *cc.ArrayType:
		y, ok := b.(*cc.ArrayType)
		return ok && sameType(x.Elem(), y.Elem()) && (x.Len() == y.Len() || x.Len() < 0 || y.Len() < 0)
	case *cc.FunctionType:
		y, ok := b.(*cc.FunctionType)
		return ok && sameFunction(x, y)
	}
	if a.Kind() == cc.Enum || b.Kind() == cc.Enum {
		return cc.IsIntegerType(a) && cc.IsIntegerType(b) && a.Size() == b.Size()
	}
	return a.Kind() == b.Kind()
}

// sameFunction is sameType for functions; the parser takes any results for compatible.
func sameFunction(x, y *cc.FunctionType) bool {
	parameter := func(p, q *cc.Parameter) bool { return sameType(p.Type().Decay(), q.Type().Decay()) }
	return sameType(x.Result(), y.Result()) && x.IsVariadic() == y.IsVariadic() && slices.EqualFunc(parameters(x), parameters(y), parameter)
}

// parameters are those of a function type, none for "(void)".
func parameters(t *cc.FunctionType) []*cc.Parameter {
	if ps := t.Parameters(); len(ps) != 1 || ps[0].Type().Kind() != cc.Void {
		return ps
	}
	return nil
}

// sameTag compares structs by name: a spec is one translation unit.
func sameTag(x, y cc.Token, a, b cc.Type) bool {
	if x.SrcStr() == "" || y.SrcStr() == "" {
		return a.IsCompatible(b)
	}
	return x.SrcStr() == y.SrcStr()
}

// isNull reports whether an expression is a null pointer constant: the
// constant 0, cast to void * or not.
func isNull(e cc.ExpressionNode) bool {
	switch v := e.Value().(type) {
	case cc.Int64Value:
		return v == 0
	case cc.UInt64Value:
		return v == 0
	case *cc.ZeroValue:
		return true
	}
	return false
}

// typeOf is the type of e. The parser takes the first arm of "c ? NULL : p" for what
// gives it.
func typeOf(e cc.ExpressionNode) cc.Type {
	x, ok := bare(e).(*cc.ConditionalExpression)
	if !ok || x.Case != cc.ConditionalExpressionCond || isNil(x.ExpressionList) || !isVoidPointer(x.Type()) {
		return e.Type()
	}
	first, second := typeOf(x.ExpressionList), typeOf(x.ConditionalExpression)
	if isNull(x.ExpressionList) || isVoidPointer(second) {
		return second
	}
	return first
}

// assignable reports, at node at, if the value of e cannot become a to. It
// returns the diagnostic for notes, or nil.
func (s *sema) assignable(to cc.Type, e cc.ExpressionNode, at cc.Node, format string, args ...any) *Diagnostic {
	from := typeOf(e)
	if from == nil || to == nil || from.Kind() == cc.InvalidKind || to.Kind() == cc.InvalidKind || callsUndeclared(e) {
		return nil
	}
	what := fmt.Sprintf(format, args...)
	if from.Kind() == cc.Void {
		s.voidUsed(e)
		return nil
	}
	to, from = to.Decay(), from.Decay()
	toPtr, fromPtr := to.Kind() == cc.Ptr, from.Kind() == cc.Ptr
	switch {
	case toPtr && fromPtr:
		return s.pointers(to.(*cc.PointerType), from.(*cc.PointerType), e, at, what)
	case toPtr && cc.IsIntegerType(from):
		if !isNull(e) {
			return s.mismatch(at, "int-to-pointer", "integer becomes a pointer without a cast", what, to, from)
		}
	case fromPtr && cc.IsIntegerType(to):
		if to.Kind() != cc.Bool {
			return s.mismatch(at, "pointer-to-int", "pointer becomes an integer without a cast", what, to, from)
		}
	case cc.IsArithmeticType(to) && cc.IsArithmeticType(from):
	case !sameType(to, from):
		return s.mismatch(at, "type", "incompatible types", what, to, from)
	}
	return nil
}

func (s *sema) mismatch(at cc.Node, id, text, what string, to, from cc.Type) *Diagnostic {
	return s.errorf(at, id, "%s in %s: want '%s', got '%s'", text, what, typeString(to), typeString(from))
}

// pointers checks the conversion of one pointer type to another.
func (s *sema) pointers(to, from *cc.PointerType, e cc.ExpressionNode, at cc.Node, what string) *Diagnostic {
	want, got := to.Elem(), from.Elem()
	if isNull(e) && got.Kind() == cc.Void {
		return nil
	}
	if (want.Kind() != cc.Void && got.Kind() != cc.Void || want.Kind() == cc.Function || got.Kind() == cc.Function) && !sameType(want, got) {
		return s.mismatch(at, "pointer-type", "incompatible pointer types", what, to, from)
	}
	if got.Attributes().IsConst() && !want.Attributes().IsConst() && !s.toConst[to] {
		return s.warnf(at, "const", "%s drops 'const': want '%s', got '%s'", what, typeString(to), typeString(from))
	}
	return nil
}

// value reports an operand that has no value.
func (s *sema) value(e cc.ExpressionNode) {
	if !isNil(e) && e.Type() != nil && e.Type().Kind() == cc.Void {
		s.voidUsed(e)
	}
}

func (s *sema) voidUsed(e cc.ExpressionNode) {
	if x, ok := strip(e).(*cc.PostfixExpression); ok && x.Case == cc.PostfixExpressionCall {
		if id := callee(x); id != nil {
			s.errorf(e, "void-value", "function '%s' returns no value", id.Token.SrcStr())
			return
		}
	}
	s.errorf(e, "void-value", "this expression has no value")
}
