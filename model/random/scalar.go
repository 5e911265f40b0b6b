// SPDX-License-Identifier: MIT

// This file lowers pointers to integers: "&a.val" and "&g0" are addresses, "*i0" is
// what such a pointer leads to, and "owner a i0 val" finds the way back to the object.

package random

import (
	"slices"
	"strings"

	"mmcheck/model"
)

// offsetOf is where a member lies in its struct; only the first is at 0.
func offsetOf(name string) int64 {
	if strings.HasSuffix(name, ".val") {
		return 0
	}
	return 8
}

// addresses gives an address to the integers of which a script takes it.
func (w *world) addresses(s *Script) {
	var vars []*model.Var
	s.each(func(st *Stmt) {
		for _, a := range st.Args {
			name, ok := strings.CutPrefix(a, "&")
			if !ok {
				continue
			}
			v := w.shared[name]
			if base, m, member := strings.Cut(name, "."); member {
				v = w.p.TypeByName(words[base].tag).Field(m).Var
			}
			if v.AddressOf(w.p.Scalars(intTag), nil); !slices.Contains(vars, v) {
				vars = append(vars, v)
			}
		}
	})
	w.p.NullPlus = len(vars) > 0
	w.p.TakeAddresses(vars)
}

// address is a pointer to an integer.
func (b *builder) address(name string) model.Value {
	p := b.place(name)
	out := model.Value{X: p.v.AddressOf(b.p.Scalars(intTag), p.i), Points: b.p.Scalars(intTag)}
	if p.touch != nil {
		of := p.touch.Obj
		out.X = model.Cond(model.Lt(model.Const(0), of), out.X, model.Shift(of, offsetOf(name)))
		out.Life = p.touch.Life
	}
	return out
}

// through accesses the integer that pointer register name leads to.
func (b *builder) through(name string, m model.Mode, access func(p place) model.Stmt) {
	x := b.pointer(name)
	body := []model.Stmt{&model.Event{Kind: model.Access, Type: x.Points, Obj: x.X, Mode: m}}
	for _, at := range x.Points.Places(x.X, b.c.T.Num) {
		p := place{v: at.V, i: at.I}
		if at.Obj != nil {
			i := slices.IndexFunc(at.V.Type.Fields, func(f *model.Field) bool { return f.Var == at.V })
			p.touch = &model.Event{Kind: model.Access, Type: at.V.Type, Obj: at.Obj, Life: x.Life, Fld: at.V.Type.Fields[i]}
		}
		body = append(body, model.If{C: at.Here, Then: append(b.access(p, m), access(p))})
	}
	b.c.Access(body...)
}

// owner gets from a pointer to a member to the object around it.
func (b *builder) owner(s *Stmt) {
	x, at := b.pointer(s.Args[1]), model.Expr(model.Const(0))
	tag := wordOf(s.Args[0]).tag
	if f := b.p.TypeByName(tag).Field(s.Args[2]); f != nil {
		at = model.Lookup(f.Var.Around(x.Points), x.X)
	}
	none := model.Shift(x.X, -offsetOf("."+s.Args[2]))
	b.p.NullPlus = true
	b.put(s.Args[0], model.Value{X: model.Cond(model.Lt(model.Const(0), x.X), at, none), Life: x.Life, Points: b.p.TypeByName(tag)})
}
