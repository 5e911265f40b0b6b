// SPDX-License-Identifier: MIT

// This file lowers memset(), memcpy() and memmove(), of whole objects: what lies in part
// of one has no bytes in a model. Each is one step, as an assignment of structs is. The
// locks in an object are left as they are.

package cfront

import (
	"modernc.org/cc/v4"

	"mmcheck/model"
)

// memset sets objects to zero; of an integer, each byte may be set to anything.
func (b *builder) memset(x *cc.PostfixExpression, _ *model.Type) value {
	args := b.memoryArgs(x)
	c, fixed := b.unit.eval(args[1])
	if !fixed {
		b.fail(args[1], "not supported here: memset() to what is not constant")
	}
	c &= 0xff
	to := b.whole(args[0], nil)
	b.each(x, to, args[0], args[2], func(p lval, _ int64) {
		if isAggregate(p.typ) && p.st.Kind != nil {
			b.fail(x, "not supported here: memset() of a struct %s, which is part of the model: initialise it", p.st.Name)
		}
		b.eachLeaf(p, func(q lval) {
			n := c
			for s := 8; s < 64; s *= 2 {
				n |= n << s
			}
			if q.typ.Kind() == cc.Ptr && c != 0 || q.bits != nil && c != 0 {
				b.fail(x, "not supported here: memset() of a %s to %d", typeString(q.typ), c)
			}
			b.c.Do(append(b.touch(q, model.Write, b.mark(q)), b.put(q, number(narrow(model.Const(n), q.integer())))...)...)
		})
	})
	return to
}

// memcpy copies objects to others of their type.
func (b *builder) memcpy(x *cc.PostfixExpression, _ *model.Type) value {
	args := b.memoryArgs(x)
	to, from := b.whole(args[0], nil), b.whole(args[1], nil)
	t, u := b.whatFor(to, args[0]), b.whatFor(from, args[1])
	if !sameType(t, u) && !sameType(flat(t), flat(u)) {
		b.fail(x, "not supported here: a copy of %s to %s: their bytes are not known", typeString(u), typeString(t))
	}
	b.each(x, to, args[0], args[2], func(p lval, i int64) {
		q := b.deref(b.advanced(from, flat(u), model.Const(i), args[1]), flat(u), args[1])
		if isAggregate(p.typ) {
			b.c.Do(b.copied(p, q)...)
			return
		}
		b.copyScalar(p, q, x)
	})
	return to
}

// memoryArgs are the three arguments of such a call.
func (b *builder) memoryArgs(x *cc.PostfixExpression) []cc.ExpressionNode {
	b.needCode(x)
	args := argList(x)
	if len(args) != 3 {
		b.fail(x, "wrong number of arguments to function '%s'", callee(x).Token.SrcStr())
	}
	if b.guard != nil {
		b.fail(x, "the condition of WAIT_UNTIL must not change anything")
	}
	return args
}

// flat is the type of the elements of an array, of any dimension, and else the type.
func flat(t cc.Type) cc.Type {
	elem, _ := flatten(t)
	return elem
}

// whatFor is the type of what pointer v, which e is, leads to.
func (b *builder) whatFor(v value, e cc.ExpressionNode) cc.Type {
	for {
		x, ok := bare(e).(*cc.CastExpression)
		if !ok || x.Case != cc.CastExpressionCast || !isVoidPointer(x.Type()) {
			break
		}
		e = x.CastExpression
	}
	t := pointee(e.Type())
	if t == nil || t.Kind() == cc.Void {
		if v.ref != nil {
			return v.ref.typ
		}
		if v.Points != nil && b.records[v.Points.Name] != nil {
			return b.records[v.Points.Name].c
		}
		b.fail(e, "cannot tell what this points to: convert it to a pointer to that")
	}
	return t
}

// each calls f, as parts of one step, for each of the objects that begin at v, which e is,
// and take as many bytes as size says.
func (b *builder) each(x *cc.PostfixExpression, v value, e, size cc.ExpressionNode, f func(p lval, i int64)) {
	t := flat(b.whatFor(v, e))
	n, fixed := b.unit.eval(size)
	unit := b.unit.size(t)
	if !fixed || n%unit != 0 || n/unit > 1<<12 {
		b.fail(size, "not supported here: %s() of other than a constant number of whole objects; a %s takes %d bytes", callee(x).Token.SrcStr(), typeString(t), unit)
	}
	count := n / unit
	var objects []lval
	for i := range count {
		objects = append(objects, b.deref(b.advanced(v, t, model.Const(i), e), t, e))
	}
	atomic := func() {
		for i, p := range objects {
			f(p, int64(i))
		}
	}
	b.at(x, callee(x).Token.SrcStr(), "")
	if b.c.InAtomic() {
		atomic()
		return
	}
	b.c.Step()
	b.c.Atomic(atomic)
}

// eachLeaf calls f for each scalar of p; the insides of locks are none.
func (b *builder) eachLeaf(p lval, f func(q lval)) {
	switch t := p.typ.(type) {
	case *cc.ArrayType:
		for i := range t.Len() {
			b.eachLeaf(p.item(model.Const(i)), f)
		}
	case aggregate:
		r := b.record(t)
		for i := range r.members {
			if !r.members[i].view {
				b.eachLeaf(b.field(p, &r.members[i]), f)
			}
		}
		for _, c := range r.choices {
			b.c.Do(model.Set{V: c.v, I: p.obj, X: model.Const(0)})
		}
	default:
		f(p)
	}
}

// copyScalar copies scalar q to p, in the step at hand.
func (b *builder) copyScalar(p, q lval, n cc.Node) {
	tmp := b.temp(q, n)
	b.loadInto(tmp, q, n)
	b.store(p, b.read(tmp), n)
}
