// SPDX-License-Identifier: MIT

// This file lowers operands and conditions: what a word names, and the steps
// by which it is read and written.

package random

import (
	"strings"

	"mmcheck/model"
)

// place is a scalar that a word names.
type place struct {
	v     *model.Var
	i     model.Expr
	reg   bool
	once  bool         // counted in one step: all accesses are marked
	touch *model.Event // the access to the object that it lies in, nil if none
}

// reg returns a register of the thread, declared when first met.
func (b *builder) reg(name string) *model.Var {
	if b.regs[name] == nil {
		b.regs[name] = b.c.T.NewReg(name, b.points(name))
		if wordOf(name).kind == narrowReg {
			b.regs[name].Bits, b.regs[name].Signed = narrowBits, false
		}
	}
	return b.regs[name]
}

// points is what a word points to, nil if it is no pointer.
func (b *builder) points(name string) *model.Type {
	w := wordOf(name)
	if w.tag == "" || w.kind == object || w.kind == member {
		return nil
	}
	return b.p.AddType(w.tag)
}

// pointer is the value of a pointer register.
func (b *builder) pointer(name string) model.Value {
	v := b.reg(name)
	return model.Value{X: model.Ld(v), Life: model.Ld(v.Life), Points: v.Points}
}

// place finds a scalar.
func (b *builder) place(name string) place {
	switch w := wordOf(name); w.kind {
	case intReg, ptrReg, narrowReg:
		return place{v: b.reg(name), reg: true}
	case narrowVar:
		if w.of != "" {
			f := b.p.TypeByName(w.of).Field(inStruct[name])
			return place{v: f.Var, i: model.Const(1), once: true, touch: &model.Event{Kind: model.Access, Type: f.Owner, Obj: model.Const(1), Fld: f}}
		}
		return place{v: b.shared[name], once: true}
	case element:
		in, _ := index(name)
		return place{v: b.shared["t"], i: b.value(in).X}
	case field:
		base, m, _ := strings.Cut(name, ".")
		o := b.pointer(base)
		f := o.Points.Field(m)
		e := &model.Event{Kind: model.Access, Type: o.Points, Obj: o.X, Life: o.Life, Fld: f}
		return place{v: f.Var, i: o.X, touch: e}
	}
	return place{v: b.shared[name]}
}

// access says that p is accessed.
func (b *builder) access(p place, m model.Mode) []model.Stmt {
	if p.reg {
		return nil
	}
	use := model.Use{V: p.v, I: p.i, Mode: m, Mark: b.mark}
	if b.mark == model.Unmarked && (p.once || b.guard != nil || b.c.InAtomic()) {
		use.Mark = model.Once
	}
	if p.touch == nil {
		return []model.Stmt{use}
	}
	e := *p.touch
	e.Mode = m
	use.Life = e.Life
	return []model.Stmt{&e, use}
}

// value is what a word stands for; reading memory is a step.
func (b *builder) value(name string) model.Value {
	w := wordOf(name)
	switch w.kind {
	case number:
		return model.Value{X: num(name)}
	case object:
		return model.Value{X: model.Int(b.objects[name]), Points: b.p.TypeByName(w.tag)}
	case member:
		base, m, _ := strings.Cut(name, ".")
		o := b.pointer(base)
		f := o.Points.Field(m)
		return model.Value{X: f.Member(o.X, model.Const(0)), Life: o.Life, Points: f.Sub}
	case ptrReg:
		return b.pointer(name)
	case address:
		return b.address(name[1:])
	case target:
		tmp := b.c.Temp("target", nil, nil)
		b.through(name[1:], model.Read, func(p place) model.Stmt { return model.Set{V: tmp, X: model.Get{V: p.v, I: p.i}} })
		return model.Value{X: model.Ld(tmp)}
	}
	p := b.place(name)
	from := model.Get{V: p.v, I: p.i}
	if b.guard != nil {
		*b.guard = append(*b.guard, b.access(p, model.Read)...)
		return model.Value{X: from, Points: p.v.Points}
	}
	if p.reg {
		return model.Value{X: from}
	}
	return b.load(p, from)
}

// load reads memory into a temporary.
func (b *builder) load(p place, from model.Get) model.Value {
	tmp := b.c.Temp("tmp", p.v.Points, from)
	body := append(b.access(p, model.Read), model.Set{V: tmp, X: from})
	out := model.Value{X: model.Ld(tmp), Points: tmp.Points}
	if tmp.Life != nil {
		body = append(body, model.Set{V: tmp.Life, X: b.p.Loaded(p.v, p.i, model.Ld(tmp), b.c.T.Num)})
		out.Life = model.Ld(tmp.Life)
	}
	b.c.Access(body...)
	return out
}

// put writes a value; writing memory is a step.
func (b *builder) put(name string, x model.Value) {
	if wordOf(name).kind == target {
		b.through(name[1:], model.Write, func(p place) model.Stmt { return model.Set{V: p.v, I: p.i, X: x.X} })
		return
	}
	p := b.place(name)
	body := append(b.access(p, model.Write), b.p.Store(p.v, p.i, x, b.c.T.Num)...)
	body = append(body, model.Set{V: p.v, I: p.i, X: x.X})
	if p.reg {
		b.c.Do(body...)
	} else {
		b.c.Access(body...)
	}
}

func (b *builder) set(s *Stmt) { b.put(s.Args[0], b.value(s.Args[1])) }

// marked is set with all its accesses marked.
func marked(m model.Mark) func(b *builder, s *Stmt) {
	return func(b *builder, s *Stmt) {
		b.mark = m
		b.set(s)
		b.mark = model.Unmarked
	}
}

// counterMask keeps counters small.
const counterMask = 7

func (b *builder) add(s *Stmt) {
	x := model.Add(b.value(s.Args[0]).X, b.value(s.Args[1]).X)
	b.put(s.Args[0], model.Value{X: model.MkBin(model.OpAnd, x, model.Const(counterMask))})
}

// count adds in one step, and wraps around where the variable does.
func (b *builder) count(s *Stmt) {
	n := b.value(s.Args[1]).X
	p := b.place(s.Args[0])
	x := model.MkConv(model.Add(model.Get{V: p.v, I: p.i}, n), p.v.Bits, p.v.Signed)
	b.mark = model.Once
	defer func() { b.mark = model.Unmarked }()
	body := append(b.access(p, model.Write), model.Set{V: p.v, I: p.i, X: x})
	if p.reg {
		b.c.Do(body...)
	} else {
		b.c.Access(body...)
	}
}

// comparisons are the operators of conditions.
var comparisons = map[string]model.BinOp{"==": model.OpEq, "!=": model.OpNe, "<": model.OpLt, "<=": model.OpLe}

// cond lowers a condition: comparisons, or single words for "not zero", joined
// by "and" or "or". All operands are read, from left to right.
func (b *builder) cond(words []string) model.Expr {
	var sum model.Expr
	join := model.And
	for i := 0; i < len(words); i++ {
		x := b.value(words[i]).X
		if i+2 < len(words) && isComparison(words[i+1]) {
			x = model.MkBin(comparisons[words[i+1]], x, b.value(words[i+2]).X)
			i += 2
		} else {
			x = model.Ne(x, model.Const(0))
		}
		if sum == nil {
			sum = x
		} else {
			sum = join(sum, x)
		}
		if i++; i < len(words) && words[i] == "or" {
			join = model.Or
		} else {
			join = model.And
		}
	}
	return sum
}

func isComparison(w string) bool { _, ok := comparisons[w]; return ok }

// pure lowers the condition of a wait: an expression, and its accesses.
func (b *builder) pure(words []string) (model.Expr, []model.Stmt) {
	body := []model.Stmt{}
	b.guard = &body
	cond := b.cond(words)
	b.guard = nil
	return cond, body
}
