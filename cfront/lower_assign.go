// SPDX-License-Identifier: MIT

// This file lowers assignments. "a op= b" and "a++" are a load and a store.

package cfront

import (
	"modernc.org/cc/v4"

	"mmcheck/model"
)

// assignOps maps compound assignments to their operator.
var assignOps = map[cc.AssignmentExpressionCase]operator{
	cc.AssignmentExpressionMul: opMul, cc.AssignmentExpressionDiv: opDiv, cc.AssignmentExpressionMod: opMod,
	cc.AssignmentExpressionAdd: opAdd, cc.AssignmentExpressionSub: opSub, cc.AssignmentExpressionLsh: opShl,
	cc.AssignmentExpressionRsh: opShr, cc.AssignmentExpressionAnd: opAnd, cc.AssignmentExpressionXor: opXor,
	cc.AssignmentExpressionOr: opOr,
}

func (b *builder) assignment(x *cc.AssignmentExpression) value {
	p := b.object(x.UnaryExpression)
	if x.Case == cc.AssignmentExpressionAssign {
		return b.assign(p, x.AssignmentExpression, x)
	}
	op := assignOps[x.Case]
	old := b.load(p, x.UnaryExpression)
	v := b.whole(x.AssignmentExpression, nil)
	t := b.unit.integer(x.AssignmentExpression)
	sum := b.computed(x, op, old, p.typ, p.integer(), v, x.AssignmentExpression.Type(), t)
	return b.stores(p, sum, op.result(p.integer(), t), x)
}

// assign stores the value of e in p and returns it.
func (b *builder) assign(p lval, e cc.ExpressionNode, n cc.Node) value {
	if isAggregate(p.typ) {
		b.copyStruct(p, b.object(e), n)
		return value{ref: &p}
	}
	from, ok := b.designated(e)
	if !ok {
		return b.stores(p, b.whole(e, b.pointsTo(p.typ)), b.unit.integer(e), n)
	}
	if b.c != nil && b.guard == nil && p.isReg() && p.idx == nil && cc.IsScalarType(from.typ) && !from.isReg() &&
		from.view == nil && sameScalar(from, p) && !mentions(from, p.v) && p.v.Base == nil {
		b.loadInto(p, from, e) // no temporary needed
		return b.read(p)
	}
	return b.stores(p, b.contents(from, e), b.unit.integer(e), n)
}

// stores converts v, of type t, to the type of p and stores it. It returns what
// p has then: of a bit-field, what is left of the value.
func (b *builder) stores(p lval, v value, t integer, n cc.Node) value {
	v = b.converted(v, t, p.integer(), n)
	b.store(p, v, n)
	if p.isReg() {
		r := b.read(p)
		r.ref = v.ref
		return r
	}
	return v
}

// designated returns the object that e names, if it names one.
func (b *builder) designated(e cc.ExpressionNode) (lval, bool) {
	e = bare(e)
	if _, fixed := b.constant(e); fixed {
		return lval{}, false
	}
	switch x := e.(type) {
	case *cc.PrimaryExpression:
		d, ok := x.ResolvedTo().(*cc.Declarator)
		if !ok || x.Case != cc.PrimaryExpressionIdent || b.variable(d, x).bound != nil {
			return lval{}, false
		}
	case *cc.UnaryExpression:
		if x.Case != cc.UnaryExpressionDeref {
			return lval{}, false
		}
	case *cc.PostfixExpression:
		if x.Case != cc.PostfixExpressionSelect && x.Case != cc.PostfixExpressionPSelect && x.Case != cc.PostfixExpressionIndex {
			return lval{}, false
		}
	default:
		return lval{}, false
	}
	return b.object(e), true
}

// sameScalar reports whether no conversion lies between two scalars.
func sameScalar(a, b lval) bool {
	if a.typ.Kind() == cc.Ptr || b.typ.Kind() == cc.Ptr {
		return sameType(a.typ, b.typ)
	}
	return a.integer() == b.integer()
}

// mentions reports whether access to p depends on register v.
func mentions(p lval, v *model.Var) bool {
	found := false
	for _, x := range []model.Expr{p.obj, p.idx, p.life, p.ptr} {
		model.WalkExpr(x, func(e model.Expr) {
			g, ok := e.(model.Get)
			found = found || ok && (g.V == v || g.V == v.Life)
		})
	}
	return found
}

// increment lowers ++ and --; old says whether the value before is wanted.
func (b *builder) increment(n cc.Node, e cc.ExpressionNode, up, old bool) value {
	p := b.object(e)
	v := b.load(p, e)
	if old && p.isReg() {
		tmp := b.scratch("old", p.typ, p.v.Points, nil, n)
		b.c.Do(b.put(tmp, v)...)
		v = b.read(tmp)
	}
	op := opSub
	if up {
		op = opAdd
	}
	sum := b.computed(n, op, v, p.typ, p.integer(), number(model.Const(1)), nil, intInt)
	stored := b.stores(p, sum, common(p.integer(), intInt), n)
	if old {
		return v
	}
	return stored
}
