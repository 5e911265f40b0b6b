// SPDX-License-Identifier: MIT

// This file says which variables hold words (machine_word.go), and how. A pointer is kept as a
// number of what it points to, an integer as it is; one into which a word may get that
// is neither has companions beside it: the address of an object, and what is added to it.
// Which variables that are is found on the way, by a store of such a word. The lowering
// then begins anew, until no more are found.

package cfront

import (
	"slices"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// memberKey names a member of a struct.
type memberKey struct{ tag, name string }

// keeps is what a variable of type t points to in the model: for void *, anything.
func (l *lowerer) keeps(t cc.Type) *model.Type {
	if isVoidPointer(t) {
		return l.prog.Anything()
	}
	return l.pointsTo(t)
}

// known by key is whose variable v is; like makes its companions, if it is a carrier.
func (l *lowerer) mayCarry(v *model.Var, key any, like func(name string, points *model.Type) *model.Var) {
	l.keys[v] = key
	if !l.carriers[key] || v.Base != nil {
		return
	}
	v.Base = like(v.Name+"'base", l.prog.Anything())
	v.Base.Beside = v
	if v.Points != nil {
		v.Rest = like(v.Name+"'rest", nil)
		v.Rest.Beside = v
	}
}

// memory makes a companion of v that lies beside it in memory.
func (l *lowerer) memory(v *model.Var) func(string, *model.Type) *model.Var {
	return func(name string, points *model.Type) *model.Var {
		c := l.prog.NewVar(name, v.Kind, v.Thread)
		c.Type, c.Width, c.Len, c.Points, c.Local = v.Type, v.Width, v.Len, points, v.Local
		if points != nil {
			l.prog.TrackLife(c)
		}
		return c
	}
}

// register makes a companion of register v.
func (b *builder) register(v *model.Var) func(string, *model.Type) *model.Var {
	return func(name string, points *model.Type) *model.Var {
		c := b.t.NewReg(name, points)
		c.Len, c.Width, c.Local, c.Temp = v.Len, v.Width, v.Local, v.Temp
		if c.Life != nil {
			c.Life.Len, c.Life.Width, c.Life.Temp = v.Len, v.Width, v.Temp
		}
		return c
	}
}

// carrier makes p one.
func (l *lowerer) carrier(v *model.Var, n cc.Node) {
	key := l.keys[v]
	if key == nil {
		l.fail(n, "not supported here: what is stored in '%s' may be the address of another object than it points to", v.Name)
	}
	l.carriers[key] = true
}

// scratch is a temporary of a type, for what key names.
func (b *builder) scratch(name string, t cc.Type, points *model.Type, what, key any) lval {
	if b.carriers[key] {
		what = [2]any{what, "carrier"}
	}
	p := lval{typ: t, v: b.c.Temp(name, points, what)}
	b.mayCarry(p.v, key, b.register(p.v))
	return p
}

// read is the value that p holds now.
func (b *builder) read(p lval) value {
	v := value{Value: model.Value{X: model.Get{V: p.v, I: p.idx}, Points: p.v.Points}}
	if p.v.Life != nil {
		v.Life = b.prog.Loaded(p.v, p.idx, v.X, b.t.Num)
	}
	at := p.v.Base
	if at == nil {
		return v
	}
	base := model.Value{X: model.Get{V: at, I: p.idx}, Points: at.Points}
	base.Life = b.prog.Loaded(at, p.idx, base.X, b.t.Num)
	if v.Points == nil {
		return value{word: &machineWord{base: base, num: v.X}}
	}
	thin := b.word(v)
	stray := model.Eq(v.X, model.Const(model.Stray))
	v.word = &machineWord{num: model.Cond(stray, model.Get{V: p.v.Rest, I: p.idx}, thin.num)}
	v.word.base = model.Value{X: model.Cond(stray, base.X, thin.base.X), Life: model.Cond(stray, base.Life, known(v.Life)), Points: base.Points}
	return v
}

// part is one of the variables that a value is stored in.
type part struct {
	v *model.Var
	x model.Value
}

// parts says what is stored where when p becomes v, which has the type of p.
func (b *builder) parts(p lval, v value, n cc.Node) []part {
	beside := p.v.Base
	if p.v.Points == nil {
		if v.Points != nil {
			b.fail(n, "not supported here: a pointer kept as %s", typeString(p.typ))
		}
		if v.word == nil {
			v.word = &machineWord{base: model.Value{X: model.Const(0)}, num: v.X}
		} else if beside == nil {
			b.carrier(p.v, n)
		}
		out := []part{{p.v, model.Value{X: v.word.num}}}
		if beside != nil {
			out = append(out, part{beside, v.word.base})
		}
		return out
	}
	v = b.as(v, p.v.Points)
	if v.word != nil && beside == nil {
		b.carrier(p.v, n)
	}
	out := []part{{p.v, v.Value}}
	if beside == nil {
		return out
	}
	base, num := model.Value{X: model.Const(0)}, model.Value{X: model.Const(0)}
	if v.word != nil {
		stray := model.Eq(v.X, model.Const(model.Stray))
		base, num = v.word.base, model.Value{X: model.Cond(stray, v.word.num, num.X)}
		base.X = model.Cond(stray, base.X, model.Const(0))
	}
	return append(out, part{beside, base}, part{p.v.Rest, num})
}

// put sets p to v.
func (b *builder) put(p lval, v value) []model.Stmt {
	parts := b.parts(p, v, b.node)
	var out []model.Stmt
	if len(parts) > 1 && slices.ContainsFunc(parts, func(x part) bool { return b.looksAt(x.x, parts) }) {
		for i := range parts {
			x := &parts[i].x
			tmp := b.c.Temp("copy", x.Points, nil)
			if x.Life != nil && tmp.Life != nil {
				out = append(out, model.Set{V: tmp.Life, X: x.Life})
				x.Life = model.Ld(tmp.Life)
			}
			out = append(out, model.Set{V: tmp, X: x.X})
			x.X = model.Ld(tmp)
		}
	}
	for _, x := range parts {
		out = append(out, b.prog.Store(x.v, p.idx, x.x, b.t.Num)...)
		out = append(out, model.Set{V: x.v, I: p.idx, X: x.x.X})
	}
	return out
}

// looksAt reports whether a value depends on one of the variables of some parts.
func (b *builder) looksAt(x model.Value, parts []part) (found bool) {
	for _, e := range []model.Expr{x.X, x.Life} {
		model.WalkExpr(e, func(e model.Expr) {
			g, ok := e.(model.Get)
			found = found || ok && slices.ContainsFunc(parts, func(p part) bool { return g.V == p.v || g.V == p.v.Life })
		})
	}
	return found
}
