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
		s.modifiable(x.UnaryExpression, assigned)
		s.assignable(x.UnaryExpression.Type(), x.AssignmentExpression, x.AssignmentExpression, "assignment")
	default:
		s.modifiable(x.UnaryExpression, assigned)
		s.value(x.AssignmentExpression)
		s.compound(x)
		if t := x.UnaryExpression.Type(); t != nil && t.Kind() == cc.Struct {
			s.errorf(x, "assign", "no arithmetic with '%s'", typeString(t))
		}
		if x.Case == cc.AssignmentExpressionLsh || x.Case == cc.AssignmentExpressionRsh {
			s.shifted(x, x.UnaryExpression, x.AssignmentExpression)
		}
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
			e, ok := strip(in.AssignmentExpression).(*cc.PrimaryExpression)
			switch {
			case t == nil:
			case !ok || e.Case != cc.PrimaryExpressionString:
				s.errorf(in, "initialiser", "invalid initialiser of array '%s'", name)
			case s.u.size(elementOf(t)) != 1:
				s.errorf(in, "initialiser", "array '%s' of '%s' initialised by a string", name, typeString(elementOf(t)))
			}
			return
		}
		s.assignable(t, in.AssignmentExpression, in, "initialisation of '%s'", name)
		return
	}
	if in.InitializerList == nil && t != nil && cc.IsScalarType(t) {
		s.errorf(in, "initialiser", "nothing initialises '%s' of '%s'", name, typeString(t))
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

// unary checks operators with one operand.
func (s *sema) unary(x *cc.UnaryExpression) {
	switch x.Case {
	case cc.UnaryExpressionInc, cc.UnaryExpressionDec:
		s.modifiable(x.UnaryExpression, incremented)
		s.walks(x, x.UnaryExpression)
	case cc.UnaryExpressionAddrof:
		s.addressable(x.CastExpression)
	case cc.UnaryExpressionSizeofExpr, cc.UnaryExpressionAlignofExpr:
		s.sized(x, x.UnaryExpression)
	case cc.UnaryExpressionSizeofType, cc.UnaryExpressionAlignofType:
		s.complete(x.TypeName, x.TypeName.Type(), "size of an incomplete type: '%s'", typeString(x.TypeName.Type()))
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
		s.sum(x, x.AdditiveExpression, x.MultiplicativeExpression)
	case *cc.RelationalExpression:
		s.compared(x, x.RelationalExpression, x.ShiftExpression)
	case *cc.ShiftExpression:
		s.shifted(x, x.ShiftExpression, x.AdditiveExpression)
	}
}

// shifted checks that e can be shifted by count, as far as that is a constant.
func (s *sema) shifted(at cc.Node, e, count cc.ExpressionNode) {
	n, ok := s.u.eval(count)
	if t := s.u.integer(e).promoted(); ok && !s.unevaluated && !s.idle && (n < 0 || n >= int64(t.bits)) {
		s.errorf(at, "shift", "a number of %d bits cannot be shifted by %d", t.bits, n)
	}
}

func isPointer(e cc.ExpressionNode) bool {
	return !isNil(e) && e.Type() != nil && e.Type().Decay().Kind() == cc.Ptr
}

// walks checks a pointer to which a number is added: it has to be known how large what it
// points to is.
func (s *sema) walks(at cc.Node, e cc.ExpressionNode) {
	if isPointer(e) {
		elem := e.Type().Decay().(*cc.PointerType).Elem()
		if elem.Kind() == cc.Function {
			s.errorf(at, "pointer-arithmetic", "arithmetic with a pointer to a function")
			return
		}
		s.complete(at, elem, "arithmetic with a pointer to an incomplete type: '%s'", typeString(elem))
	}
}

// sum checks a + b, or a - b.
func (s *sema) sum(at cc.Node, a, b cc.ExpressionNode) {
	s.walks(at, a)
	s.walks(at, b)
	if isPointer(a) && isPointer(b) { // the parser refuses what is no difference
		s.samePointers(at, a, b, "the difference is of")
	}
}

// compound checks += and its like, as far as there are pointers.
func (s *sema) compound(x *cc.AssignmentExpression) {
	p, q := isPointer(x.UnaryExpression), isPointer(x.AssignmentExpression)
	if !p && !q {
		return
	}
	if q || x.Case != cc.AssignmentExpressionAdd && x.Case != cc.AssignmentExpressionSub {
		s.errorf(x, "pointer-arithmetic", "of pointers only sums and differences with a number can be kept in them")
		return
	}
	s.walks(x, x.UnaryExpression)
}

// comparison checks == and !=.
func (s *sema) comparison(x *cc.EqualityExpression) {
	s.value(x.EqualityExpression)
	s.value(x.RelationalExpression)
	s.compared(x, x.EqualityExpression, x.RelationalExpression)
}

// compared checks two operands of a comparison, as far as there are pointers.
func (s *sema) compared(x cc.Node, a, b cc.ExpressionNode) {
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
	p, q := typeOf(a).Decay().(*cc.PointerType), typeOf(b).Decay().(*cc.PointerType)
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
	case cc.IterationStatementWhile, cc.IterationStatementDo, cc.IterationStatementForDecl:
		s.condition(x.ExpressionList)
	case cc.IterationStatementFor:
		s.condition(x.ExpressionList2)
	}
}
