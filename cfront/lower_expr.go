// SPDX-License-Identifier: MIT

// This file lowers expressions: rval to a value, object to what it designates,
// discard for its effects. Operands are evaluated from left to right.

package cfront

import (
	"modernc.org/cc/v4"

	"mmcheck/model"
)

// bare removes parentheses and what only passes an operand on.
func bare(e cc.ExpressionNode) cc.ExpressionNode {
	for {
		next := strip(e)
		switch x := next.(type) {
		case *cc.ConstantExpression:
			next = x.ConditionalExpression
		case *cc.AssignmentExpression:
			if x.Case == cc.AssignmentExpressionCond {
				next = x.ConditionalExpression
			}
		case *cc.ConditionalExpression:
			if x.Case == cc.ConditionalExpressionLOr {
				next = x.LogicalOrExpression
			}
		}
		if next == e {
			return e
		}
		e = next
	}
}

// rval lowers e to its value, which is a number if e is an integer.
func (b *builder) rval(e cc.ExpressionNode, want *model.Type) value {
	return b.numeric(b.whole(e, want), e, "is used as a number")
}

// whole lowers e to its value. want is the struct that a void * in this place
// is converted to, nil if that is not known.
func (b *builder) whole(e cc.ExpressionNode, want *model.Type) value {
	e = bare(e)
	b.node = e
	if v, ok := b.constant(e); ok {
		return v
	}
	switch x := e.(type) {
	case *cc.ExpressionList:
		return b.comma(x, want)
	case *cc.AssignmentExpression:
		return b.assignment(x)
	case *cc.ConditionalExpression:
		return b.conditional(x, want)
	case *cc.LogicalOrExpression, *cc.LogicalAndExpression:
		return b.logical(e)
	case *cc.CastExpression:
		return b.cast(x)
	case *cc.UnaryExpression:
		return b.unary(x, want)
	case *cc.PostfixExpression:
		return b.postfixValue(x, want)
	case *cc.PrimaryExpression:
		return b.primary(x, want)
	}
	if l, r, op, ok := operands(e); ok {
		return b.binary(e, op, l, r)
	}
	b.fail(e, "not supported here: %s", b.snippet(e).text)
	return value{}
}

// constant returns the value of an integer constant expression, of NULL, or of the
// address of a function.
func (b *builder) constant(e cc.ExpressionNode) (value, bool) {
	if d := designated(e); d != nil {
		return b.addressOfFunction(d, e), true
	}
	if n, ok := b.unit.eval(e); ok {
		return number(model.Const(n)), true
	}
	x, ok := e.(*cc.CastExpression)
	if !ok || x.Case != cc.CastExpressionCast || x.Type().Kind() != cc.Ptr {
		return value{}, false
	}
	v, ok := b.constant(bare(x.CastExpression))
	if n, _ := constOf(v.X); !ok || n != 0 {
		return value{}, false
	}
	v.Points = b.pointsTo(x.Type())
	return v, true
}

func (b *builder) comma(x *cc.ExpressionList, want *model.Type) value {
	switch markCall(x) {
	case stableVMAFunc:
		return b.stableVMA(x.ExpressionList, want)
	case dataRaceFunc:
		defer func(outer bool) { b.racy = outer }(b.racy)
		b.racy = true
		x = x.ExpressionList
	}
	for ; x.ExpressionList != nil; x = x.ExpressionList {
		b.discard(x.AssignmentExpression)
	}
	return b.whole(x.AssignmentExpression, want)
}

// discard evaluates e for its effects. Memory that it merely names is read:
// "(void)vma->vm_flags;" is an access.
func (b *builder) discard(e cc.ExpressionNode) {
	e = bare(e)
	switch x := e.(type) {
	case *cc.CastExpression:
		if x.Case == cc.CastExpressionCast {
			b.discard(x.CastExpression)
			return
		}
	case *cc.PostfixExpression:
		if x.Case == cc.PostfixExpressionInc || x.Case == cc.PostfixExpressionDec {
			b.increment(x, x.PostfixExpression, x.Case == cc.PostfixExpressionInc, false)
			return
		}
	}
	switch t := e.Type(); {
	case t != nil && t.Undecay().Kind() == cc.Function: // "(void)f;"
	case t != nil && isAggregate(t):
		b.object(e)
	default:
		b.whole(e, nil)
	}
}

func (b *builder) primary(x *cc.PrimaryExpression, want *model.Type) value {
	switch x.Case {
	case cc.PrimaryExpressionString:
		if s, ok := x.Value().(cc.StringValue); ok {
			return b.addr(b.characters(x, s))
		}
	case cc.PrimaryExpressionStmt:
		return b.statementExpression(x, want)
	case cc.PrimaryExpressionIdent:
		d, ok := x.ResolvedTo().(*cc.Declarator)
		if !ok {
			break
		}
		v := b.variable(d, x)
		if v.bound != nil {
			return *v.bound
		}
		return b.contents(v.lval, x)
	}
	b.fail(x, "not supported here: %s", b.snippet(x).text)
	return value{}
}

// contents is the value of an object: of an array, the address of its first
// element.
func (b *builder) contents(p lval, n cc.Node) value {
	switch p.typ.Kind() {
	case cc.Array:
		return b.addr(p)
	case cc.Struct, cc.Union:
		b.fail(n, "not supported here: a struct used as a value")
	}
	return b.load(p, n)
}

func (b *builder) postfixValue(x *cc.PostfixExpression, want *model.Type) value {
	switch x.Case {
	case cc.PostfixExpressionCall:
		return b.call(x, want)
	case cc.PostfixExpressionInc, cc.PostfixExpressionDec:
		return b.increment(x, x.PostfixExpression, x.Case == cc.PostfixExpressionInc, true)
	}
	return b.contents(b.object(x), x)
}

func (b *builder) unary(x *cc.UnaryExpression, want *model.Type) value {
	switch x.Case {
	case cc.UnaryExpressionInc, cc.UnaryExpressionDec:
		return b.increment(x, x.UnaryExpression, x.Case == cc.UnaryExpressionInc, false)
	case cc.UnaryExpressionAddrof:
		if v, ok := b.end(x.CastExpression); ok {
			return v
		}
		p := b.object(x.CastExpression)
		b.node = x
		return b.addr(p)
	case cc.UnaryExpressionDeref:
		if functionType(x.CastExpression.Type()) != nil {
			return b.rval(x.CastExpression, nil)
		}
		return b.contents(b.object(x), x)
	}
	switch x.Case {
	case cc.UnaryExpressionNot:
		return number(model.Not(b.truth(b.whole(x.CastExpression, want))))
	}
	switch x.Case {
	case cc.UnaryExpressionPlus, cc.UnaryExpressionMinus, cc.UnaryExpressionCpl:
		v := b.rval(x.CastExpression, want)
		return number(applyUnary(x.Case, v.X, b.unit.integer(x.CastExpression)))
	}
	b.fail(x, "not supported here: %s", b.snippet(x).text)
	return value{}
}

// object lowers e to the object that it designates.
func (b *builder) object(e cc.ExpressionNode) lval {
	e = bare(e)
	b.node = e
	switch x := e.(type) {
	case *cc.PrimaryExpression:
		if d, ok := x.ResolvedTo().(*cc.Declarator); ok && x.Case == cc.PrimaryExpressionIdent {
			v := b.variable(d, x)
			if v.bound == nil {
				return v.lval
			}
		}
	case *cc.AssignmentExpression:
		if isAggregate(x.Type()) {
			return *b.assignment(x).ref
		}
	case *cc.UnaryExpression:
		if x.Case == cc.UnaryExpressionDeref {
			elem := x.CastExpression.Type().(*cc.PointerType).Elem()
			if named := addressed(x.CastExpression, elem); named != nil {
				p := b.object(named)
				p.once = p.once || isOnce(x.CastExpression)
				return p
			}
			p := b.deref(b.rval(x.CastExpression, nil), elem, x)
			p.once = p.once || isOnce(x.CastExpression)
			return p
		}
	case *cc.PostfixExpression:
		return b.postfixObject(x)
	}
	b.fail(e, "not supported here: %s", b.snippet(e).text)
	return lval{}
}

// addressed is the object of type t of which e is the address, as READ_ONCE() takes it and
// goes back; nil if e is none. A member of a union may have no address.
func addressed(e cc.ExpressionNode, t cc.Type) cc.ExpressionNode {
	for {
		switch x := bare(e).(type) {
		case *cc.CastExpression:
			if p := pointee(x.Type()); x.Case != cc.CastExpressionCast || p == nil || !sameType(p, t) {
				return nil
			}
			e = x.CastExpression
			continue
		case *cc.UnaryExpression:
			if x.Case == cc.UnaryExpressionAddrof && sameType(undecayed(x.CastExpression), t) {
				return x.CastExpression
			}
		}
		return nil
	}
}

func (b *builder) postfixObject(x *cc.PostfixExpression) lval {
	switch x.Case {
	case cc.PostfixExpressionSelect:
		return b.part(b.object(x.PostfixExpression), x)
	case cc.PostfixExpressionPSelect:
		t := x.PostfixExpression.Type().(*cc.PointerType).Elem()
		p := b.deref(b.rval(x.PostfixExpression, nil), t, x)
		p.once = p.once || isOnce(x.PostfixExpression)
		return b.part(p, x)
	case cc.PostfixExpressionIndex:
		return b.indexed(x)
	case cc.PostfixExpressionComplit:
		return b.compound(x)
	case cc.PostfixExpressionCall:
		if isAggregate(x.Type()) {
			return *b.call(x, nil).ref
		}
	}
	b.fail(x, "not supported here: %s", b.snippet(x).text)
	return lval{}
}

// part is the member of p that x selects: a struct is where its address leads to, also if
// the pointer that led to p leads to no such object.
func (b *builder) part(p lval, x *cc.PostfixExpression) lval {
	q := b.memberOf(p, x.Token2.SrcStr(), x)
	if q.word == nil || q.typ.Kind() != cc.Struct || q.st.Kind != nil {
		return q
	}
	return b.deref(b.addr(q), q.typ, x)
}

// indexed lowers a[i]. That i is in range is checked where it is not constant.
func (b *builder) indexed(x *cc.PostfixExpression) lval {
	base, index := x.PostfixExpression, x.ExpressionList
	if base.Type().Kind() != cc.Ptr {
		base, index = index, base
	}
	var arr lval
	elem := base.Type().(*cc.PointerType).Elem()
	v := b.rval(base, nil)
	i := b.rval(index, nil).X
	c, _ := constOf(i)
	if v.ref == nil || v.ref.typ.Kind() != cc.Array {
		return b.deref(b.advanced(v, elem, convert(i, b.unit.integer(index), intLong), x), elem, x)
	}
	arr = *v.ref
	n := arr.typ.(*cc.ArrayType).Len()
	outside := model.Not(model.MkBin(model.OpULt, i, model.Const(n)))
	switch {
	case outside == model.Expr(model.False):
	case b.c == nil:
		b.fail(x, "index %d is outside of an array of %d", c, n)
	default:
		b.at(x, "", "")
		b.check("index out of bounds", outside)
	}
	arr.once = arr.once || isOnce(base)
	return arr.item(i)
}

// end is the address of e if that is a[i] and may be the end of the array: that is an address,
// though nothing is there. With a variable index it is asked for only where pointers walk
// over such elements: others have no use for it, and would pay for it.
func (b *builder) end(e cc.ExpressionNode) (value, bool) {
	x, ok := bare(e).(*cc.PostfixExpression)
	if !ok || x.Case != cc.PostfixExpressionIndex {
		return value{}, false
	}
	base, index := x.PostfixExpression, x.ExpressionList
	if base.Type().Kind() != cc.Ptr {
		base, index = index, base
	}
	t, ok := undecayed(base).(*cc.ArrayType)
	c, fixed := b.unit.eval(index)
	if !ok || fixed && c != t.Len() || !fixed && (b.c == nil || !b.walkedOver(t.Elem())) {
		return value{}, false
	}
	v := b.rval(base, nil)
	i := b.rval(index, nil).X
	if v.ref != nil && !fixed {
		b.at(x, "", "")
		b.check("index out of bounds", model.Not(model.MkBin(model.OpULe, i, model.Const(v.ref.typ.(*cc.ArrayType).Len()))))
	}
	return b.advanced(v, t.Elem(), convert(i, b.unit.integer(index), intLong), x), true
}

// compound lowers a compound literal to a local variable.
func (b *builder) compound(x *cc.PostfixExpression) lval {
	b.needCode(x)
	t := x.Type().Undecay()
	base, count := flatten(t)
	if !isAggregate(base) {
		b.fail(x, "not supported here: a compound literal that is no struct")
	}
	k := b.literals[x]
	if k.typ == nil {
		k = b.instances("literal", t, base, count, b.automatic(x, "literal"))
		b.literals[x] = k
	}
	b.declared(x)
	b.zero(k, x)
	for il := x.InitializerList; il != nil; il = il.InitializerList {
		b.eachScalar(k, il.Initializer, b.assignPart)
	}
	return k
}
