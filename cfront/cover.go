// SPDX-License-Identifier: MIT

// This file lists the statements of the functions that become code, and notes
// where they begin. What a macro expands to counts as the one statement that is
// written there.

package cfront

import (
	"strings"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// begin notes the beginning of a statement.
func (b *builder) begin(n cc.Node) {
	if i, ok := b.places[posOf(n)]; ok && b.c != nil {
		b.c.Begin(i)
	}
}

// list adds the statements of a function to those of the program, once. Of what
// only INIT calls, those of headers do not count.
func (b *builder) list(fn *cc.FunctionDefinition) {
	own := !b.unit.inHeaders(fn)
	if b.listed[fn] || !own && b.t == b.prog.InitThread() {
		return
	}
	b.listed[fn] = true
	name := fn.Declarator.Name()
	l := &lister{lowerer: b.lowerer, st: model.Statement{Func: plainName(name), Own: own, Final: name == finalFunc}}
	if a := b.unit.assumed[strings.TrimPrefix(name, assumedPrefix)]; a != nil {
		l.st.Assumes = a.text
	}
	l.walk(fn.CompoundStatement)
}

// plainName is what a function is called in the spec.
func plainName(name string) string {
	switch name {
	case initFunc:
		return "INIT"
	case finalFunc:
		return "FINAL"
	}
	return strings.TrimPrefix(strings.TrimPrefix(name, threadPrefix), assumedPrefix)
}

// lister lists the statements of one function.
type lister struct {
	*lowerer
	st    model.Statement
	tests []*cc.SelectionStatement // the if statements around
	quiet bool                     // within an expression: assertions are all that counts there
}

func (l *lister) walk(n cc.Node) {
	switch x := n.(type) {
	case *cc.ExpressionStatement:
		if x.ExpressionList == nil || l.fails(x) {
			return
		}
		l.add(x)
		l.expressions(x)
	case *cc.Declaration:
		if initialises(x) && !declaresFunc(x) {
			l.add(x)
		}
		l.expressions(x)
	case *cc.JumpStatement:
		l.add(x)
		l.expressions(x)
	case *cc.SelectionStatement:
		l.add(x)
		l.expressions(x)
		l.tests = append(l.tests, x)
		l.substatements(x)
		l.tests = l.tests[:len(l.tests)-1]
	case *cc.IterationStatement:
		if !isAtomic(x) {
			l.add(x)
		}
		l.expressions(x)
		l.substatements(x)
	default:
		children(n, l.walk)
	}
}

// expressions looks at what stands directly below a statement and is none.
func (l *lister) expressions(n cc.Node) {
	outer := l.quiet
	l.quiet = true
	children(n, func(n cc.Node) {
		if _, ok := n.(*cc.Statement); !ok {
			l.walk(n)
		}
	})
	l.quiet = outer
}

// substatements looks at the statements directly below one.
func (l *lister) substatements(n cc.Node) {
	children(n, func(n cc.Node) {
		if s, ok := n.(*cc.Statement); ok {
			l.walk(s)
		}
	})
}

// initialises reports whether a declaration of locals is executed.
func initialises(d *cc.Declaration) bool {
	switch d.Case {
	case cc.DeclarationAuto:
		return true
	case cc.DeclarationDecl:
		for l := d.InitDeclaratorList; l != nil; l = l.InitDeclaratorList {
			if in := l.InitDeclarator; in.Initializer != nil && in.Declarator.StorageDuration() != cc.Static {
				return true
			}
		}
	}
	return false
}

// add adds a statement, unless one is there already.
func (l *lister) add(n cc.Node) {
	if at := posOf(n); !l.quiet {
		l.place(at)
	}
}

// place is the statement at a place.
func (l *lister) place(at model.Pos) *model.Statement {
	i, ok := l.places[at]
	if !ok {
		i = len(l.prog.Statements)
		l.places[at] = i
		l.prog.Statements = append(l.prog.Statements, l.st)
		l.prog.Statements[i].Pos = at
	}
	return &l.prog.Statements[i]
}

// fails recognises what an assertion does when it fails: that it is never
// executed is what everybody hopes for. If a macro does so under a condition, it
// is an assertion.
func (l *lister) fails(x *cc.ExpressionStatement) bool {
	call, ok := bare(x.ExpressionList).(*cc.PostfixExpression)
	if !ok || call.Case != cc.PostfixExpressionCall {
		return false
	}
	id := callee(call)
	if id == nil || id.Token.SrcStr() != "__mmcheck_bug" && id.Token.SrcStr() != "__mmcheck_contract" {
		return false
	}
	at := posOf(x)
	for _, test := range l.tests {
		if posOf(test) != at {
			continue
		}
		if l.certain(test.ExpressionList) {
			l.drop(at)
		} else {
			l.place(at).Assert = l.word(at)
		}
	}
	return true
}

// certain reports whether a condition holds whatever is the case, as that of
// assert(0) which says that nobody comes here.
func (l *lister) certain(e cc.ExpressionNode) bool {
	for {
		e = bare(e)
		x, ok := e.(*cc.PostfixExpression)
		if !ok || expectArg(x) == nil {
			break
		}
		e = expectArg(x)
	}
	_, fixed := l.unit.eval(e)
	return fixed
}

// drop takes back the statement at a place, which is the last.
func (l *lister) drop(at model.Pos) {
	last := len(l.prog.Statements) - 1
	if i, ok := l.places[at]; ok && i == last {
		delete(l.places, at)
		l.prog.Statements = l.prog.Statements[:last]
	}
}

// word is the name at a place of the source.
func (l *lister) word(at model.Pos) string {
	src := l.unit.Files[at.File]
	from, ok := l.offset(src, at)
	if !ok {
		return ""
	}
	to := from
	for to < len(src) && isWord(src[to]) {
		to++
	}
	return string(src[from:to])
}

// declaresFunc recognises the declaration of __func__ that the parser adds.
func declaresFunc(d *cc.Declaration) bool {
	return d != nil && d.InitDeclaratorList != nil && d.InitDeclaratorList.InitDeclarator.Declarator.Name() == "__func__"
}
