// SPDX-License-Identifier: MIT

// This file lowers initialisers: of static variables into initial values, of
// local variables into stores.

package cfront

import (
	"modernc.org/cc/v4"

	"mmcheck/model"
)

// eachScalar calls f for every expression of an initialiser of p, with the
// object that it initialises: an array if it is a string literal.
func (b *builder) eachScalar(p lval, in *cc.Initializer, f func(q lval, e cc.ExpressionNode)) {
	if in.Case == cc.InitializerInitList {
		for il := in.InitializerList; il != nil; il = il.InitializerList {
			b.eachScalar(p, il.Initializer, f)
		}
		return
	}
	off := in.Offset()
	for i := range in.Len() {
		if i > 0 {
			off += in.Type().Size()
		}
		f(b.within(p, off, in), in.AssignmentExpression)
	}
}

// within finds the object at a byte offset in p that an initialiser is for.
func (b *builder) within(p lval, off int64, in *cc.Initializer) lval {
	isStruct := isAggregate(in.AssignmentExpression.Type())
	for {
		switch t := p.typ.(type) {
		case *cc.ArrayType:
			if off == 0 && initialisesArray(t, in.AssignmentExpression) {
				return p
			}
			i := off / t.Elem().Size()
			p, off = p.item(model.Const(i)), off-i*t.Elem().Size()
		case aggregate:
			if isStruct && off == 0 && sameType(t, in.AssignmentExpression.Type()) {
				return p
			}
			m := b.memberAt(t, off, in.Field())
			if m == nil {
				b.fail(in, "not supported here: initialiser of struct %s", tagOf(t))
			}
			p, off = b.field(p, m), off-m.at
		default:
			return p
		}
	}
}

// memberAt is the member of a struct that covers a byte offset, as the parser
// counts; f tells bit-fields apart.
func (l *lowerer) memberAt(t cc.Type, off int64, f *cc.Field) *member {
	r := l.record(t)
	if f != nil {
		if m := r.member(f.Name()); m != nil && m.at == off && (m.bits != nil) == f.IsBitfield() && sameType(m.typ, f.Type()) {
			return m
		}
	}
	for i := range r.members {
		m := &r.members[i]
		if m.bits == nil && m.width == 0 && (!m.view || f != nil) && m.at <= off && off < m.at+m.typ.Size() {
			return m
		}
	}
	return nil
}

// initialise gives static variable p its initial value.
func (l *lowerer) initialise(p lval, in *cc.Initializer) {
	b := &builder{lowerer: l}
	b.eachScalar(p, in, func(q lval, e cc.ExpressionNode) {
		switch q.typ.Kind() {
		case cc.Struct, cc.Union:
			b.fail(e, "initialiser of a static variable is not constant")
		case cc.Array:
			eachCharacter(q, e, func(q lval, v value) {
				c, _ := constOf(convert(v.X, intInt, q.integer()))
				i, _ := constOf(q.element())
				q.v.SetInit(int(i), int64(c))
			})
			return
		}
		v := b.converted(b.whole(e, b.pointsTo(q.typ)), b.unit.integer(e), q.integer(), e)
		if q.view != nil {
			for i, x := range b.taken(q, b.viewParts(q, e), v, e) {
				b.initialPart(b.viewParts(q, e)[i], x, e)
			}
			return
		}
		b.initialPart(q, v, e)
	})
}

// initialPart gives static scalar q the initial value v, which e is.
func (b *builder) initialPart(q lval, v value, e cc.Node) {
	i, ok := constOf(q.element())
	for _, c := range q.choices {
		obj, _ := constOf(c.obj)
		c.of.v.SetInit(int(obj), int64(c.n))
	}
	for _, x := range b.parts(q, v, e) {
		if c, fixed := x.x.X.(model.Const); fixed {
			x.v.SetInit(int(i), int64(c))
			continue
		}
		model.WalkExpr(x.x.X, func(e model.Expr) {
			_, get := e.(model.Get)
			ok = ok && !get
		})
		b.addressed = append(b.addressed, x.x.X) // the address of a scalar gets its number later
		b.late = append(b.late, func() { x.v.SetInit(int(i), model.Eval(nil, x.x.X)) })
	}
	if !ok {
		b.fail(e, "initialiser of a static variable is not constant")
	}
}

// assignInitial emits the initialisation of local variable p.
func (b *builder) assignInitial(p lval, in *cc.Initializer, n cc.Node) {
	if in.Case == cc.InitializerExpr && p.typ.Kind() != cc.Array {
		b.assign(p, in.AssignmentExpression, n)
		return
	}
	b.zero(p, n)
	b.eachScalar(p, in, b.assignPart)
}

// assignPart stores what e initialises.
func (b *builder) assignPart(p lval, e cc.ExpressionNode) {
	if p.typ.Kind() == cc.Array {
		eachCharacter(p, e, func(q lval, v value) { b.stores(q, v, intInt, e) })
		return
	}
	b.assign(p, e, e)
}

// zero clears local variable p.
func (b *builder) zero(p lval, n cc.Node) {
	b.at(n, "", "")
	if p.isReg() {
		b.c.Do(b.zeroes(p)...)
	} else {
		b.c.Access(b.zeroes(p)...)
	}
}

func (b *builder) zeroes(p lval) []model.Stmt {
	var out []model.Stmt
	switch t := p.typ.(type) {
	case *cc.ArrayType:
		for i := range t.Len() {
			out = append(out, b.zeroes(p.item(model.Const(i)))...)
		}
	case aggregate:
		r := b.record(t)
		for i := range r.members {
			if !r.members[i].view {
				out = append(out, b.zeroes(b.field(p, &r.members[i]))...)
			}
		}
		for _, c := range r.choices {
			out = append(out, model.Set{V: c.v, I: p.obj, X: model.Const(0)})
		}
	default:
		out = b.put(p, number(model.Const(0)))
	}
	return out
}
