// SPDX-License-Identifier: MIT

// This file lowers statements: blocks, declarations, if, jumps, labels. Loops
// and switch are in lower_loop.go, ATOMIC and WAIT_UNTIL in atomic.go.

package cfront

import (
	"modernc.org/cc/v4"

	"mmcheck/model"
)

// block lowers a compound statement.
func (b *builder) block(s *cc.CompoundStatement) {
	b.scope(s, func() { b.items(s.BlockItemList) })
}

func (b *builder) items(l *cc.BlockItemList) {
	for ; l != nil; l = l.BlockItemList {
		b.item(l.BlockItem)
	}
}

func (b *builder) item(it *cc.BlockItem) {
	switch it.Case {
	case cc.BlockItemDecl:
		b.begin(it.Declaration)
		b.guarded(it, func() { b.declaration(it.Declaration) })
	case cc.BlockItemStmt:
		b.statement(it.Statement)
	case cc.BlockItemFuncDef:
		b.report(it, "unsupported", "nested functions are not supported")
	}
}

// full lowers a full expression by f: the temporaries end with it.
func (b *builder) full(f func()) {
	mark := b.c.Mark()
	f()
	b.c.Release(mark)
}

func (b *builder) declaration(d *cc.Declaration) {
	switch d.Case {
	case cc.DeclarationDecl:
		for l := d.InitDeclaratorList; l != nil; l = l.InitDeclaratorList {
			b.initDeclarator(l.InitDeclarator)
			b.enterScope(l.InitDeclarator.Declarator)
		}
	case cc.DeclarationAuto:
		if !d.Declarator.IsTypename() {
			b.initLocal(d.Declarator, d.Initializer, d)
		}
	}
}

func (b *builder) initDeclarator(in *cc.InitDeclarator) {
	d := in.Declarator
	switch {
	case d.IsTypename() || d.Type().Kind() == cc.Function || d.IsExtern():
	case d.StorageDuration() == cc.Static:
		b.staticDefs[d] = in
	case in.Initializer != nil:
		b.initLocal(d, in.Initializer, in)
	}
}

// initLocal initialises a local variable. One that is never written again and
// has a constant value is only a name for it.
func (b *builder) initLocal(d *cc.Declarator, in *cc.Initializer, n cc.Node) {
	b.full(func() {
		if in.Case == cc.InitializerExpr && cc.IsScalarType(d.Type()) && d.WriteCount() <= 1 && !b.unit.addressTaken(d) {
			if v, ok := b.constant(bare(in.AssignmentExpression)); ok {
				v.X = convert(v.X, b.unit.integer(in.AssignmentExpression), integerOf(d.Type()))
				b.f.vars[d] = variable{bound: &v}
				return
			}
		}
		b.assignInitial(b.variable(d, d).lval, in, n)
	})
}

// statement lowers one statement; an error in it does not stop the next.
func (b *builder) statement(s *cc.Statement) {
	switch s.Case {
	case cc.StatementLabeled:
		b.labeled(s.LabeledStatement)
	case cc.StatementCompound:
		b.block(s.CompoundStatement)
	case cc.StatementExpr:
		if e := s.ExpressionStatement.ExpressionList; e != nil {
			b.begin(s.ExpressionStatement)
			b.guarded(e, func() { b.full(func() { b.discard(e) }) })
		}
	case cc.StatementSelection:
		b.begin(s.SelectionStatement)
		b.selection(s.SelectionStatement)
	case cc.StatementIteration:
		b.begin(s.IterationStatement)
		b.iteration(s.IterationStatement)
	case cc.StatementJump:
		b.begin(s.JumpStatement)
		b.guarded(s.JumpStatement, func() { b.jump(s.JumpStatement) })
	default:
		b.report(s, "unsupported", "inline assembly is not supported")
	}
}

// test lowers a condition as a full expression.
func (b *builder) test(e cc.ExpressionNode, yes, no *model.Block) {
	b.guarded(e, func() { b.full(func() { b.cond(e, yes, no) }) })
}

func (b *builder) selection(s *cc.SelectionStatement) {
	if s.Case == cc.SelectionStatementSwitch {
		b.switchStatement(s)
		return
	}
	then, join := b.c.NewBlock(), b.c.NewBlock()
	els := join
	if s.Case == cc.SelectionStatementIfElse {
		els = b.c.NewBlock()
	}
	b.test(s.ExpressionList, then, els)
	b.c.At(then)
	b.statement(s.Statement)
	b.c.Goto(join)
	if s.Case == cc.SelectionStatementIfElse {
		b.c.At(els)
		b.statement(s.Statement2)
		b.c.Goto(join)
	}
	b.c.At(join)
}

// label returns the block of a label.
func (b *builder) label(n cc.Node) *model.Block {
	if b.f.labels[n] == nil {
		b.f.labels[n] = b.c.NewBlock()
	}
	return b.f.labels[n]
}

func (b *builder) labeled(s *cc.LabeledStatement) {
	blk := b.label(s)
	b.f.atomic[blk] = b.c.InAtomic()
	b.c.Goto(blk)
	b.c.At(blk)
	b.statement(s.Statement)
}

func (b *builder) jump(s *cc.JumpStatement) {
	switch s.Case {
	case cc.JumpStatementGoto:
		if to := b.label(s.Label()); !b.c.InAtomic() {
			b.f.jumps = append(b.f.jumps, jump{s, to})
		}
		if l, ok := s.Label().(*cc.LabeledStatement); ok {
			b.leave(s, s, b.kept(s, l))
		}
		b.c.Goto(b.label(s.Label()))
	case cc.JumpStatementBreak:
		b.leave(s, s, b.f.brk.alive)
		b.c.Goto(b.f.brk.to)
	case cc.JumpStatementContinue:
		b.leave(s, s, b.f.cont.alive)
		b.c.Goto(b.f.cont.to)
	case cc.JumpStatementReturn:
		b.full(func() { b.returned(s) })
		b.leave(s, s, 0)
		b.c.Goto(b.f.ret)
	default:
		b.fail(s, "computed goto is not supported")
	}
}

func (b *builder) returned(s *cc.JumpStatement) {
	r := b.f.result
	switch e := s.ExpressionList; {
	case e == nil:
	case r.typ == nil:
		b.discard(e)
	case isAggregate(r.typ):
		b.copyStruct(r, b.object(e), s)
	default:
		want := r.v.Points
		if want == nil {
			want = b.f.want
		}
		v := b.converted(b.whole(e, want), b.unit.integer(e), integerOf(r.typ), e)
		b.node = e
		b.c.Do(b.put(r, v)...)
		b.f.values = append(b.f.values, v)
	}
}

// statementExpression lowers ({ ... }); its value is that of the last
// statement.
func (b *builder) statementExpression(x *cc.PrimaryExpression, want *model.Type) value {
	b.needCode(x)
	if b.guard != nil {
		return b.pureStatements(x, want)
	}
	var v value
	outer := len(b.f.alive)
	b.scope(x.CompoundStatement, func() {
		for l := x.CompoundStatement.BlockItemList; l != nil; l = l.BlockItemList {
			st := l.BlockItem.Statement
			if l.BlockItemList == nil && st != nil && st.Case == cc.StatementExpr && st.ExpressionStatement.ExpressionList != nil && x.Type().Kind() != cc.Void {
				v = b.whole(st.ExpressionStatement.ExpressionList, want)
				if len(b.f.alive) > outer+1 || mayDangle(v) { // what is cleaned up may change it, or it dangles
					tmp := b.result(x.Type(), want, x)
					b.store(tmp, v, x)
					v = b.read(tmp)
				}
				return
			}
			b.item(l.BlockItem)
		}
	})
	return v
}
