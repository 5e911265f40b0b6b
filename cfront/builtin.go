// SPDX-License-Identifier: MIT

// This file lowers the functions that are neither native operations of the
// model nor C: those of the compiler and of <mmcheck.h>, and casts.

package cfront

import (
	"fmt"
	"strings"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// builtinCalls lists these functions, one line each.
var builtinCalls map[string]func(b *builder, x *cc.PostfixExpression, want *model.Type) value

func init() {
	builtinCalls = map[string]func(b *builder, x *cc.PostfixExpression, want *model.Type) value{
		"__builtin_expect":      (*builder).expect,
		"__builtin_unreachable": (*builder).unreachable,
		"__mmcheck_current":     (*builder).current,
		containerFunc:           unconverted("container_of()"),
		listEntryFunc:           unconverted("list_entry()"),
		dataRaceFunc:            apart("data_race()"),
		stableVMAFunc:           apart("stable_vma()"),
		"__mmcheck_wait_until":  (*builder).waitUntil,
		"_printk":               (*builder).print,
		"nondet":                (*builder).nondet,
		"memset":                (*builder).memset,
		"memcpy":                (*builder).memcpy,
		"memmove":               (*builder).memcpy,
		callRcuFunc:             (*builder).callRcu,
		"__mmcheck_named":       (*builder).named,
		"__mmcheck_order":       (*builder).order,
	}
}

func (b *builder) expect(x *cc.PostfixExpression, want *model.Type) value {
	e := expectArg(x)
	if e == nil {
		b.fail(x, "wrong number of arguments to function '__builtin_expect'")
	}
	return b.whole(e, want)
}

// print evaluates what is to be printed.
func (b *builder) print(x *cc.PostfixExpression, _ *model.Type) value {
	for _, a := range argList(x) {
		if _, ok := literal(a); !ok {
			b.discard(a)
		}
	}
	return number(model.Const(0))
}

// named says whether the spec has a word anywhere: what nobody asks for costs no states.
func (b *builder) named(x *cc.PostfixExpression, _ *model.Type) value {
	args := argList(x)
	if len(args) != 1 {
		b.fail(x, "__mmcheck_named() takes one argument")
	}
	s, ok := literal(args[0])
	if !ok {
		b.fail(x, "__mmcheck_named() takes a string literal")
	}
	word := strings.TrimSuffix(string(s), "\x00")
	if _, known := b.words[word]; !known {
		b.words[word] = b.unit.hasWord(word)
	}
	if b.words[word] {
		return number(model.Const(1))
	}
	return number(model.Const(0))
}

func (b *builder) unreachable(x *cc.PostfixExpression, _ *model.Type) value {
	b.needCode(x)
	b.at(x, "", "")
	b.c.Do(model.Check{Prop: "assert", Bad: model.True, Text: "__builtin_unreachable() reached", At: b.c.Site})
	return value{}
}

func (b *builder) current(x *cc.PostfixExpression, _ *model.Type) value {
	if b.anyone {
		b.fail(x, "current is of no use here: what keeps a vma stable is asked for any thread")
	}
	v := value{Value: b.task}
	if v.Points == nil {
		v.Points = b.pointsTo(x.Type())
	}
	return v
}

// isOnce recognises pointers to volatile. READ_ONCE() and WRITE_ONCE() go through
// one: they cast, as in the kernel.
func isOnce(e cc.ExpressionNode) bool {
	x, ok := bare(e).(*cc.CastExpression)
	if !ok || x.Case != cc.CastExpressionCast {
		return volatile.pointedTo(e)
	}
	if volatile.among(x.TypeName.SpecifierQualifierList) {
		return true
	}
	return volatile.pointedTo(x)
}

// What the marks of an expression expand to: a call, a comma, the expression.
const (
	dataRaceFunc  = "__mmcheck_data_race"
	stableVMAFunc = "__mmcheck_stable_vma"
)

// apart refuses a mark that is not followed by its expression.
func apart(macro string) func(b *builder, x *cc.PostfixExpression, want *model.Type) value {
	return func(b *builder, x *cc.PostfixExpression, _ *model.Type) value {
		b.fail(x, "not supported here: %s taken apart", macro)
		return value{}
	}
}

// unconverted refuses what goes from a member to the struct around it, but not to which.
func unconverted(macro string) func(b *builder, x *cc.PostfixExpression, want *model.Type) value {
	return func(b *builder, x *cc.PostfixExpression, _ *model.Type) value {
		b.fail(x, "the result of %s must be converted to a struct pointer", macro)
		return value{}
	}
}

// markCall is the function that begins a marked expression, "" if x is none.
func markCall(x *cc.ExpressionList) string {
	call, ok := bare(x.AssignmentExpression).(*cc.PostfixExpression)
	if !ok || call.Case != cc.PostfixExpressionCall || x.ExpressionList == nil {
		return ""
	}
	if id := callee(call); id != nil {
		return id.Token.SrcStr()
	}
	return ""
}

// stableVMA lowers what stable_vma() marks: the VMAs that it looks at are stable,
// and a pointer that it gives is as one that is looked up now.
func (b *builder) stableVMA(x *cc.ExpressionList, want *model.Type) value {
	at := posOf(x)
	b.assume(fmt.Sprintf("the VMAs of stable_vma() at %s:%d are stable", at.File, at.Line))
	outer := b.vouched
	b.vouched = true
	v := b.comma(x, want)
	b.vouched = outer
	if v.Life == nil {
		return v
	}
	v.Life = b.prog.LifeOf(v.Points, v.X, b.t.Num, v.Life)
	if b.guard != nil {
		return v
	}
	tmp := b.scratch("stable", x.Type(), v.Points, nil, x)
	b.c.Do(b.put(tmp, v)...)
	return b.read(tmp)
}

// maxChoices bounds the alternatives of one nondet().
const maxChoices = 256

func (b *builder) nondet(x *cc.PostfixExpression, _ *model.Type) value {
	b.needCode(x)
	args := b.args(x, nil)
	if len(args) != 2 {
		b.fail(x, "wrong number of arguments to function 'nondet'")
	}
	lo, ok1 := constOf(args[0].X)
	hi, ok2 := constOf(args[1].X)
	switch {
	case !ok1 || !ok2:
		b.fail(x, "the bounds of nondet() must be constant")
	case lo > hi:
		b.fail(x, "nondet(%d, %d) has no value to choose", lo, hi)
	case hi-lo >= maxChoices:
		b.fail(x, "nondet(%d, %d) has more than %d values", lo, hi, maxChoices)
	case b.guard != nil || b.c.InAtomic():
		b.fail(x, "nondet() is a step of its own: it cannot be part of ATOMIC or of WAIT_UNTIL")
	}
	return b.choice(x, lo, hi)
}

// choice is any number from lo to hi.
func (b *builder) choice(x *cc.PostfixExpression, lo, hi int64) value {
	tmp := b.c.Temp("nondet", nil, nil)
	var alts []model.Alt
	for v := lo; v <= hi; v++ {
		alts = append(alts, model.Alt{Body: []model.Stmt{model.Set{V: tmp, X: model.Const(v)}}, Label: fmt.Sprintf("nondet %d", v)})
	}
	b.at(x, "nondet", "")
	b.c.Choose(alts...)
	return number(model.Ld(tmp))
}

// cast lowers a conversion.
func (b *builder) cast(x *cc.CastExpression) value {
	t, from := x.Type(), x.CastExpression.Type()
	if t.Kind() == cc.Void {
		b.discard(x.CastExpression)
		return value{}
	}
	points := b.pointsTo(t)
	if c := containerOf(x.CastExpression); c != nil && points != nil {
		return b.containerOf(c, t.(*cc.PointerType).Elem())
	}
	v := b.whole(x.CastExpression, points)
	switch {
	case t.Kind() != cc.Bool && (functionType(t) != nil || functionType(from) != nil) && !sameType(t, from) && !isNull(x.CastExpression):
		b.fail(x, "not supported here: conversion of %s to %s", typeString(from), typeString(t))
	case t.Kind() == cc.Ptr && (from.Kind() == cc.Ptr && isVoidPointer(t)):
		return v // what it leads to is not forgotten
	case v.ref != nil && v.ref.typ.Kind() == cc.Ptr && isPointerTo(t, isVoidPointer):
		return v // a variable with a pointer, as a function sees it that cleans up any: *(void **)p
	case t.Kind() == cc.Ptr && v.Points == nil && v.word == nil && from.Kind() == cc.Ptr:
		v.Points = points
		return v
	case t.Kind() == cc.Ptr:
		if points = b.keeps(t); points == nil {
			b.fail(x, "not supported here: conversion of %s to %s", typeString(from), typeString(t))
		}
		if v.Points == points {
			return v
		}
		return b.pointer(b.word(v), points)
	case from.Kind() == cc.Ptr && t.Kind() != cc.Bool:
		v = b.integer(b.word(v))
	}
	return b.converted(v, b.unit.integer(x.CastExpression), integerOf(t), x)
}

// What container_of() and list_entry() expand to. The pointer of the second may be that
// to the head of a list, which need be no member of what its entries are.
const (
	containerFunc = "__mmcheck_container_of"
	listEntryFunc = "__mmcheck_list_entry"
)

// containerOf recognises the call that the macros container_of and list_entry expand to.
func containerOf(e cc.ExpressionNode) *cc.PostfixExpression {
	x, ok := bare(e).(*cc.PostfixExpression)
	if !ok || x.Case != cc.PostfixExpressionCall {
		return nil
	}
	if id := callee(x); id == nil || id.Token.SrcStr() != containerFunc && id.Token.SrcStr() != listEntryFunc || len(argList(x)) != 2 {
		return nil
	}
	return x
}

// containerOf goes from a member back to the struct t around it.
func (b *builder) containerOf(x *cc.PostfixExpression, t cc.Type) value {
	args := argList(x)
	v := b.rval(args[0], nil)
	off, ok := b.unit.addressOf(args[1])
	if !ok {
		b.fail(x, "the offset of container_of() must be constant")
	}
	if p := v.ref; p != nil && p.fld != nil && p.st == b.record(t).typ {
		whole := lval{base: p.base, off: p.off - off}
		return value{Value: model.Value{X: whole.address(p.obj), Life: p.life, Points: p.st}, obj: p.obj}
	}
	path := b.path(t, off, v.Points)
	if path == nil {
		b.fail(x, "not supported here: the pointer given to container_of() is not a member of %s at that place", typeString(t))
	}
	out := value{Value: v.Value, obj: v.object()}
	for i := len(path) - 1; i >= 0; i-- {
		out.obj = model.Lookup(b.around(path[i].field, out.Points), out.obj)
		out.Points = path[i].field.Owner
	}
	out.X = lval{base: v.X, off: -off}.address(out.obj)
	if callee(x).Token.SrcStr() == listEntryFunc {
		return b.orAround(v, off, out)
	}
	return out
}

// orAround is the entry of a list around a list_head at offset off to which v points,
// which is entry if there is one; around the head of a list there may be none.
func (b *builder) orAround(v value, off int64, entry value) value {
	w, none := b.word(v), model.And(model.Lt(model.Const(0), v.X), model.Eq(entry.obj, model.Const(0)))
	thin := b.word(entry)
	out := machineWord{num: model.Cond(none, model.Sub(w.num, model.Const(off)), thin.num)}
	out.base = model.Value{X: model.Cond(none, w.base.X, thin.base.X), Life: known(v.Life), Points: thin.base.Points}
	return b.pointer(out, entry.Points)
}

// around is the table from what member f is, a struct or a scalar of type inner,
// to the struct around it.
func (l *lowerer) around(f *model.Field, inner *model.Type) *model.Table {
	if f.Sub == nil {
		return f.Var.Around(inner)
	}
	if l.tables[f] == nil {
		l.tables[f] = f.MemberOf()
	}
	return l.tables[f]
}

// path lists the members that lead from struct t to what a pointer to inner may
// refer to at offset off, outermost first.
func (b *builder) path(t cc.Type, off int64, inner *model.Type) []*member {
	r := b.record(t)
	for i := range r.members {
		m := &r.members[i]
		if m.bits != nil || m.view || m.width != 0 || off < m.off || m.off+b.unit.size(m.typ) <= off {
			continue
		}
		elem, _ := flatten(m.typ)
		rest := (off - m.off) % b.unit.size(elem)
		switch {
		case m.field.Sub == nil && rest == 0 && inner.IsScalar() && b.scalars(elem) == inner,
			m.field.Sub != nil && rest == 0 && m.field.Sub == inner:
			return []*member{m}
		case m.field.Sub == nil:
			continue
		}
		if more := b.path(elem, rest, inner); more != nil {
			return append([]*member{m}, more...)
		}
	}
	return nil
}
