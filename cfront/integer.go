// SPDX-License-Identifier: MIT

// This file gives expressions the integer types that gcc gives them on x86-64.
// The parser's own do not do: to it an enum is an int, and a bit-field has its
// declared type. An enum without negative members is unsigned, and a bit-field
// is an integer of its own width, which promotes to int only if it is narrower
// than that (GCC manual, "Structures, Unions, Enumerations, and Bit-Fields").

package cfront

import (
	"math"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// integer is an integer type: what conversions and arithmetic need to know.
// Pointers count as signed, so that error pointers are negative.
type integer struct {
	bits    int
	signed  bool
	boolean bool // _Bool: what is converted to it becomes 0 or 1
}

// The integer types that operators give.
var (
	intInt  = integer{bits: 32, signed: true}
	intLong = integer{bits: 64, signed: true}
	intSize = integer{bits: 64} // size_t
)

// integerOf is the integer type of a scalar type.
func integerOf(t cc.Type) integer {
	switch x := t.(type) {
	case *cc.EnumType:
		return underlying(x)
	case *cc.PredefinedType:
		if x.Kind() != cc.Void {
			return integer{int(t.Size()) * 8, cc.IsSignedInteger(t), t.Kind() == cc.Bool}
		}
	}
	return intLong
}

// underlying is the integer type of an enum: unsigned int if that holds all its
// members, int if some are negative, 64 bits if need be.
func underlying(t *cc.EnumType) integer {
	lo, hi := t.Min(), t.Max()
	u := integer{bits: 32, signed: lo < 0}
	if u.signed && (lo < math.MinInt32 || hi > math.MaxInt32) || hi > math.MaxUint32 {
		u.bits = 64
	}
	return u
}

// enumerators notes of which type the members of an enum are that an int does not
// hold: of that of the enum.
func (u *Unit) enumerators(x *cc.EnumSpecifier) {
	t, ok := x.Type().(*cc.EnumType)
	if !ok || x.Case != cc.EnumSpecifierDef {
		return
	}
	for l := x.EnumeratorList; l != nil; l = l.EnumeratorList {
		u.enums[l.Enumerator] = underlying(t)
	}
}

// ofField is the integer type of a member; bits is nil unless it is a bit-field.
func ofField(t cc.Type, bits *cc.Field) integer {
	i := integerOf(t)
	if bits != nil {
		i.bits = int(bits.ValueBits())
	}
	return i
}

// promoted is what the integer promotions make of a type.
func (t integer) promoted() integer {
	if t.bits < intInt.bits {
		return intInt
	}
	return t
}

// common is the type to which the usual arithmetic conversions bring two types.
func common(a, b integer) integer {
	a, b = a.promoted(), b.promoted()
	if a.bits > b.bits || a.bits == b.bits && !a.signed {
		return a
	}
	return b
}

// convert is the value x of type from, converted to type to.
func convert(x model.Expr, from, to integer) model.Expr {
	switch {
	case to.boolean:
		return truth(x)
	case to.bits >= 64, from.bits == to.bits && from.signed == to.signed,
		from.bits < to.bits && (to.signed || !from.signed):
		return x
	}
	return model.MkConv(x, to.bits, to.signed)
}

// narrow cuts the result of an operation to its type.
func narrow(x model.Expr, t integer) model.Expr { return convert(x, intLong, t) }

// integer is the type of e; that of a pointer if it is no integer.
func (u *Unit) integer(e cc.ExpressionNode) integer {
	e = bare(e)
	t, ok := u.integers[e]
	if !ok {
		t = u.typed(e)
		u.integers[e] = t
	}
	return t
}

func (u *Unit) typed(e cc.ExpressionNode) integer {
	if t := e.Type(); t == nil || !cc.IsIntegerType(t) {
		return intLong
	}
	switch x := e.(type) {
	case *cc.PrimaryExpression:
		return u.typedPrimary(x)
	case *cc.PostfixExpression:
		switch x.Case {
		case cc.PostfixExpressionSelect, cc.PostfixExpressionPSelect:
			if f := x.Field(); f != nil && f.IsBitfield() {
				return ofField(f.Type(), f)
			}
		case cc.PostfixExpressionInc, cc.PostfixExpressionDec:
			return u.integer(x.PostfixExpression)
		}
		if arg := expectArg(x); arg != nil {
			return intLong
		}
	case *cc.UnaryExpression:
		return u.typedUnary(x)
	case *cc.AssignmentExpression:
		return u.integer(x.UnaryExpression)
	case *cc.ExpressionList:
		for x.ExpressionList != nil {
			x = x.ExpressionList
		}
		return u.integer(x.AssignmentExpression)
	case *cc.ConditionalExpression:
		first := x.ExpressionList
		if isNil(first) { // a ?: b
			first = x.LogicalOrExpression
		}
		return common(u.integer(first), u.integer(x.ConditionalExpression))
	case *cc.LogicalAndExpression, *cc.LogicalOrExpression:
		return intInt
	}
	if l, r, op, ok := operands(e); ok {
		return op.result(u.integer(l), u.integer(r))
	}
	return integerOf(e.Type())
}

func (u *Unit) typedPrimary(x *cc.PrimaryExpression) integer {
	switch x.Case {
	case cc.PrimaryExpressionIdent:
		switch r := x.ResolvedTo().(type) {
		case *cc.Enumerator:
			_, unsigned := r.Value().(cc.UInt64Value)
			if n, ok := intOf(r.Value()); ok && n == int64(int32(n)) && !(unsigned && n < 0) {
				return intInt
			}
			if t, ok := u.enums[r]; ok {
				return t
			}
		case *cc.Declarator:
			return integerOf(r.Type())
		}
	case cc.PrimaryExpressionStmt:
		if last := lastExpression(x.CompoundStatement); last != nil {
			return u.integer(last)
		}
	}
	return integerOf(x.Type())
}

// lastExpression is the expression of the last statement of a block, or nil.
func lastExpression(s *cc.CompoundStatement) cc.ExpressionNode {
	var last *cc.Statement
	for l := s.BlockItemList; l != nil; l = l.BlockItemList {
		last = l.BlockItem.Statement
	}
	for last != nil && last.Case == cc.StatementLabeled {
		last = last.LabeledStatement.Statement
	}
	if last == nil || last.Case != cc.StatementExpr {
		return nil
	}
	return last.ExpressionStatement.ExpressionList
}

func (u *Unit) typedUnary(x *cc.UnaryExpression) integer {
	switch x.Case {
	case cc.UnaryExpressionNot:
		return intInt
	case cc.UnaryExpressionPlus, cc.UnaryExpressionMinus, cc.UnaryExpressionCpl:
		return u.integer(x.CastExpression).promoted()
	case cc.UnaryExpressionInc, cc.UnaryExpressionDec:
		return u.integer(x.UnaryExpression)
	case cc.UnaryExpressionSizeofExpr, cc.UnaryExpressionSizeofType, cc.UnaryExpressionAlignofExpr, cc.UnaryExpressionAlignofType:
		return intSize
	}
	return integerOf(x.Type())
}

// result is the type of a binary operator's result.
func (op operator) result(l, r integer) integer {
	switch {
	case op >= opEq:
		return intInt
	case op == opShl || op == opShr:
		return l.promoted()
	}
	return common(l, r)
}
