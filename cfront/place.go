// SPDX-License-Identifier: MIT

// This file defines lval, an object that an expression designates, and how one
// gets from an object to a member or an element of it. An access to a register
// costs nothing; every other access is a step.

package cfront

import (
	"modernc.org/cc/v4"

	"mmcheck/model"
)

// lval is an object: a scalar, a struct, or an array of either.
type lval struct {
	typ     cc.Type      // its C type, not decayed
	st      *model.Type  // of a struct: its type; of a member: that of the owner
	obj     model.Expr   // instance of st
	life    model.Expr   // of the pointer that led to st, nil if none did
	fld     *model.Field // the member, for a scalar in a struct
	v       *model.Var   // where a scalar is stored
	idx     model.Expr   // the element of v, or of embed; nil is 0
	in      *model.Field // an array of structs within a struct: obj is in.Embed[idx]
	ptr     model.Expr   // a scalar behind a pointer that is only known at run time
	base    model.Expr   // the pointer that led here, nil if none did
	off     int64        // how far behind it this is, in bytes
	more    model.Expr   // where off is 0: whether it is farther, by a variable index
	word    *machineWord // what base is if it leads to no such object, nil if it is known to
	bits    *cc.Field    // non-nil for a bit-field
	view    *view        // of a member of a union that is put together of others: those
	width   int64        // of a cell made for a union, in bits
	choices []chosen     // of the unions that this is a member of
	once    bool         // volatile: the object, or the pointer that leads to it as in READ_ONCE()
}

// qualified is p, declared by d.
func (p lval) qualified(d *cc.Declarator) lval {
	p.once = p.once || volatile.declared(d)
	return p
}

// integer is the integer type of a scalar.
func (p lval) integer() integer {
	if p.width != 0 {
		return integer{bits: int(p.width)}
	}
	return ofField(p.typ, p.bits)
}

// isReg reports whether an access to the object is register work.
func (p lval) isReg() bool { return p.v != nil && p.v.Kind == model.Register }

// element is the index into p.v.
func (p lval) element() model.Expr {
	if p.idx == nil {
		return model.Const(0)
	}
	return p.idx
}

// memberOf returns member name of struct p.
func (l *lowerer) memberOf(p lval, name string, n cc.Node) lval {
	r := l.record(p.typ)
	if p.st != nil && p.st.Kind != nil && !p.st.Kind.Parts {
		part := r.c.FieldByName(name)
		if r.typ != p.st || part == nil || !isAggregate(part.Type()) {
			l.fail(n, "struct %s is a native cell: its members cannot be used", p.st.Name)
		}
		return lval{typ: part.Type(), st: p.st, obj: p.obj, life: p.life, base: p.base, off: p.off + part.Offset()} // such as dep_map: it stands for the cell
	}
	m := r.member(name)
	if m == nil {
		l.fail(n, "not supported here: member '%s' of struct %s", name, r.typ.Name)
	}
	return l.field(p, m)
}

func (l *lowerer) field(p lval, m *member) lval {
	q := lval{typ: m.typ, st: p.st, obj: p.obj, life: p.life, bits: m.bits, once: p.once || m.volatile, base: p.base, off: p.off + m.off,
		word: p.word, width: m.width, choices: p.choices[:len(p.choices):len(p.choices)]}
	for _, c := range m.choices {
		q.choices = append(q.choices, chosen{of: c.of, n: c.n, obj: p.obj})
	}
	switch {
	case p.view != nil:
		q.view = p.view.at(m.bit)
		return q
	case m.view:
		q.view = &view{p: p, bit: m.bit}
		return q
	}
	f := m.field
	if f.Sub == nil {
		q.fld, q.v, q.idx = f, f.Var, f.Elem(p.obj, model.Const(0))
		return q
	}
	q.st = f.Sub
	if f.Count == 1 && isAggregate(m.typ) {
		q.obj = embedded(f, p.obj)
		return q
	}
	q.in, q.idx = f, p.obj
	if f.Count > 1 {
		q.idx = model.Mul(p.obj, model.Int(f.Count))
	}
	return q
}

// embedded is the instance at index i of the table of an embedded struct.
func embedded(f *model.Field, i model.Expr) model.Expr {
	if c, ok := constOf(i); ok && f.Embed.At(c) != 0 {
		return model.Const(f.Embed.At(c))
	}
	return model.Lookup(f.Embed, i)
}

// item returns element i of array p.
func (p lval) item(i model.Expr) lval {
	q := p
	q.typ = p.typ.(*cc.ArrayType).Elem()
	if c, fixed := constOf(i); fixed {
		q.off += c * q.typ.Size()
	} else if q.off == 0 {
		q.more = model.Ne(i, model.Const(0))
	}
	if p.view != nil {
		size := q.typ.Size() * 8
		if c, fixed := constOf(i); fixed {
			q.view = p.view.at(c * size)
		} else {
			q.view = p.view.at(0)
			q.view.index, q.view.per = i, size
		}
		return q
	}
	_, stride := flatten(q.typ)
	i = model.Mul(i, model.Int(stride))
	switch {
	case p.in != nil:
		q.idx = model.Add(p.idx, i)
		if isAggregate(q.typ) {
			q.obj, q.in, q.idx = embedded(p.in, q.idx), nil, nil
		}
	case p.v == nil:
		q.obj = model.Add(p.obj, i)
	default:
		q.idx = model.Add(p.element(), i)
	}
	return q
}

// deref returns the object of type t that pointer v refers to.
func (b *builder) deref(v value, t cc.Type, n cc.Node) lval {
	switch {
	case v.ref != nil:
		q := *v.ref
		if q.typ.Kind() == cc.Array && t.Kind() != cc.Array {
			q = q.item(model.Const(0))
		}
		return q
	case isAggregate(t):
		r := b.record(t)
		v = b.as(v, r.typ)
		b.inBounds(v, t, n)
		return lval{typ: t, st: r.typ, obj: v.object(), life: v.Life, base: v.X, word: v.word}
	case cc.IsScalarType(t):
		v = b.as(v, b.scalars(t))
		b.inBounds(v, t, n)
		b.reinterpreted(v, t, n)
		return lval{typ: t, ptr: v.X, life: v.Life}
	}
	b.fail(n, "not supported here: a pointer to %s", typeString(t))
	return lval{}
}

// addr returns a pointer to p.
func (b *builder) addr(p lval) value {
	b.activated(p)
	switch {
	case p.typ.Kind() == cc.Array && (p.view != nil || len(p.choices) > 0 && cc.IsScalarType(flat(p.typ))):
		return value{ref: &p} // to be indexed
	case p.view != nil:
		b.fail(b.node, "not supported here: the address of a member of a union that shares its bytes with others")
	case len(p.choices) > 0 && cc.IsScalarType(p.typ):
		b.fail(b.node, "not supported here: the address of a member of a union that shares its bytes with what is no number")
	case p.typ.Kind() == cc.Array:
		v := b.addr(p.item(model.Const(0)))
		v.ref = &p
		return v
	case isAggregate(p.typ):
		return b.orStray(p, value{Value: model.Value{X: p.address(p.obj), Life: p.life, Points: p.st}, obj: p.obj})
	}
	v := value{Value: model.Value{X: p.ptr, Life: p.life, Points: b.scalars(p.typ)}, ref: &p}
	if p.ptr == nil {
		v.obj = p.v.AddressOf(v.Points, p.idx)
		v.X = p.address(v.obj)
	}
	return b.orStray(p, v)
}

// orStray is the address of p, which is v if the pointer that led to it leads to an
// object of its type. Where it does not, it is what it is and the offset of p: the member
// of what is around a list_head may be nothing but the list_head.
func (b *builder) orStray(p lval, v value) value {
	if p.word == nil || p.more != nil {
		return v
	}
	thin, stray := b.word(v), model.Eq(p.base, model.Const(model.Stray))
	w := machineWord{num: model.Cond(stray, model.Add(p.word.num, model.Const(p.off)), thin.num)}
	w.base = model.Value{X: model.Cond(stray, p.word.base.X, thin.base.X), Life: model.Cond(stray, known(p.word.base.Life), known(v.Life)), Points: thin.base.Points}
	out := b.pointer(w, v.Points)
	out.ref = v.ref
	return out
}

// address is a pointer to p, which is number at if it exists: NULL plus an offset is
// not NULL.
func (p lval) address(at model.Expr) model.Expr {
	if p.base == nil {
		return at
	}
	none := model.Shift(p.base, p.off)
	if p.off == 0 && p.more != nil {
		none = model.Cond(p.more, model.Shift(p.base, 1), p.base)
	}
	return model.Cond(model.Lt(model.Const(0), p.base), at, none)
}

// stable reports whether x stays the same while a called function runs: it is
// made of registers that only the caller can name.
func (l *lowerer) stable(x model.Expr) bool {
	ok, size := true, 0
	model.WalkExpr(x, func(e model.Expr) {
		size++
		if g, get := e.(model.Get); get {
			ok = ok && g.V.Thread != 0 && g.V.Len == 1 && !l.unstable[g.V] && (g.V.Kind == model.Register || g.V.Kind == model.Ghost)
		}
	})
	return ok && size <= 5
}

// stableRef is stable for what a pointer refers to.
func (l *lowerer) stableRef(p *lval) bool {
	return p == nil || l.stable(p.obj) && l.stable(p.idx) && l.stable(p.life) && l.stable(p.ptr)
}

// stableWord is stable for a word.
func (l *lowerer) stableWord(w *machineWord) bool {
	return w == nil || l.stable(w.base.X) && l.stable(w.base.Life) && l.stable(w.num)
}
