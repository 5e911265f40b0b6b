// SPDX-License-Identifier: MIT

// This file lowers pointers to functions. A function of which the address is taken
// has a number, and NULL is 0. A call through a pointer is a branch over the functions
// of its type that have one, each inlined there. Which these are is known when all code
// is there; then the lowering begins anew (compile.go).

package cfront

import (
	"fmt"
	"slices"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// functionType is the type of the functions that t points to, nil if it is none of
// functions.
func functionType(t cc.Type) *cc.FunctionType {
	if p, ok := t.(*cc.PointerType); ok {
		ft, _ := p.Elem().(*cc.FunctionType)
		return ft
	}
	ft, _ := t.(*cc.FunctionType)
	return ft
}

// isFunction reports whether d declares a function. A parameter of such a type is a
// pointer to one.
func isFunction(d *cc.Declarator) bool { return d.Type().Kind() == cc.Function && !d.IsParam() }

// designated is the function that e names: "f", "&f", "*f".
func designated(e cc.ExpressionNode) *cc.Declarator {
	switch x := bare(e).(type) {
	case *cc.PrimaryExpression:
		if d, ok := x.ResolvedTo().(*cc.Declarator); ok && x.Case == cc.PrimaryExpressionIdent && isFunction(d) {
			return d
		}
	case *cc.UnaryExpression:
		if x.Case == cc.UnaryExpressionAddrof || x.Case == cc.UnaryExpressionDeref {
			return designated(x.CastExpression)
		}
	}
	return nil
}

// addressOfFunction is the number of the function that d declares, for e.
func (l *lowerer) addressOfFunction(d *cc.Declarator, e cc.Node) value {
	fn := l.unit.Funcs[d.Name()]
	if fn == nil {
		l.fail(e, "'%s' has no address here: wrap it in a function of the spec", d.Name())
	}
	i := slices.Index(l.taken, fn)
	if i < 0 {
		i = len(l.taken)
		l.taken = append(l.taken, fn)
	}
	t := l.functions()
	for n := len(t.Instances); n <= i; n++ {
		l.prog.NewInstance(t, l.taken[n].Declarator.Name(), false, 0)
	}
	return value{Value: model.Value{X: model.Int(i + 1), Points: t}}
}

// functions is the type of all functions: pointers to them have the numbers of its
// instances. That a pointer leads to a function of its own type is seen to by the C.
func (l *lowerer) functions() *model.Type { return l.prog.AddType("function()") }

// target is a function that a call may go to.
type target struct {
	number int64
	fn     *cc.FunctionDefinition
}

// targets lists the functions to which a pointer to functions of type t may lead.
func (l *lowerer) targets(t *cc.FunctionType) (out []target) {
	for i, fn := range l.taken {
		if sameType(t, fn.Declarator.Type()) {
			out = append(out, target{int64(i + 1), fn})
		}
	}
	return out
}

// callThrough lowers a call through a pointer.
func (b *builder) callThrough(x *cc.PostfixExpression, want *model.Type) value {
	b.needCode(x)
	pointer := b.rval(x.PostfixExpression, nil).X
	targets := b.targets(functionType(x.PostfixExpression.Type()))
	if n, fixed := constOf(pointer); fixed {
		targets = slices.DeleteFunc(targets, func(t target) bool { return t.number != n })
	}
	if b.guard != nil {
		if len(targets) != 1 || pointer != model.Expr(model.Const(targets[0].number)) {
			b.fail(x, "a call through a pointer cannot be part of the condition of WAIT_UNTIL")
		}
		return b.pureCall(x, targets[0].fn, want)
	}
	result := b.resultOf(x, "call", nil, want)
	args := b.args(x, nil)
	join := b.c.NewBlock()
	for _, t := range targets {
		here, next := b.c.NewBlock(), b.c.NewBlock()
		b.c.Branch(model.Eq(pointer, model.Const(t.number)), here, next)
		b.c.At(here)
		text := fmt.Sprintf("%s: %s()", b.snippet(x).text, t.fn.Declarator.Name())
		b.run(x, text, t.fn, args, result, want, len(targets) > 1)
		b.c.Goto(join)
		b.c.At(next)
	}
	b.at(x, "", "")
	b.c.Do(model.Check{Prop: "null-deref", Bad: model.True, Text: "call of a function at NULL", Type: b.functions(), Obj: pointer, At: b.c.Site})
	b.c.Goto(join)
	b.c.At(join)
	return b.returnedIn(result)
}

// again refuses a call of fn from within itself, which the calls of functions by
// their name are known to be none of. Where the pointer may have led elsewhere, whether
// it comes to that is known only to the search.
func (b *builder) again(x cc.Node, fn *cc.FunctionDefinition, chosen bool) bool {
	for f := b.f; f != nil; f = f.caller {
		if f.fn == fn {
			if !chosen {
				b.fail(x, "recursion is not supported: '%s' is called while it runs, through a function pointer", fn.Declarator.Name())
			}
			b.at(x, "", "")
			b.c.Do(model.Limit{When: model.True, What: fmt.Sprintf("recursion: %s() is called while it runs, through a function pointer", fn.Declarator.Name()),
				Hint: "a copy of the function under another name"})
			return true
		}
		chosen = chosen || f.chosen
	}
	return false
}
