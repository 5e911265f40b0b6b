// SPDX-License-Identifier: MIT

// This file holds pointers that lead to no object though they are not NULL: a value
// from -MaxErrno to -1 is an errno, and one about NullPlus is the address of a
// member of NULL, or what container_of() makes of NULL.

package model

// MaxErrno is the largest errno that a pointer can hold (MAX_ERRNO).
const MaxErrno = 4095

// NullPlus stands for NULL where an offset other than 0 is added to it: the pointer
// value for address a is NullPlus+a. Offsets are smaller than -NullPlus/2.
const NullPlus = -1 << 28

// IsNullPlus says whether pointer x is NULL plus an offset.
func IsNullPlus(x Expr) Expr { return Lt(x, Const(NullPlus/2)) }

// Shift is pointer x, which leads to no object, with an offset added to it. An error
// pointer stays what it is.
func Shift(x Expr, off int64) Expr {
	if off == 0 {
		return x
	}
	back := Cond(Eq(x, Const(NullPlus-off)), Const(0), Add(x, Const(off)))
	return Cond(IsNullPlus(x), back, Cond(Eq(x, Const(0)), Const(NullPlus+off), x))
}

var errKind = &Kind{Name: "err", Doc: "error pointers"}

func init() {
	value := func(f func(x Expr) Expr) func(*Call) {
		return func(c *Call) { c.Result = Value{X: f(c.Obj(0)), Points: c.Want} }
	}
	// By its value, NULL less an offset is an error pointer, too.
	isErr := func(x Expr) Expr {
		below := And(Le(Const(NullPlus-MaxErrno), x), Lt(x, Const(NullPlus)))
		return Or(And(Le(Const(-MaxErrno), x), Lt(x, Const(0))), below)
	}
	errKind.Ops = []*Op{
		{Name: "IS_ERR", Doc: "whether a pointer holds an error", Emit: value(isErr)},
		{Name: "IS_ERR_OR_NULL", Doc: "whether a pointer holds an error or NULL", Emit: value(func(x Expr) Expr { return Or(Eq(x, Const(0)), isErr(x)) })},
		{Name: "ERR_PTR", Doc: "an error as a pointer", Emit: value(func(x Expr) Expr { return x })},
		{Name: "PTR_ERR", Doc: "the error in a pointer", Emit: value(func(x Expr) Expr { return Cond(IsNullPlus(x), Sub(x, Const(NullPlus)), x) })},
	}
}
