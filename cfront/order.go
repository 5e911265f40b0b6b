// SPDX-License-Identifier: MIT

// This file lowers __mmcheck_order("acquire"), by which a header says how the kernel
// orders the access that follows, or which fence stands here. The search is
// sequentially consistent: it is no step, but kept with the instruction, and who
// comes by it has taken the order for granted.

package cfront

import (
	"slices"
	"strings"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// order lowers __mmcheck_order(): the next access carries what it says.
func (b *builder) order(x *cc.PostfixExpression, _ *model.Type) value {
	args := argList(x)
	if len(args) != 1 {
		b.fail(x, "__mmcheck_order() takes one argument")
	}
	s, ok := literal(args[0])
	word := strings.TrimSuffix(string(s), "\x00")
	if !ok || !slices.Contains(model.Orders, word) {
		b.fail(x, "__mmcheck_order() takes one of \"%s\"", strings.Join(model.Orders, `", "`))
	}
	if b.c == nil || b.t == b.prog.InitThread() {
		return value{}
	}
	b.nextOrder = word
	if b.guard != nil {
		return value{} // what a wait looks at is noted nowhere
	}
	i, known := b.orders[x]
	if !known {
		i = len(b.prog.Statements)
		b.orders[x] = i
		b.prog.Statements = append(b.prog.Statements, model.Statement{Pos: posOf(x), Func: plainName(b.f.fn.Declarator.Name()), Order: word})
	}
	b.c.Begin(i)
	return value{}
}
