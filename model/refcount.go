// SPDX-License-Identifier: MIT

// This file models refcount_t: a count of references that may not be raised
// from 0, nor fall below 0, nor be brought to 0 by an operation that does not
// tell its caller. Whoever does so anyway saturates the count, as in the
// kernel: it stays at a large negative value, and the object is never freed.

package model

import "math"

var refcountKind = &Kind{
	Name: "refcount",
	Doc:  "counts of references that saturate instead of wrapping around (refcount_t)",
}

// refcountSaturated is what a count holds that was misused.
const refcountSaturated = math.MinInt32 / 2

func init() {
	one := func(*Call) Expr { return Const(1) }
	given := func(c *Call) Expr { return c.Obj(0) }
	refcountKind.Ops = []*Op{
		{Name: "refcount_inc", Doc: "take a reference; the caller has one already", Emit: func(c *Call) { refcountOf(c, 0).get(c, one) }},
		{Name: "refcount_add", Doc: "take several references; the caller has one already", Emit: func(c *Call) { refcountOf(c, 1).get(c, given) }},
		{Name: "refcount_inc_not_zero", Doc: "take a reference unless there is none left", Emit: func(c *Call) { refcountOf(c, 0).tryGet(c, one) }},
		{Name: "refcount_add_not_zero", Doc: "take several references unless there is none left", Emit: func(c *Call) { refcountOf(c, 1).tryGet(c, given) }},
		{Name: "__mmcheck_refcount_inc_limited", Doc: "take a reference if the count is from 1 to a limit, return the old count", Emit: refcountIncLimited},
		{Name: "refcount_dec", Doc: "drop a reference that is not the last", Emit: refcountDec},
		{Name: "refcount_dec_and_test", Doc: "drop a reference, return whether it was the last", Emit: func(c *Call) { refcountOf(c, 0).put(c, one) }},
		{Name: "refcount_sub_and_test", Doc: "drop several references, return whether none is left", Emit: func(c *Call) { refcountOf(c, 1).put(c, given) }},
		{Name: "refcount_dec_if_one", Doc: "drop the last reference, return whether it was the last", Emit: refcountDecIfOne},
		{Name: "refcount_dec_not_one", Doc: "drop a reference unless it is the last, return whether it was dropped", Emit: refcountDecNotOne},
		{Name: "__mmcheck_count_get", Doc: "refcount_inc() of a count of references that is an atomic_t", Emit: func(c *Call) { refcountOf(c, 0).get(c, one) }},
		{Name: "__mmcheck_count_put", Doc: "refcount_dec_and_test() of a count of references that is an atomic_t", Emit: func(c *Call) { refcountOf(c, 0).put(c, one) }},
	}
}

// refcount is a counter with rules.
type refcount struct{ counter }

func refcountOf(c *Call, arg int) refcount { return refcount{counterOf(c, arg)} }

func (r refcount) misuse(bad Expr, text string) Stmt {
	return Check{Prop: "refcount", Bad: bad, Text: text, Type: r.fld.Owner, Obj: r.obj, Fld: r.fld, Mode: Write}
}

// change writes x, or what a misused count holds.
func (r refcount) change(misused, x Expr) Stmt {
	return r.set(Cond(misused, Const(refcountSaturated), x))
}

// full says that n cannot be added.
func (r refcount) full(n Expr) Expr {
	return Or(Lt(r.counter.get(), Const(0)), Lt(Sub(Const(math.MaxInt32), n), r.counter.get()))
}

const (
	textOverflow  = "reference count overflows"
	textUnderflow = "reference count falls below 0"
)

func (r refcount) get(c *Call, number func(*Call) Expr) {
	old, n := r.counter.get(), number(c)
	none := Eq(old, Const(0))
	r.step(c,
		r.misuse(none, "reference taken when none was left"),
		r.misuse(r.full(n), textOverflow),
		r.change(Or(none, r.full(n)), Add(old, n)))
}

func (r refcount) tryGet(c *Call, number func(*Call) Expr) {
	old, n := r.counter.get(), number(c)
	ret := c.Ret(nil)
	r.step(c,
		Set{V: ret, X: Ne(old, Const(0))},
		If{C: Ld(ret), Then: []Stmt{r.misuse(r.full(n), textOverflow), r.change(r.full(n), Add(old, n))}})
}

func refcountIncLimited(c *Call) {
	r := refcountOf(c, 0)
	ret := c.Ret(nil)
	r.step(c,
		Set{V: ret, X: r.counter.get()},
		r.misuse(Lt(Ld(ret), Const(0)), textOverflow),
		If{C: And(Lt(Const(0), Ld(ret)), Lt(Ld(ret), c.Obj(1))), Then: []Stmt{r.set(Add(Ld(ret), Const(1)))}})
}

func (r refcount) put(c *Call, number func(*Call) Expr) {
	old, n := r.counter.get(), number(c)
	ret := c.Ret(nil)
	r.step(c,
		r.misuse(Lt(old, n), textUnderflow),
		Set{V: ret, X: Eq(old, n)},
		r.change(Lt(old, n), Sub(old, n)))
}

func refcountDec(c *Call) {
	r := refcountOf(c, 0)
	old := r.counter.get()
	r.step(c,
		r.misuse(Eq(old, Const(1)), "last reference dropped by an operation that does not tell"),
		r.misuse(Lt(old, Const(1)), textUnderflow),
		r.change(Le(old, Const(1)), Sub(old, Const(1))))
}

func refcountDecIfOne(c *Call) {
	r := refcountOf(c, 0)
	ret := c.Ret(nil)
	r.step(c,
		Set{V: ret, X: Eq(r.counter.get(), Const(1))},
		If{C: Ld(ret), Then: []Stmt{r.set(Const(0))}})
}

func refcountDecNotOne(c *Call) {
	r := refcountOf(c, 0)
	old := r.counter.get()
	ret := c.Ret(nil)
	r.step(c,
		Set{V: ret, X: Ne(old, Const(1))},
		r.misuse(Lt(old, Const(1)), textUnderflow),
		If{C: Ld(ret), Then: []Stmt{r.change(Lt(old, Const(1)), Sub(old, Const(1)))}})
}
