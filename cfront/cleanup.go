// SPDX-License-Identifier: MIT

// This file lowers scopes. When control leaves the scope of a variable that has
// the attribute cleanup, by any way, its function is called with the address of
// the variable, the latest declared first. The value of a return is evaluated
// before that. Behind it the lives of all variables of the block end.

package cfront

import (
	"fmt"
	"slices"
	"strings"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// alive is one of the things in scope: a block, or a variable with a cleanup.
type alive struct {
	n     cc.Node // of a variable the *cc.Declarator
	block *block  // nil for a variable
}

// block is a block of C and what it declares.
type block struct {
	vars []cc.Node // the *cc.Declarator of each variable, and compound literals
	ends model.Scope
}

// scope lowers block n, which declares vars and what body comes by, and what is to
// happen at its end.
func (b *builder) scope(n cc.Node, body func(), vars ...cc.Node) {
	outer := len(b.f.alive)
	in := &block{vars: vars}
	b.f.alive = append(b.f.alive, alive{n, in})
	body()
	b.leave(b.node, closing(n), outer)
	b.f.alive = b.f.alive[:outer]
	b.late = append(b.late, func() {
		for _, v := range in.vars {
			in.ends.Locals = append(in.ends.Locals, b.locals[v]...)
		}
	})
}

// closing is the last token of a block.
func closing(n cc.Node) cc.Node {
	switch n := n.(type) {
	case *cc.CompoundStatement:
		return n.Token2
	case *cc.IterationStatement:
		if n.Statement.Case == cc.StatementCompound {
			return n.Statement.CompoundStatement.Token2
		}
	}
	return n
}

// declared notes that the innermost block has variable, or compound literal, v.
func (b *builder) declared(v cc.Node) {
	for _, in := range slices.Backward(b.f.alive) {
		if in.block != nil {
			in.block.vars = append(in.block.vars, v)
			return
		}
	}
}

// enterScope notes that variable d is in scope now.
func (b *builder) enterScope(d *cc.Declarator) {
	b.declared(d)
	if b.unit.cleanups[d] != nil {
		b.f.alive = append(b.f.alive, alive{n: d})
	}
}

// leave ends all but the first rest blocks and variables in scope, which a jump at n, or
// the end of a block, leaves; at is the source of that.
func (b *builder) leave(n, at cc.Node, rest int) {
	alive := b.f.alive
	var site *model.Site // of all that end together
	for i := len(alive) - 1; i >= rest; i-- {
		b.f.alive = alive[:i]
		if d, ok := alive[i].n.(*cc.Declarator); ok {
			b.guarded(n, func() { b.full(func() { b.cleanUp(d) }) })
			site = nil
			continue
		}
		if site == nil {
			b.at(at, "", strings.TrimSuffix(b.snippet(at).text, ";"))
			site = b.c.Site
		}
		b.c.Do(model.End{Scope: &alive[i].block.ends, At: site, Atomic: b.c.InAtomic()})
	}
	b.f.alive = alive
}

// cleanUp calls the cleanup function of d.
func (b *builder) cleanUp(d *cc.Declarator) {
	fn := b.unit.cleanups[d]
	caller, site := b.f, b.c.Site
	v := b.addr(b.variable(d, d).lval)
	b.into(d, fmt.Sprintf("%s(&%s)", fn.Declarator.Name(), d.Name()), fn, []value{v}, nil)
	b.function(fn)
	b.f, b.c.Site = caller, site
}

// kept is how much of what is in scope a goto to l leaves in scope.
func (b *builder) kept(s cc.Node, l *cc.LabeledStatement) int {
	around := b.unit.around(b.f.fn)[l]
	n := 0
	for n < len(around) && n < len(b.f.alive) && around[n] == b.f.alive[n].n {
		n++
	}
	for _, in := range around[n:] {
		if d, ok := in.(*cc.Declarator); ok {
			b.fail(s, "not supported here: a jump over the declaration of '%s', which has a cleanup", d.Name())
		}
	}
	return n
}

// around tells of each label of a function what is in scope there, as in alive.
func (u *Unit) around(fn *cc.FunctionDefinition) map[*cc.LabeledStatement][]cc.Node {
	if at, ok := u.labels[fn]; ok {
		return at
	}
	at := map[*cc.LabeledStatement][]cc.Node{}
	var in []cc.Node
	var walk func(n cc.Node)
	walk = func(n cc.Node) {
		outer := in
		within := func() {
			in = append(slices.Clip(in), n)
			children(n, walk)
			in = outer
		}
		switch x := n.(type) {
		case *cc.LabeledStatement:
			at[x] = in
		case *cc.CompoundStatement:
			within()
			return
		case *cc.IterationStatement:
			if x.Case == cc.IterationStatementForDecl && !isAtomic(x) {
				within()
				return
			}
		case *cc.InitDeclarator:
			if u.cleanups[x.Declarator] != nil {
				defer func() { in = append(slices.Clip(in), x.Declarator) }()
			}
		}
		children(n, walk)
	}
	walk(fn.CompoundStatement)
	u.labels[fn] = at
	return at
}

// addressTaken reports whether some pointer to d may exist.
func (u *Unit) addressTaken(d *cc.Declarator) bool { return d.AddressTaken() || u.cleanups[d] != nil }
