// SPDX-License-Identifier: MIT

// This file holds error pointers: a pointer value below zero is an errno.

package model

var errKind = &Kind{Name: "err", Doc: "error pointers"}

func init() {
	value := func(f func(x Expr) Expr) func(*Call) {
		return func(c *Call) { c.Result = Value{X: f(c.Obj(0)), Points: c.Want} }
	}
	errKind.Ops = []*Op{
		{Name: "IS_ERR", Doc: "whether a pointer holds an error", Emit: value(func(x Expr) Expr { return Lt(x, Const(0)) })},
		{Name: "IS_ERR_OR_NULL", Doc: "whether a pointer holds an error or NULL", Emit: value(func(x Expr) Expr { return Le(x, Const(0)) })},
		{Name: "ERR_PTR", Doc: "an error as a pointer", Emit: value(func(x Expr) Expr { return x })},
		{Name: "PTR_ERR", Doc: "the error in a pointer", Emit: value(func(x Expr) Expr { return x })},
	}
}
