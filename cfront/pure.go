// SPDX-License-Identifier: MIT

// This file lowers functions and statement expressions within the condition of
// WAIT_UNTIL to one expression. Their local variables are names for values, what stands
// behind an if is what both ways go on with, and nothing else may change.

package cfront

import (
	"maps"
	"slices"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// pureCall lowers a call of fn within the condition of WAIT_UNTIL.
func (b *builder) pureCall(x *cc.PostfixExpression, fn *cc.FunctionDefinition, want *model.Type) value {
	if len(b.f.stack) >= maxInline {
		b.fail(x, "not supported here: too many nested calls")
	}
	caller, site := b.f, b.c.Site
	args := b.args(x, nil)
	f := newFrame(fn)
	f.caller, f.want, f.pure = caller, want, x
	f.stack = append(slices.Clone(caller.stack), model.Frame{
		Func: plainName(fn.Declarator.Name()), Call: posOf(x), Text: b.snippet(x).text, Inline: true})
	for i, d := range params(fn) {
		if i < len(args) {
			f.vars[d] = variable{bound: &args[i]}
		}
	}
	b.list(fn)
	b.f = f
	v := b.pureItems(fn.CompoundStatement.BlockItemList, func() value { return number(model.Const(0)) })
	b.f, b.c.Site = caller, site
	return v
}

// pureItems is what a function, or statement expression, comes to that goes on with the
// items, and behind them with rest.
func (b *builder) pureItems(l *cc.BlockItemList, rest func() value) value {
	switch {
	case l == nil:
		return rest()
	case l.BlockItem.Case == cc.BlockItemDecl:
		b.begin(l.BlockItem.Declaration)
		b.pureDeclaration(l.BlockItem.Declaration)
		return b.pureItems(l.BlockItemList, rest)
	case l.BlockItem.Case == cc.BlockItemStmt:
		return b.pureStatement(l.BlockItem.Statement, func() value { return b.pureItems(l.BlockItemList, rest) })
	}
	b.fail(l.BlockItem, "this cannot be part of the condition of WAIT_UNTIL")
	return value{}
}

// pureDeclaration gives local variables their names.
func (b *builder) pureDeclaration(d *cc.Declaration) {
	if d.Case != cc.DeclarationDecl {
		return
	}
	for l := d.InitDeclaratorList; l != nil; l = l.InitDeclaratorList {
		in := l.InitDeclarator
		switch v := number(model.Const(0)); {
		case declaresFunc(d) || in.Declarator.IsTypename() || in.Declarator.Type().Kind() == cc.Function:
		case !cc.IsScalarType(in.Declarator.Type()) || in.Declarator.StorageDuration() == cc.Static || b.unit.addressTaken(in.Declarator):
			b.fail(in.Declarator, "'%s' cannot be part of the condition of WAIT_UNTIL: only local scalars can", in.Declarator.Name())
		default:
			if in.Initializer != nil {
				v = b.pureValue(in.Initializer.AssignmentExpression, in.Declarator.Type())
			}
			b.f.vars[in.Declarator] = variable{bound: &v}
		}
	}
}

// pureValue is the value of e as one of type t.
func (b *builder) pureValue(e cc.ExpressionNode, t cc.Type) value {
	return b.converted(b.whole(e, b.pointsTo(t)), b.unit.integer(e), integerOf(t), e)
}

// pureStatement is what s comes to, which goes on with rest.
func (b *builder) pureStatement(s *cc.Statement, rest func() value) value {
	switch s.Case {
	case cc.StatementCompound:
		return b.pureItems(s.CompoundStatement.BlockItemList, rest)
	case cc.StatementExpr:
		e := s.ExpressionStatement.ExpressionList
		if e == nil {
			return rest()
		}
		b.begin(s.ExpressionStatement)
		if d, v, ok := b.pureAssignment(bare(e)); ok {
			b.f.vars[d] = variable{bound: &v}
			return rest()
		}
		b.discard(e)
		return rest()
	case cc.StatementJump:
		call, ok := b.f.pure.(*cc.PostfixExpression)
		if x := s.JumpStatement; ok && x.Case == cc.JumpStatementReturn {
			b.begin(x)
			if x.ExpressionList == nil {
				return number(model.Const(0))
			}
			e := x.ExpressionList
			return b.converted(b.whole(e, b.f.want), b.unit.integer(e), integerOf(call.Type()), e)
		}
	case cc.StatementSelection:
		if x := s.SelectionStatement; x.Case != cc.SelectionStatementSwitch {
			return b.pureIf(x, rest)
		}
	}
	b.fail(s, "this cannot be part of the condition of WAIT_UNTIL")
	return value{}
}

// pureAssignment is what local variable d has behind a statement e that assigns to it.
func (b *builder) pureAssignment(e cc.ExpressionNode) (d *cc.Declarator, v value, ok bool) {
	local := func(e cc.ExpressionNode) bool {
		d = named(e)
		return d != nil && b.f.vars[d].bound != nil
	}
	switch x := e.(type) {
	case *cc.AssignmentExpression:
		switch {
		case !local(x.UnaryExpression):
			return nil, v, false
		case x.Case == cc.AssignmentExpressionAssign:
			return d, b.pureValue(x.AssignmentExpression, d.Type()), true
		}
		own, t := integerOf(d.Type()), b.unit.integer(x.AssignmentExpression)
		op := assignOps[x.Case]
		sum := b.computed(x, op, *b.f.vars[d].bound, d.Type(), own, b.whole(x.AssignmentExpression, nil), x.AssignmentExpression.Type(), t)
		return d, b.converted(sum, op.result(own, t), own, x), true
	case *cc.UnaryExpression, *cc.PostfixExpression:
		of, by := b.stepOf(e)
		if d = of; d == nil || b.f.vars[d].bound == nil {
			return nil, v, false
		}
		own := integerOf(d.Type())
		sum := b.computed(e, opAdd, *b.f.vars[d].bound, d.Type(), own, number(model.Const(by)), nil, intInt)
		return d, b.converted(sum, common(own, intInt), own, e), true
	}
	return nil, v, false
}

// pureIf is what an if comes to: each way goes on with rest by itself.
func (b *builder) pureIf(s *cc.SelectionStatement, rest func() value) value {
	b.begin(s)
	c := b.truth(b.whole(s.ExpressionList, nil))
	var yes, no value
	vars := maps.Clone(b.f.vars)
	b.under(c, true, func() model.Expr { yes = b.pureStatement(s.Statement, rest); return nil })
	b.f.vars = vars
	b.under(c, false, func() model.Expr {
		if s.Case == cc.SelectionStatementIfElse {
			no = b.pureStatement(s.Statement2, rest)
		} else {
			no = rest()
		}
		return nil
	})
	return b.selected(b.f.pure, c, yes, no)
}

// pureStatements is the value of a statement expression: that of its last statement.
func (b *builder) pureStatements(x *cc.PrimaryExpression, want *model.Type) value {
	outer := b.f
	inner := *outer
	inner.vars, inner.pure = maps.Clone(outer.vars), x
	b.f = &inner
	defer func() { b.f = outer }()
	var items func(l *cc.BlockItemList) value
	items = func(l *cc.BlockItemList) value {
		if l == nil {
			return number(model.Const(0))
		}
		if st := l.BlockItem.Statement; l.BlockItemList == nil && st != nil && st.Case == cc.StatementExpr && st.ExpressionStatement.ExpressionList != nil {
			return b.whole(st.ExpressionStatement.ExpressionList, want)
		}
		one := *l
		one.BlockItemList = nil
		return b.pureItems(&one, func() value { return items(l.BlockItemList) })
	}
	return items(x.CompoundStatement.BlockItemList)
}
