// SPDX-License-Identifier: MIT

// This file lowers arithmetic with pointers, and their order. The elements of an array
// have numbers one behind the other. A pointer that leaves its array is that to its last
// or first element, with as much added as it is beyond: it comes back when as much is
// subtracted, and followed, it is an index out of bounds.

package cfront

import (
	"modernc.org/cc/v4"

	"mmcheck/model"
)

// walkKey names a type over whose arrays pointers walk (in lowerer.carriers).
type walkKey struct{ name string }

// walkedOver reports whether pointers walk over arrays of elements of type t.
func (b *builder) walkedOver(t cc.Type) bool {
	switch {
	case isAggregate(t):
		return b.carriers[walkKey{b.record(t).typ.Name}]
	case cc.IsScalarType(t):
		return b.carriers[walkKey{b.scalars(t).Name}]
	}
	return false
}

// element is a pointer as an element of an array and a distance from that, in elements.
type element struct {
	at   model.Expr // 0 if the pointer leads to no object of its type, and is not beside one
	away model.Expr
}

// elementOf takes pointer v apart. What lies there takes size bytes.
func (b *builder) elementOf(v value, size int64) element {
	zero := model.Expr(model.Const(0))
	at := model.Cond(model.Lt(zero, v.X), v.X, zero)
	if v.word == nil {
		return element{at, zero}
	}
	w := *v.word
	beside := model.And(model.Eq(v.X, model.Const(model.Stray)), model.Eq(model.MkBin(model.OpMod, w.num, model.Const(size)), zero))
	at = model.Cond(beside, v.Points.ToType(w.base.X), at)
	return element{b.hold(at, v.Points), b.hold(model.Cond(beside, model.MkBin(model.OpDiv, w.num, model.Const(size)), zero), nil)}
}

// hold keeps a large expression in a temporary.
func (b *builder) hold(x model.Expr, points *model.Type) model.Expr {
	size := 0
	model.WalkExpr(x, func(model.Expr) { size++ })
	if size < 4 || b.guard != nil || b.c == nil {
		return x
	}
	tmp := b.c.Temp("part", points, nil)
	b.c.Do(model.Set{V: tmp, X: x})
	return model.Ld(tmp)
}

// advanced is pointer v to an elem, n elements farther.
func (b *builder) advanced(v value, elem cc.Type, n model.Expr, at cc.Node) value {
	zero := model.Expr(model.Const(0))
	if n == zero {
		return v
	}
	if c, fixed := constOf(n); fixed && v.word == nil && v.ref != nil && v.ref.typ.Kind() == cc.Array {
		if 0 <= c && c < v.ref.typ.(*cc.ArrayType).Len() {
			return b.addr(v.ref.item(n))
		}
	}
	if elem.Kind() != cc.Void && !isAggregate(elem) && !cc.IsScalarType(elem) {
		b.fail(at, "not supported here: arithmetic with a pointer to %s", typeString(elem))
	}
	size := b.unit.size(elem)
	w := b.word(v)
	moved := machineWord{base: w.base, num: model.Add(w.num, model.Mul(n, model.Const(size)))}
	bytes := elem.Kind() == cc.Void || v.Points == nil || v.Points.IsAnything()
	if c, fixed := constOf(n); fixed && (bytes || size == 1) {
		moved = b.shifted(w, c*size, at)
	} else if bytes {
		b.unless(false, model.Ne(w.base.X, zero), at, "is moved by what is no constant")
	}
	if bytes {
		return b.pointer(moved, b.prog.Anything())
	}
	b.carriers[walkKey{v.Points.Name}] = true
	n = b.hold(n, nil)
	e := b.elementOf(v, size)
	there := model.Ne(e.at, zero)
	items := v.Points.Items(e.at)
	k := b.hold(model.Add(model.Add(v.Points.Item(e.at), e.away), n), nil)
	nearest := model.Cond(model.Lt(k, zero), zero, model.Cond(model.Lt(k, items), k, model.Sub(items, model.Const(1))))
	nearest = b.hold(nearest, nil)
	obj := b.hold(model.Add(model.Sub(e.at, v.Points.Item(e.at)), nearest), v.Points)
	out := machineWord{base: moved.base}
	out.base.X = b.hold(model.Cond(there, v.Points.Address(obj), moved.base.X), b.prog.Anything())
	out.num = b.hold(model.Cond(there, model.Mul(model.Sub(k, nearest), model.Const(size)), moved.num), nil)
	return b.pointer(out, v.Points)
}

// distance is p - q, in elements.
func (b *builder) distance(p, q value, elem cc.Type, n cc.Node) value {
	size := b.unit.size(elem)
	if p.Points != q.Points || p.Points == nil || p.Points.IsAnything() {
		return b.numeric(b.moved(n, opSub, b.word(p), b.word(q)), n, "is subtracted")
	}
	zero := model.Expr(model.Const(0))
	x, y := b.elementOf(p, size), b.elementOf(q, size)
	first := func(e element) model.Expr { return model.Sub(e.at, p.Points.Item(e.at)) }
	index := func(e element) model.Expr { return model.Add(p.Points.Item(e.at), e.away) }
	there := model.And(model.Ne(x.at, zero), model.Ne(y.at, zero))
	b.trap("difference of pointers that do not lead into one array", model.Or(model.Not(there), model.Ne(first(x), first(y))), n)
	return number(model.Sub(index(x), index(y)))
}

// inBounds checks that pointer v, to an elem, has not left its array.
func (b *builder) inBounds(v value, elem cc.Type, n cc.Node) {
	if v.word == nil || v.Points == nil || b.c == nil {
		return
	}
	zero := model.Expr(model.Const(0))
	stray := model.Eq(v.X, model.Const(model.Stray))
	if b.carriers[walkKey{v.Points.Name}] {
		whole := model.Eq(model.MkBin(model.OpMod, v.word.num, model.Const(b.unit.size(elem))), zero)
		beside := model.And(model.Ne(v.word.num, zero), whole, model.Ne(v.Points.ToType(v.word.base.X), zero))
		b.trap("index out of bounds", model.And(stray, beside), n)
	}
	high := model.Le(model.Const(wordBytes), v.word.num) // less is a mark; below it lies what is around the head of a list
	b.unless(false, model.And(stray, model.Ne(v.word.base.X, zero), high), n, "and %s is followed", "what was added to it")
}

// wordBytes is more than what marks in the low bits of an address may come to.
const wordBytes = 8

// placed gives two addresses that are compared at n a place in the order of all objects.
func (b *builder) placed(x, y machineWord, n cc.Node) {
	apart := b.prog.Apart(x.base.X, y.base.X)
	where := ""
	switch {
	case b.c == nil || b.guard != nil:
		where = "in the condition of WAIT_UNTIL"
	case b.t == b.prog.InitThread():
		where = "in INIT"
	case b.c.InAtomic():
		where = "in ATOMIC"
	}
	if where != "" {
		b.unless(false, apart, n, "is compared with that of another %s", where)
		return
	}
	b.at(n, "", "")
	place, join := b.c.NewBlock(), b.c.NewBlock()
	b.c.Branch(apart, place, join)
	b.c.At(place)
	for _, base := range []model.Expr{x.base.X, y.base.X} {
		b.late = append(b.late, b.c.PlaceAddress(base))
	}
	b.c.Goto(join)
	b.c.At(join)
}
