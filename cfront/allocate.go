// SPDX-License-Identifier: MIT

// This file finds out what an allocation is for: what its result is converted to, or what
// the source takes the size of. An array, or a scalar, is an object with its elements as
// the only member.

package cfront

import (
	"fmt"
	"slices"
	"strings"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// arrayKey names a type of which arrays are allocated (in lowerer.carriers).
type arrayKey struct{ name string }

// allocated is the type of what x allocates.
func (b *builder) allocated(x *cc.PostfixExpression, op *model.Op, want *model.Type) *model.Type {
	if !sized[op.Name] {
		if want == nil || want.IsScalar() || want.IsAnything() {
			b.fail(x, "cannot tell what %s allocates; assign it to a pointer to a struct", op.Name)
		}
		return want
	}
	size := argList(x)[0]
	t := b.sizedType(size)
	if want == nil || want.IsAnything() {
		if t == nil {
			b.fail(x, "cannot tell what %s allocates; assign it to a typed pointer, or give it the sizeof of a type", op.Name)
		}
	} else if r := b.records[want.Name]; r != nil {
		t = r.c
	} else if s := b.elements[want]; s != nil {
		t = s
	}
	if t == nil || isAggregate(t) && t.IsIncomplete() {
		return want
	}
	n, fixed := b.unit.eval(size)
	if !fixed && b.plain(size) {
		n, fixed = constOf(b.rval(size, nil).X) // a parameter, say
	}
	count := n / b.unit.size(t)
	_, product := bare(size).(*cc.MultiplicativeExpression)
	switch isStruct := isAggregate(t); {
	case !fixed && product:
		b.fail(size, "not supported here: %s() of a number of objects that is not constant", op.Name)
	case isStruct && (!fixed || count <= 1):
		return b.record(t).typ
	case !fixed:
		b.fail(size, "not supported here: %s() of a size that is not constant", op.Name)
	case count < 1 || !isStruct && n%b.unit.size(t) != 0:
		b.fail(size, "%s() of %d bytes for %s, which takes %d", op.Name, n, typeString(t), b.unit.size(t))
	case isStruct && n%b.unit.size(t) != 0:
		return b.record(t).typ // with something behind it
	}
	return b.arrayOf(t, int(count))
}

// sizedType is the type of which an expression takes the size, once or many times; nil
// if it does not say.
func (b *builder) sizedType(e cc.ExpressionNode) cc.Type {
	switch x := bare(e).(type) {
	case *cc.UnaryExpression:
		switch x.Case {
		case cc.UnaryExpressionSizeofExpr:
			return flat(undecayed(x.UnaryExpression))
		case cc.UnaryExpressionSizeofType:
			return flat(x.TypeName.Type())
		}
	case *cc.MultiplicativeExpression:
		if t := b.sizedType(x.MultiplicativeExpression); t != nil {
			return t
		}
		return b.sizedType(x.CastExpression)
	case *cc.CastExpression:
		return b.sizedType(x.CastExpression)
	}
	return nil
}

// arrayOf is the type of an array of n elements of type t that is allocated.
func (b *builder) arrayOf(t cc.Type, n int) *model.Type {
	typ := b.prog.AddType(fmt.Sprintf("%s [%d]", typeString(t), n))
	if typ.ArrayOf != "" {
		return typ
	}
	var f *model.Field
	if isAggregate(t) {
		r := b.record(t)
		typ.ArrayOf = r.typ.Name
		f = typ.AddSub("", r.typ, n)
		b.carriers[arrayKey{r.typ.Name}] = true
	} else {
		if !cc.IsScalarType(t) {
			b.fail(b.node, "not supported here: an allocation of %s", typeString(t))
		}
		i := integerOf(t)
		f = typ.AddLeaf("", n, i.bits, i.signed, b.keeps(t))
		typ.ArrayOf = strings.ReplaceAll(scalarName(t), " ", "_")
		if t.Kind() == cc.Ptr {
			typ.ArrayOf = "pointer"
		}
		b.mayCarry(f.Var, memberKey{typ.Name, ""}, b.memory(f.Var))
	}
	f.Size = b.unit.size(t)
	typ.Align = b.unit.align(t)
	b.elemTypes[typ] = t
	return typ
}

// firstElement is a pointer to the first element of an array that was allocated.
func (b *builder) firstElement(v model.Value) value {
	f := v.Points.Fields[0]
	if f.Sub != nil {
		return value{Value: model.Value{X: f.Member(v.X, model.Const(0)), Life: v.Life, Points: f.Sub}}
	}
	elem := f.Elem(v.X, model.Const(0))
	t := b.scalars(b.elemTypes[v.Points])
	return value{Value: model.Value{X: f.Var.AddressOf(t, elem), Life: v.Life, Points: t}}
}

// inArrays reports whether what is freed by a pointer to a t may be an array.
func (b *builder) inArrays(t *model.Type) bool {
	return t != nil && (t.IsScalar() || b.carriers[arrayKey{t.Name}])
}

// firstKey names a type that is freed, and of which some struct has an object as its first
// member (in lowerer.carriers).
type firstKey struct{ name string }

// beginsOthers reports whether what is freed by a pointer to a t may be an object that
// begins with a t. Some such struct may still be to come.
func (b *builder) beginsOthers(t *model.Type) bool {
	if t == nil || t.IsScalar() || t.IsAnything() {
		return false
	}
	key := firstKey{t.Name}
	look := func() {
		for _, outer := range b.prog.Types {
			if slices.ContainsFunc(outer.Fields, func(f *model.Field) bool { return f.Sub == t && f.Off == 0 }) {
				b.carriers[key] = true
			}
		}
	}
	if !b.carriers[key] {
		look()
		b.late = append(b.late, look)
	}
	return b.carriers[key]
}
