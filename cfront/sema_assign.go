// SPDX-License-Identifier: MIT

// This file checks everything that writes or combines values: assignments,
// initialisers, increments, operators, comparisons and conditions.

package cfront

import (
	"modernc.org/cc/v4"
)

// assignment checks =, += and so on.
func (s *sema) assignment(x *cc.AssignmentExpression) {
	switch x.Case {
	case cc.AssignmentExpressionCond:
	case cc.AssignmentExpressionAssign:
		s.changed(x.UnaryExpression)
		s.assignable(x.UnaryExpression.Type(), x.AssignmentExpression, x.AssignmentExpression, "assignment")
	default:
		s.changed(x.UnaryExpression)
		s.value(x.AssignmentExpression)
		s.noPointerArithmetic(x, x.UnaryExpression)
	}
}

// initialised checks the initialiser of a declaration.
func (s *sema) initialised(x *cc.InitDeclarator) {
	if x.Initializer != nil {
		s.initialiser(x.Declarator.Type(), x.Initializer, x.Declarator.Name())
	}
}

func (s *sema) initialiser(t cc.Type, in *cc.Initializer, name string) {
	if in.Case == cc.InitializerExpr {
		if t == nil || t.Kind() == cc.Array {
			return // a string
		}
		s.assignable(t, in.AssignmentExpression, in, "initialisation of '%s'", name)
		return
	}
	for l := in.InitializerList; l != nil; l = l.InitializerList {
		elem, n := l.Initializer.Type(), name
		if f := l.Initializer.Field(); f != nil {
			elem, n = f.Type(), f.Name()
		}
		if elem != nil && elem.Kind() != cc.InvalidKind {
			s.initialiser(elem, l.Initializer, n)
		}
	}
}

// changed reports writing to something that is const.
func (s *sema) changed(e cc.ExpressionNode) {
	if isConst(e) {
		s.errorf(e, "const", "cannot assign to read-only '%s'", cc.NodeSource(strip(e)))
	}
}

// isConst reports whether an lvalue is const. The types of expressions do not
// keep qualifiers, those of declarations do.
func isConst(e cc.ExpressionNode) bool {
	switch x := strip(e).(type) {
	case *cc.PrimaryExpression:
		d, ok := x.ResolvedTo().(*cc.Declarator)
		return ok && declaredConst(d)
	case *cc.UnaryExpression:
		return x.Case == cc.UnaryExpressionDeref && pointsToConst(x.CastExpression)
	case *cc.PostfixExpression:
		switch x.Case {
		case cc.PostfixExpressionSelect:
			return fieldConst(x) || isConst(x.PostfixExpression)
		case cc.PostfixExpressionPSelect:
			return fieldConst(x) || pointsToConst(x.PostfixExpression)
		case cc.PostfixExpressionIndex:
			if x.PostfixExpression.Type().Undecay().Kind() == cc.Array {
				return isConst(x.PostfixExpression)
			}
			return pointsToConst(x.PostfixExpression)
		}
	}
	return false
}

// declaredConst reports whether a declaration makes its name read-only, which
// for pointers the last * decides.
func declaredConst(d *cc.Declarator) bool {
	p := d.Pointer
	if p == nil {
		return d.IsConst() || d.Type().Kind() != cc.Ptr && d.Type().Attributes().IsConst()
	}
	for p.Pointer != nil {
		p = p.Pointer
	}
	for q := p.TypeQualifiers; q != nil; q = q.TypeQualifiers {
		if q.TypeQualifier != nil && q.TypeQualifier.Case == cc.TypeQualifierConst {
			return true
		}
	}
	return false
}

func fieldConst(x *cc.PostfixExpression) bool {
	f := x.Field()
	return f != nil && f.Declarator() != nil && declaredConst(f.Declarator())
}

func pointsToConst(e cc.ExpressionNode) bool {
	p, ok := e.Type().(*cc.PointerType)
	return ok && p.Elem().Attributes().IsConst()
}

// unary checks operators with one operand.
func (s *sema) unary(x *cc.UnaryExpression) {
	switch x.Case {
	case cc.UnaryExpressionInc, cc.UnaryExpressionDec:
		s.changed(x.UnaryExpression)
		s.noPointerArithmetic(x, x.UnaryExpression)
	case cc.UnaryExpressionNot, cc.UnaryExpressionMinus, cc.UnaryExpressionPlus, cc.UnaryExpressionCpl:
		s.value(x.CastExpression)
	}
}

// operands checks operators with two operands.
func (s *sema) operands(n cc.Node) {
	children(n, func(c cc.Node) {
		if e, ok := c.(cc.ExpressionNode); ok {
			s.value(e)
		}
	})
	switch x := n.(type) {
	case *cc.AdditiveExpression:
		s.noPointerArithmetic(x, x.AdditiveExpression)
		s.noPointerArithmetic(x, x.MultiplicativeExpression)
	case *cc.RelationalExpression:
		if isPointer(x.RelationalExpression) || isPointer(x.ShiftExpression) {
			s.errorf(x, "pointer-arithmetic", "pointers have no order in a model: only == and != compare them")
		}
	}
}

func isPointer(e cc.ExpressionNode) bool {
	return !isNil(e) && e.Type() != nil && e.Type().Decay().Kind() == cc.Ptr
}

// noPointerArithmetic reports an operator on a pointer.
func (s *sema) noPointerArithmetic(at cc.Node, operand cc.ExpressionNode) {
	if isPointer(operand) {
		s.errorf(at, "pointer-arithmetic", "pointer arithmetic is not supported: index an array instead")
	}
}

// comparison checks == and !=.
func (s *sema) comparison(x *cc.EqualityExpression) {
	a, b := x.EqualityExpression, x.RelationalExpression
	s.value(a)
	s.value(b)
	pa, pb := isPointer(a), isPointer(b)
	switch {
	case pa && pb:
		s.samePointers(x, a, b, "comparison of")
	case pa && !isNull(b) && cc.IsIntegerType(b.Type()), pb && !isNull(a) && cc.IsIntegerType(a.Type()):
		s.errorf(x, "pointer-to-int", "comparison of a pointer and an integer: '%s' and '%s'", typeString(a.Type()), typeString(b.Type()))
	}
}

// samePointers reports two pointers that do not go together.
func (s *sema) samePointers(at cc.Node, a, b cc.ExpressionNode, what string) {
	p, q := a.Type().Decay().(*cc.PointerType), b.Type().Decay().(*cc.PointerType)
	if isNull(a) || isNull(b) || p.Elem().Kind() == cc.Void || q.Elem().Kind() == cc.Void || sameType(p.Elem(), q.Elem()) {
		return
	}
	s.errorf(at, "pointer-type", "%s incompatible pointer types: '%s' and '%s'", what, typeString(p), typeString(q))
}

// conditional checks a ? b : c.
func (s *sema) conditional(x *cc.ConditionalExpression) {
	if x.Case != cc.ConditionalExpressionCond {
		return
	}
	s.value(x.LogicalOrExpression)
	a := x.ExpressionList
	if isNil(a) { // a ?: b
		a = x.LogicalOrExpression
	}
	b := x.ConditionalExpression
	pa, pb := isPointer(a), isPointer(b)
	switch {
	case pa && pb:
		s.samePointers(x, a, b, "the branches of '?:' have")
	case pa && cc.IsIntegerType(b.Type()) && !isNull(b), pb && cc.IsIntegerType(a.Type()) && !isNull(a):
		s.errorf(x, "pointer-to-int", "the branches of '?:' are a pointer and an integer: '%s' and '%s'", typeString(a.Type()), typeString(b.Type()))
	}
}

// loop checks the condition of a loop.
func (s *sema) loop(x *cc.IterationStatement) {
	switch x.Case {
	case cc.IterationStatementWhile, cc.IterationStatementDo:
		s.value(x.ExpressionList)
	case cc.IterationStatementFor:
		s.value(x.ExpressionList2)
	case cc.IterationStatementForDecl:
		s.value(x.ExpressionList)
	}
}
