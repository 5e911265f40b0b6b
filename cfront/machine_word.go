// SPDX-License-Identifier: MIT

// This file defines machineWord, the value of a pointer or an integer of which it is only known
// when code is run what it leads to: the address of an object, or none, and a number
// added to it. It is what a pointer becomes when it is converted to an integer or to a
// pointer of another type, with bits of it in use for something else or not, and what it
// is made of again.

package cfront

import (
	"fmt"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// machineWord is an address, or a number.
type machineWord struct {
	base model.Value // a pointer to Anything, 0 if it is only a number
	num  model.Expr  // what is added to the address
	sure bool        // not a number for certain: the source has a pointer of some type here
}

// word is v as a word.
func (b *builder) word(v value) machineWord {
	switch {
	case v.word != nil:
		return *v.word
	case v.X == nil:
		b.fail(b.node, "not supported here: the address of a member of a union that shares its bytes with others")
	case v.Points == nil:
		return machineWord{base: model.Value{X: model.Const(0)}, num: v.X}
	}
	w := machineWord{num: asNumber(v.X), sure: !v.Points.IsAnything()}
	w.base = model.Value{X: v.X, Life: v.Life, Points: b.prog.Anything()}
	if c, fixed := constOf(v.X); fixed && c <= 0 {
		w.base.X = model.Const(0)
	} else if !v.Points.IsAnything() {
		w.base.X = v.Points.Address(v.X)
	} else if !fixed {
		w.base.X = model.Cond(model.Lt(model.Const(0), v.X), v.X, model.Const(0))
	}
	return w
}

// asNumber is what pointer x has added to the address of its object: all of it, if it
// leads to none.
func asNumber(x model.Expr) model.Expr {
	if m, ok := x.(model.Map); ok && m.T.Arg == nil {
		return model.Const(0) // the address of a variable
	}
	none := model.Cond(model.IsNullPlus(x), model.Sub(x, model.Const(model.NullPlus)), x)
	return model.Cond(model.Lt(model.Const(0), x), model.Const(0), none)
}

// asPointer is the pointer that number x is.
func asPointer(x model.Expr) model.Expr {
	in := func(lo, hi int64) model.Expr {
		return model.And(model.Le(model.Const(lo), x), model.Le(x, model.Const(hi)))
	}
	rest := model.Cond(in(1, -model.NullPlus/2-1), model.Add(x, model.Const(model.NullPlus)), model.Const(model.Stray))
	return model.Cond(in(-model.MaxErrno, 0), x, rest)
}

// pointer is word w as a pointer to a points.
func (b *builder) pointer(w machineWord, points *model.Type) value {
	v := value{Value: model.Value{Life: w.base.Life, Points: points}, word: &w}
	base, none := w.base.X, asPointer(w.num)
	here := base
	if !points.IsAnything() {
		here = points.ToType(base)
		here = model.Cond(model.Ne(here, model.Const(0)), here, model.Const(model.Stray))
	}
	if c, fixed := constOf(base); fixed && c == 0 {
		v.X = none
	} else {
		there := model.Cond(model.Eq(w.num, model.Const(0)), here, model.Const(model.Stray))
		v.X = model.Cond(model.Eq(base, model.Const(0)), none, there)
	}
	if points.IsAnything() && w.num == model.Expr(model.Const(0)) {
		v.X, v.word = base, nil
	} else if _, fixed := constOf(v.X); fixed && v.X != model.Expr(model.Const(model.Stray)) {
		v.word = nil
	} else {
		b.prog.Strays = true
	}
	return v
}

// as converts pointer v to one that is kept as a pointer to a points.
func (b *builder) as(v value, points *model.Type) value {
	switch c, fixed := constOf(v.X); {
	case points == nil || v.Points == points:
		return v
	case v.Points == nil && v.word == nil, fixed && c <= 0 && v.word == nil:
		v.Points = points
		return v
	}
	return b.pointer(b.word(v), points)
}

// converted is v, of type from, converted to type to.
func (b *builder) converted(v value, from, to integer, n cc.Node) value {
	switch {
	case to.boolean:
		return number(b.truth(v))
	case v.word == nil || v.Points != nil:
		if v.X != nil { // of a struct
			v.X = convert(v.X, from, to)
		}
		return v
	case to.bits < 64:
		return number(convert(b.numeric(v, n, "is cut to %d bits", to.bits).X, from, to))
	}
	return v
}

// numeric is v where only a number will do: that of an object's address is nothing that
// a model has. What is done to it there is said for the one who wants to know.
func (b *builder) numeric(v value, n cc.Node, format string, args ...any) value {
	if v.word == nil || v.Points != nil {
		return v
	}
	b.unless(v.word.sure, model.Ne(v.word.base.X, model.Const(0)), n, format, args...)
	return number(v.word.num)
}

// unless ends the search where something is done to an address that the model cannot
// say, if bad holds; for certain, it is a mistake in the spec.
func (b *builder) unless(certain bool, bad model.Expr, n cc.Node, format string, args ...any) {
	what := "the address of an object " + fmt.Sprintf(format, args...)
	switch c, fixed := constOf(bad); {
	case fixed && c == 0:
		return
	case certain || fixed || b.c == nil:
		b.fail(n, "not supported here: %s: objects have no addresses in numbers; keep the pointer, and its low bits, as they are", what)
	}
	at := posOf(n)
	l := model.Limit{When: bad, What: fmt.Sprintf("%s:%d, where %s", at.File, at.Line, what)}
	if b.guard != nil {
		*b.guard = append(*b.guard, l)
		return
	}
	b.c.Do(l)
}

// truth is v as a condition.
func (b *builder) truth(v value) model.Expr {
	if v.word != nil && v.Points == nil {
		return model.Or(model.Ne(v.word.base.X, model.Const(0)), model.Ne(v.word.num, model.Const(0)))
	}
	return truth(v.X)
}

// equal says whether two values, at least one of them a pointer or a word, are.
func (b *builder) equal(x, y value) model.Expr {
	null := func(v value) bool { c, fixed := constOf(v.X); return fixed && c <= 0 && v.word == nil }
	pointers := x.X != nil && y.X != nil && (x.word == nil || x.Points != nil) && (y.word == nil || y.Points != nil)
	if pointers && (x.word == nil && y.word == nil && x.Points == y.Points || null(x) || null(y)) {
		return model.Eq(x.X, y.X)
	}
	v, w := b.word(x), b.word(y)
	same := model.And(model.Eq(v.base.X, w.base.X), model.Eq(v.num, w.num))
	if zero := model.Expr(model.Const(0)); b.carriers[shiftKey{}] && (v.num != zero || w.num != zero) {
		return model.Or(same, b.prog.SameByte(v.base.X, v.num, w.base.X, w.num))
	}
	return same
}

// shiftKey stands for words that were moved to what lies behind (in lowerer.carriers): an
// address may be written in two ways then.
type shiftKey struct{}

// shifted is word w with a constant added that may lead to what lies behind, as
// container_of() by hand does. Smaller ones only mark an address.
func (b *builder) shifted(w machineWord, by int64, n cc.Node) machineWord {
	moved := machineWord{base: w.base, num: model.Add(w.num, model.Const(by)), sure: w.sure}
	if -1 <= by && by <= 1 || w.base.X == model.Expr(model.Const(0)) {
		return moved
	}
	b.carriers[shiftKey{}] = true
	there := b.hold(b.prog.Shifted(w.base.X, by), b.prog.Anything())
	found := model.Ne(there, model.Const(0))
	moved.base.X = model.Cond(found, there, w.base.X)
	moved.num = model.Cond(found, w.num, moved.num)
	return moved
}

// wordArithmetic is "x op y" where one of the two is a word.
func (b *builder) wordArithmetic(n cc.Node, op operator, x value, xt integer, y value, yt integer) value {
	switch {
	case op == opEq:
		return number(b.equal(x, y))
	case op == opNe:
		return number(model.Not(b.equal(x, y)))
	case op >= opLt:
		return number(b.ordered(n, op, b.word(x), b.word(y), common(xt, yt).signed))
	case op == opAnd || op == opOr || op == opXor:
		if x.word == nil {
			x, y = y, x
		}
		return b.lowBits(n, op, *x.word, b.numeric(y, n, "is combined with that of another").X)
	case op == opMod && !common(xt, yt).signed && x.word != nil && powerOfTwo(y):
		return b.lowBits(n, opAnd, *x.word, model.Sub(y.X, model.Const(1)))
	case op == opAdd || op == opSub:
		return b.moved(n, op, b.word(x), b.word(y))
	}
	x, y = b.numeric(x, n, "is calculated with"), b.numeric(y, n, "is calculated with")
	return number(b.arithmetic(n, op, x.X, xt, y.X, yt))
}

// powerOfTwo reports whether v is a constant one.
func powerOfTwo(v value) bool {
	c, fixed := constOf(v.X)
	return fixed && v.word == nil && c > 0 && c&(c-1) == 0
}

// lowBits sets, clears or takes bits of word w that its alignment leaves free.
func (b *builder) lowBits(n cc.Node, op operator, w machineWord, bits model.Expr) value {
	address := model.Ne(w.base.X, model.Const(0))
	free := func(x model.Expr) model.Expr { return model.MkBin(model.OpULt, x, b.prog.Alignment(w.base.X)) }
	const which = "has bits changed or looked at that its alignment does not leave free"
	num := model.MkBin(modelOp(op, false), w.num, bits)
	if op != opAnd {
		b.unless(false, model.And(address, model.Not(model.And(free(w.num), free(bits)))), n, which)
		return b.integer(machineWord{base: w.base, num: num, sure: w.sure})
	}
	m, fixed := constOf(bits)
	switch {
	case !fixed:
		b.unless(false, address, n, "is masked by what is no constant")
		return number(num)
	case m >= 0:
		b.unless(false, model.And(address, model.Not(free(bits))), n, which)
		return number(num)
	}
	b.unless(false, model.And(address, model.Not(free(model.Const(^m)))), n, which)
	return b.integer(machineWord{base: w.base, num: num, sure: w.sure})
}

// moved is the sum, or the difference, of two words.
func (b *builder) moved(n cc.Node, op operator, x, y machineWord) value {
	zero := model.Expr(model.Const(0))
	out := machineWord{base: x.base, num: model.MkBin(modelOp(op, true), x.num, y.num)}
	fixed := y.base.X == zero
	if c, constant := constOf(y.num); fixed && constant {
		if op == opSub {
			c = -c
		}
		return b.integer(b.shifted(x, c, n))
	} else if d, constant := constOf(x.num); x.base.X == zero && constant && op == opAdd {
		return b.integer(b.shifted(y, d, n))
	} else if fixed {
		b.unless(false, model.Ne(x.base.X, zero), n, "is moved by what is no constant")
	}
	out.sure = x.sure && fixed
	switch both := model.And(model.Ne(x.base.X, zero), model.Ne(y.base.X, zero)); {
	case fixed:
	case op == opAdd:
		b.unless(false, both, n, "is added to another")
		first := model.Ne(x.base.X, zero)
		out.base = model.Value{X: model.Cond(first, x.base.X, y.base.X), Points: b.prog.Anything()}
		if x.base.Life != nil || y.base.Life != nil {
			out.base.Life = model.Cond(first, known(x.base.Life), known(y.base.Life))
		}
	default:
		b.unless(false, model.And(model.Ne(y.base.X, zero), model.Ne(x.base.X, y.base.X)), n, "is subtracted from something else")
		out.base.X = model.Cond(model.Ne(y.base.X, zero), zero, x.base.X)
	}
	return b.integer(out)
}

// integer is word w as an integer.
func (b *builder) integer(w machineWord) value {
	if w.base.X == model.Expr(model.Const(0)) {
		return number(w.num)
	}
	return value{word: &w}
}

// userEnd is an address below which all numbers are below those of objects.
const userEnd = 1 << 47

// ordered is "x op y". An object lies above all addresses of user space, and below the
// numbers of errors.
func (b *builder) ordered(n cc.Node, op operator, x, y machineWord, signed bool) model.Expr {
	if op == opGt || op == opGe {
		x, y, op = y, x, map[operator]operator{opGt: opLt, opGe: opLe}[op]
	}
	zero := model.Expr(model.Const(0))
	between := func(num model.Expr, above bool) model.Expr { // whether an address is above num, or below
		low := model.And(model.Le(zero, num), model.Lt(num, model.Const(userEnd)))
		high := model.And(model.Le(model.Const(-model.MaxErrno), num), model.Lt(num, zero))
		b.unless(false, model.And(b.mixed(x, y), model.Not(model.Or(low, high))), n, "is compared with a number")
		if signed {
			return model.Bool(!above)
		}
		if above {
			return low
		}
		return high
	}
	numbers := compare(op, x.num, y.num, signed)
	xs, ys := model.Ne(x.base.X, zero), model.Ne(y.base.X, zero)
	if xs == model.Expr(model.False) && ys == model.Expr(model.False) {
		return numbers
	}
	both := model.And(xs, ys)
	objects := model.Expr(model.False)
	if both != model.Expr(model.False) {
		b.placed(x, y, n)
		objects = b.prog.Below(x.base.X, x.num, y.base.X, y.num, op == opLe)
	}
	var left, right model.Expr = model.False, model.False
	if ys != model.Expr(model.True) {
		left = between(y.num, false)
	}
	if xs != model.Expr(model.True) {
		right = between(x.num, true)
	}
	return model.Cond(both, objects, model.Cond(xs, left, model.Cond(ys, right, numbers)))
}

// mixed says that just one of two words is an address.
func (b *builder) mixed(x, y machineWord) model.Expr {
	zero := model.Const(0)
	return model.Ne(model.Ne(x.base.X, zero), model.Ne(y.base.X, zero))
}

// reinterpreted ends the search where v, a pointer to a scalar of type t, leads to an
// object that is none: its bytes are not known.
func (b *builder) reinterpreted(v value, t cc.Type, n cc.Node) {
	if v.word == nil {
		return
	}
	here := model.And(model.Eq(v.X, model.Const(model.Stray)), model.Ne(v.word.base.X, model.Const(0)))
	b.unless(false, here, n, "is followed as that of a %s, which is not what lies there", typeString(t))
}
