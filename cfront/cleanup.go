// SPDX-License-Identifier: MIT

// This file lowers scopes: when control leaves the scope of a variable that has
// the attribute cleanup, by any way, its function is called with the address of
// the variable, the latest declared first. The value of a return is evaluated
// before that.

package cfront

import (
	"fmt"
	"slices"

	"modernc.org/cc/v4"
)

// scope lowers a block by body, and what is to clean up at its end.
func (b *builder) scope(body func()) {
	outer := len(b.f.alive)
	body()
	b.leave(b.node, outer)
	b.f.alive = b.f.alive[:outer]
}

// enterScope notes that variable d, if it is to be cleaned up, is in scope now.
func (b *builder) enterScope(d *cc.Declarator) {
	if b.unit.cleanups[d] != nil {
		b.f.alive = append(b.f.alive, d)
	}
}

// leave cleans up all but the first rest variables in scope, which a jump at n, or
// the end of a block, leaves.
func (b *builder) leave(n cc.Node, rest int) {
	alive := b.f.alive
	for i := len(alive) - 1; i >= rest; i-- {
		b.f.alive = alive[:i]
		b.guarded(n, func() { b.full(func() { b.cleanUp(alive[i]) }) })
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

// kept is how many of the variables in scope a goto to l leaves in scope.
func (b *builder) kept(s cc.Node, l *cc.LabeledStatement) int {
	in := b.unit.innermost(b.f.fn)[l]
	if in == nil {
		return 0
	}
	i := slices.Index(b.f.alive, in)
	if i < 0 {
		b.fail(s, "not supported here: a jump over the declaration of '%s', which has a cleanup", in.Name())
	}
	return i + 1
}

// innermost tells of each label of a function which variable with a cleanup is the
// last that came into scope before.
func (u *Unit) innermost(fn *cc.FunctionDefinition) map[*cc.LabeledStatement]*cc.Declarator {
	if at, ok := u.labels[fn]; ok || len(u.cleanups) == 0 {
		return at
	}
	at := map[*cc.LabeledStatement]*cc.Declarator{}
	var in *cc.Declarator
	var walk func(n cc.Node)
	walk = func(n cc.Node) {
		outer := in
		switch x := n.(type) {
		case *cc.LabeledStatement:
			at[x] = in
		case *cc.CompoundStatement, *cc.IterationStatement:
			defer func() { in = outer }()
		case *cc.InitDeclarator:
			if u.cleanups[x.Declarator] != nil {
				defer func() { in = x.Declarator }()
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
