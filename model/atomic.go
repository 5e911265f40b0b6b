// SPDX-License-Identifier: MIT

// This file models atomic_t, atomic_long_t and atomic64_t: counters that C code may
// also read and write plainly, with operations that read and write in one step. They
// wrap around silently; counts of references have rules, see refcount.go.

package model

import "slices"

var atomicKind = &Kind{
	Name: "atomic",
	Doc:  "counters that are read and changed in one step (atomic_t, atomic_long_t, atomic64_t)",
}

// atomicOps lists the operations without their prefix. ptr is the index of the
// argument that points to the counter.
var atomicOps = []struct {
	name, doc string
	ptr       int
	emit      func(c *Call, k counter)
}{
	{"inc", "add 1", 0, func(c *Call, k counter) { k.add(c, Const(1)) }},
	{"dec", "subtract 1", 0, func(c *Call, k counter) { k.add(c, Const(-1)) }},
	{"add", "add a number", 1, func(c *Call, k counter) { k.add(c, c.Obj(0)) }},
	{"sub", "subtract a number", 1, func(c *Call, k counter) { k.add(c, negative(c.Obj(0))) }},
	{"inc_return", "add 1, return the new value", 0, func(c *Call, k counter) { k.addReturn(c, Const(1)) }},
	{"dec_return", "subtract 1, return the new value", 0, func(c *Call, k counter) { k.addReturn(c, Const(-1)) }},
	{"add_return", "add a number, return the new value", 1, func(c *Call, k counter) { k.addReturn(c, c.Obj(0)) }},
	{"sub_return", "subtract a number, return the new value", 1, func(c *Call, k counter) { k.addReturn(c, negative(c.Obj(0))) }},
	{"fetch_inc", "add 1, return the old value", 0, func(c *Call, k counter) { k.fetchAdd(c, Const(1)) }},
	{"fetch_dec", "subtract 1, return the old value", 0, func(c *Call, k counter) { k.fetchAdd(c, Const(-1)) }},
	{"fetch_add", "add a number, return the old value", 1, func(c *Call, k counter) { k.fetchAdd(c, c.Obj(0)) }},
	{"inc_and_test", "add 1, return whether the result is 0", 0, func(c *Call, k counter) { k.addTest(c, Const(1)) }},
	{"dec_and_test", "subtract 1, return whether the result is 0", 0, func(c *Call, k counter) { k.addTest(c, Const(-1)) }},
	{"sub_and_test", "subtract a number, return whether the result is 0", 1, func(c *Call, k counter) { k.addTest(c, negative(c.Obj(0))) }},
	{"inc_not_zero", "add 1 unless the value is 0, return whether it was added", 0, func(c *Call, k counter) { k.addUnless(c, Const(1), Const(0)) }},
	{"add_unless", "add a number unless the value is another, return whether it was added", 0, func(c *Call, k counter) { k.addUnless(c, c.Obj(1), c.Obj(2)) }},
	{"fetch_sub", "subtract a number, return the old value", 1, func(c *Call, k counter) { k.fetchAdd(c, negative(c.Obj(0))) }},
	{"add_negative", "add a number, return whether the result is below 0", 1, func(c *Call, k counter) { k.addNegative(c, c.Obj(0)) }},
	{"fetch_add_unless", "add a number unless the value is another, return the old value", 0, func(c *Call, k counter) {
		k.fetchAddIf(c, c.Obj(1), func(old Expr) Expr { return Ne(old, c.Obj(2)) })
	}},
	{"inc_unless_negative", "add 1 unless the value is below 0, return whether it was added", 0, func(c *Call, k counter) {
		k.addIf(c, Const(1), func(old Expr) Expr { return Le(Const(0), old) })
	}},
	{"dec_unless_positive", "subtract 1 unless the value is above 0, return whether it was subtracted", 0, func(c *Call, k counter) {
		k.addIf(c, Const(-1), func(old Expr) Expr { return Le(old, Const(0)) })
	}},
	{"dec_if_positive", "subtract 1 unless that gives a value below 0, return what it gives", 0, func(c *Call, k counter) { k.decIfPositive(c) }},
	{"and", "clear the bits that a number has not", 1, func(c *Call, k counter) { k.bits(c, OpAnd, c.Obj(0), false) }},
	{"or", "set the bits of a number", 1, func(c *Call, k counter) { k.bits(c, OpOr, c.Obj(0), false) }},
	{"xor", "turn the bits of a number over", 1, func(c *Call, k counter) { k.bits(c, OpXor, c.Obj(0), false) }},
	{"andnot", "clear the bits of a number", 1, func(c *Call, k counter) { k.bits(c, OpAnd, MkUn(OpCom, c.Obj(0)), false) }},
	{"fetch_and", "clear the bits that a number has not, return the old value", 1, func(c *Call, k counter) { k.bits(c, OpAnd, c.Obj(0), true) }},
	{"fetch_or", "set the bits of a number, return the old value", 1, func(c *Call, k counter) { k.bits(c, OpOr, c.Obj(0), true) }},
	{"fetch_xor", "turn the bits of a number over, return the old value", 1, func(c *Call, k counter) { k.bits(c, OpXor, c.Obj(0), true) }},
	{"fetch_andnot", "clear the bits of a number, return the old value", 1, func(c *Call, k counter) { k.bits(c, OpAnd, MkUn(OpCom, c.Obj(0)), true) }},
	{"xchg", "write a value, return the old one", 0, func(c *Call, k counter) { k.exchange(c, nil, c.Obj(1)) }},
	{"cmpxchg", "write a value if the old one is as expected, return the old one", 0, func(c *Call, k counter) { k.exchange(c, c.Obj(1), c.Obj(2)) }},
}

func init() {
	for _, prefix := range []string{"atomic_", "atomic_long_", "atomic64_"} {
		for _, o := range atomicOps {
			atomicKind.Ops = append(atomicKind.Ops, &Op{Name: prefix + o.name, Doc: o.doc, Emit: func(c *Call) { o.emit(c, counterOf(c, o.ptr)) }})
		}
	}
}

// counter is the scalar within an argument's struct, whatever the depth:
// kref.refcount.refs.counter.
type counter struct {
	fld    *Field
	obj    Expr
	access []Stmt // before it is read and written
}

func counterOf(c *Call, arg int) counter {
	f, obj := c.Type(arg).Fields[0], c.Obj(arg)
	for f.Sub != nil {
		f, obj = f.Sub.Fields[0], f.Member(obj, Const(0))
	}
	life := c.Args[arg].Life
	return counter{f, obj, []Stmt{
		&Event{Kind: Access, Type: f.Owner, Obj: obj, Life: life, Fld: f, Mode: Write},
		Use{V: f.Var, I: f.Elem(obj, Const(0)), Mode: Write, Mark: Once, Life: life},
	}}
}

func negative(x Expr) Expr { return MkUn(OpNeg, x) }

func (k counter) elem() Expr { return k.fld.Elem(k.obj, Const(0)) }
func (k counter) get() Expr  { return At(k.fld.Var, k.elem()) }

// set writes x, cut to the width of the counter.
func (k counter) set(x Expr) Stmt {
	return Set{k.fld.Var, k.elem(), MkConv(x, k.fld.Var.Bits, k.fld.Var.Signed)}
}

// step emits one step, in which the counter is read and written.
func (k counter) step(c *Call, body ...Stmt) { c.Step(append(slices.Clip(k.access), body...)...) }

func (k counter) add(c *Call, n Expr) { k.step(c, k.set(Add(k.get(), n))) }

func (k counter) addReturn(c *Call, n Expr) {
	ret := c.Ret(nil)
	k.step(c, k.set(Add(k.get(), n)), Set{V: ret, X: k.get()})
}

func (k counter) fetchAdd(c *Call, n Expr) {
	ret := c.Ret(nil)
	k.step(c, Set{V: ret, X: k.get()}, k.set(Add(Ld(ret), n)))
}

func (k counter) addTest(c *Call, n Expr) {
	ret := c.Ret(nil)
	k.step(c, k.set(Add(k.get(), n)), Set{V: ret, X: Eq(k.get(), Const(0))})
}

func (k counter) addUnless(c *Call, n, unless Expr) {
	k.addIf(c, n, func(old Expr) Expr { return Ne(old, unless) })
}

func (k counter) addIf(c *Call, n Expr, may func(old Expr) Expr) {
	ret := c.Ret(nil)
	k.step(c, Set{V: ret, X: may(k.get())}, If{C: Ld(ret), Then: []Stmt{k.set(Add(k.get(), n))}})
}

func (k counter) fetchAddIf(c *Call, n Expr, may func(old Expr) Expr) {
	ret := c.Ret(nil)
	k.step(c, Set{V: ret, X: k.get()}, If{C: may(Ld(ret)), Then: []Stmt{k.set(Add(k.get(), n))}})
}

func (k counter) addNegative(c *Call, n Expr) {
	ret := c.Ret(nil)
	k.step(c, k.set(Add(k.get(), n)), Set{V: ret, X: Lt(k.get(), Const(0))})
}

func (k counter) decIfPositive(c *Call) {
	ret := c.Ret(nil)
	less := MkConv(Sub(k.get(), Const(1)), k.fld.Var.Bits, k.fld.Var.Signed)
	k.step(c, Set{V: ret, X: less}, If{C: Le(Const(0), Ld(ret)), Then: []Stmt{k.set(Ld(ret))}})
}

// bits combines the counter with n by op; fetch says whether the old value is wanted.
func (k counter) bits(c *Call, op BinOp, n Expr, fetch bool) {
	set := k.set(MkBin(op, k.get(), n))
	if !fetch {
		k.step(c, set)
		return
	}
	ret := c.Ret(nil)
	k.step(c, Set{V: ret, X: k.get()}, set)
}

// exchange writes x; only over the value want, unless that is nil.
func (k counter) exchange(c *Call, want, x Expr) {
	ret := c.Ret(nil)
	same := Expr(True)
	if want != nil {
		same = Eq(Ld(ret), want)
	}
	k.step(c, Set{V: ret, X: k.get()}, If{C: same, Then: []Stmt{k.set(x)}})
}
