// SPDX-License-Identifier: MIT

// This file tells whether an lvalue is const or volatile.

package cfront

import (
	"modernc.org/cc/v4"
)

// qualifier is a type qualifier, and how the parser tells of it.
type qualifier struct {
	word  cc.TypeQualifierCase
	given func(*cc.Declarator) bool
	set   func(*cc.Attributes) bool
}

var (
	readOnly = qualifier{cc.TypeQualifierConst, (*cc.Declarator).IsConst, (*cc.Attributes).IsConst}
	volatile = qualifier{cc.TypeQualifierVolatile, (*cc.Declarator).IsVolatile, (*cc.Attributes).IsVolatile}
)

// has reports whether an lvalue has the qualifier. The types of expressions do not
// keep qualifiers, those of declarations do.
func (q qualifier) has(e cc.ExpressionNode) bool {
	switch x := strip(e).(type) {
	case *cc.PrimaryExpression:
		d, ok := x.ResolvedTo().(*cc.Declarator)
		return ok && q.declared(d)
	case *cc.UnaryExpression:
		return x.Case == cc.UnaryExpressionDeref && q.pointedTo(x.CastExpression)
	case *cc.PostfixExpression:
		switch x.Case {
		case cc.PostfixExpressionSelect:
			return q.field(x) || q.has(x.PostfixExpression)
		case cc.PostfixExpressionPSelect:
			return q.field(x) || q.pointedTo(x.PostfixExpression)
		case cc.PostfixExpressionIndex:
			if x.PostfixExpression.Type().Undecay().Kind() == cc.Array {
				return q.has(x.PostfixExpression)
			}
			return q.pointedTo(x.PostfixExpression)
		}
	}
	return false
}

// declared reports whether a declaration gives the qualifier to its name, which
// for pointers the last * decides.
func (q qualifier) declared(d *cc.Declarator) bool {
	p := d.Pointer
	if p == nil {
		t := d.Type().Undecay()
		for a, ok := t.(*cc.ArrayType); ok; a, ok = t.(*cc.ArrayType) {
			t = a.Elem()
		}
		return q.given(d) || t.Kind() != cc.Ptr && q.set(t.Attributes())
	}
	for p.Pointer != nil {
		p = p.Pointer
	}
	for l := p.TypeQualifiers; l != nil; l = l.TypeQualifiers {
		if l.TypeQualifier != nil && l.TypeQualifier.Case == q.word {
			return true
		}
	}
	return false
}

// among reports whether the specifiers of members hold the qualifier.
func (q qualifier) among(l *cc.SpecifierQualifierList) bool {
	for ; l != nil; l = l.SpecifierQualifierList {
		if l.TypeQualifier != nil && l.TypeQualifier.Case == q.word {
			return true
		}
	}
	return false
}

func (q qualifier) field(x *cc.PostfixExpression) bool {
	f := x.Field()
	return f != nil && f.Declarator() != nil && q.declared(f.Declarator())
}

func (q qualifier) pointedTo(e cc.ExpressionNode) bool {
	p, ok := e.Type().(*cc.PointerType)
	return ok && q.set(p.Elem().Attributes())
}
