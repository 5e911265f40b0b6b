// SPDX-License-Identifier: MIT

// This file lowers a word that may be the address of anything: "hide a" keeps a pointer
// there, and "show v" takes it out again as one to what v leads to.

package random

import "mmcheck/model"

// word is the shared variable that holds it.
func (w *world) word() *model.Var {
	if w.hidden == nil {
		w.hidden = w.p.NewVar("word", model.Memory, 0)
		w.hidden.Points = w.p.Anything()
		w.p.TrackLife(w.hidden)
	}
	return w.hidden
}

// hide stores the address of what a pointer leads to.
func (b *builder) hide(s *Stmt) {
	x, v := b.pointer(s.Args[0]), b.word()
	x.X, x.Points = model.Cond(model.Lt(model.Const(0), x.X), x.Points.Address(x.X), x.X), v.Points
	p := place{v: v}
	body := append(b.access(p, model.Write), b.p.Store(v, nil, x, b.c.T.Num)...)
	b.c.Access(append(body, model.Set{V: v, X: x.X})...)
}

// show loads it; it may be that of something else.
func (b *builder) show(s *Stmt) {
	b.p.Strays = true
	v := b.word()
	x := b.load(place{v: v}, model.Get{V: v})
	to := b.reg(s.Args[0]).Points
	here := to.ToType(x.X)
	there := model.Cond(model.Ne(here, model.Const(0)), here, model.Const(model.Stray))
	b.put(s.Args[0], model.Value{X: model.Cond(model.Lt(model.Const(0), x.X), there, x.X), Life: x.Life, Points: to})
}
