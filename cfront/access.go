// SPDX-License-Identifier: MIT

// This file emits the accesses of C code to memory: loads, stores and copies
// of structs. Each is one step, unless the object is a register.

package cfront

import (
	"slices"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// touch says that p is accessed: to the properties, if it is a member of a
// struct, and to those who look for data races. Bit-fields next to each other are
// one memory location (C11 3.14): who writes one writes the others, too.
func (b *builder) touch(p lval, m model.Mode, mark model.Mark) []model.Stmt {
	var at *model.Site
	if b.guard != nil {
		at = b.c.Site
	}
	var out []model.Stmt
	if p.fld != nil {
		out = append(out, &model.Event{Kind: model.Access, Type: p.st, Obj: p.obj, Life: p.life, Fld: p.fld, Mode: m, At: at, Vouched: b.vouched})
	}
	if p.isReg() {
		return out
	}
	out = append(out, b.choosing(p, m)...)
	out = append(out, model.Use{V: p.v, I: p.idx, Mode: m, Mark: mark, Life: p.life, At: at})
	if run := b.runs[p.fld]; run != nil && m == model.Write {
		for _, f := range *run {
			if f != p.fld {
				out = append(out, model.Use{V: f.Var, I: p.idx, Mode: m, Mark: mark, Life: p.life, At: at},
					model.Set{V: f.Var, I: p.idx, X: model.Get{V: f.Var, I: p.idx}})
			}
		}
	}
	return out
}

// mark is what the source says of an access to p.
func (b *builder) mark(p lval) model.Mark {
	switch {
	case b.racy:
		return model.Racy
	case p.once || b.guard != nil || b.c.InAtomic():
		return model.Once
	}
	return model.Unmarked
}

// load returns the value of scalar p. n is the source.
func (b *builder) load(p lval, n cc.Node) value {
	if p.isReg() {
		return b.read(p)
	}
	b.needCode(n)
	if p.view != nil {
		return b.loadView(p, n)
	}
	if b.guard != nil {
		if p.ptr != nil {
			b.fail(n, "not supported here: WAIT_UNTIL through a pointer to a scalar")
		}
		b.at(n, "", "")
		*b.guard = append(*b.guard, b.touch(p, model.Read, b.mark(p))...)
		return b.read(p)
	}
	tmp := b.temp(p, n)
	b.loadInto(tmp, p, n)
	return b.read(tmp)
}

// temp returns a temporary for the value of p. A load from a fixed place gets
// one of its own: nobody may ever write there, and it folds to a constant.
func (b *builder) temp(p lval, n cc.Node) lval {
	if p.ptr != nil {
		return b.scratch("tmp", p.typ, b.keeps(p.typ), nil, n)
	}
	if _, fixed := constOf(p.element()); fixed {
		return b.scratch("tmp", p.typ, p.v.Points, model.Get{V: p.v, I: p.idx}, n)
	}
	return b.scratch("tmp", p.typ, p.v.Points, nil, n)
}

// loadInto loads scalar p into register dst.
func (b *builder) loadInto(dst, p lval, n cc.Node) {
	b.at(n, "", b.compared(n))
	if p.ptr != nil {
		b.indirect(p, model.Read, func(q lval) []model.Stmt { return b.fetch(dst, q) })
		return
	}
	b.c.Access(append(b.touch(p, model.Read, b.mark(p)), b.fetch(dst, p)...)...)
}

// fetch sets register dst to the contents of p.
func (b *builder) fetch(dst, p lval) []model.Stmt {
	if dst.v.Base != nil || p.v.Base != nil || dst.v.Points != p.v.Points {
		return b.put(dst, b.read(p))
	}
	out := []model.Stmt{model.Set{V: dst.v, I: dst.idx, X: model.Get{V: p.v, I: p.idx}}}
	if dst.v.Life == nil {
		return out
	}
	life := model.Expr(model.Const(0))
	if p.v.Life != nil {
		life = b.prog.Loaded(p.v, p.idx, model.Get{V: dst.v, I: dst.idx}, b.t.Num)
	}
	return append(out, model.Set{V: dst.v.Life, I: dst.idx, X: life})
}

// store puts v, already of the right type, into scalar p.
func (b *builder) store(p lval, v value, n cc.Node) {
	b.needCode(n)
	if b.guard != nil {
		b.fail(n, "the condition of WAIT_UNTIL must not change anything")
	}
	b.node = n
	b.at(n, "", "")
	switch {
	case p.view != nil:
		b.storeView(p, v, n)
	case p.ptr != nil:
		b.addressed = append(b.addressed, b.as(v, b.keeps(p.typ)).X)
		b.indirect(p, model.Write, func(q lval) []model.Stmt { return b.put(q, v) })
	case p.isReg():
		b.c.Do(b.put(p, v)...)
	default:
		b.c.Access(append(b.touch(p, model.Write, b.mark(p)), b.put(p, v)...)...)
	}
}

// copyStruct copies struct from to struct to, in one step. Native cells within
// it are not copied.
func (b *builder) copyStruct(to, from lval, n cc.Node) {
	b.needCode(n)
	if to.st != from.st {
		b.fail(n, "not supported here: copy of struct %s to struct %s", from.st.Name, to.st.Name)
	}
	b.at(n, "", "")
	b.c.Access(b.copied(to, from)...)
}

// copied is the copy of struct from to struct to, of the same type.
func (b *builder) copied(to, from lval) []model.Stmt {
	var body []model.Stmt
	for _, f := range append(leaves(to.st), nil)[:max(1, len(leaves(to.st)))] {
		body = append(body,
			&model.Event{Kind: model.Access, Type: from.st, Obj: from.obj, Life: from.life, Fld: f, Mode: model.Read, Vouched: b.vouched},
			&model.Event{Kind: model.Access, Type: to.st, Obj: to.obj, Life: to.life, Fld: f, Mode: model.Write, Vouched: b.vouched})
	}
	return append(body, b.copyLeaves(to, from)...)
}

// leaves lists the scalar members of a struct.
func leaves(t *model.Type) []*model.Field {
	var out []*model.Field
	for _, f := range t.Fields {
		if f.Sub == nil {
			out = append(out, f)
		}
	}
	return out
}

func (b *builder) copyLeaves(to, from lval) []model.Stmt {
	var out []model.Stmt
	if r := b.records[to.st.Name]; r != nil {
		for _, c := range r.choices {
			out = append(out, model.Set{V: c.v, I: to.obj, X: model.At(c.v, from.obj)})
		}
	}
	for _, f := range to.st.Fields {
		for j := range f.Count {
			item := model.Int(j)
			if f.Sub != nil {
				to, from := to, from
				to.st, to.obj, from.obj = f.Sub, f.Member(to.obj, item), f.Member(from.obj, item)
				out = append(out, b.copyLeaves(to, from)...)
				continue
			}
			i, k := f.Elem(to.obj, item), f.Elem(from.obj, item)
			out = append(out,
				model.Use{V: f.Var, I: k, Mode: model.Read, Mark: b.mark(from), Life: from.life},
				model.Use{V: f.Var, I: i, Mode: model.Write, Mark: b.mark(to), Life: to.life})
			out = append(out, b.put(lval{v: f.Var, idx: i}, b.read(lval{v: f.Var, idx: k}))...)
		}
	}
	return out
}

// indirect emits an access through a pointer to a scalar of which the target
// is only known at run time: a choice among all scalars of that type whose
// address was taken anywhere. The list is complete at the end.
func (b *builder) indirect(p lval, m model.Mode, access func(q lval) []model.Stmt) {
	late := []model.Stmt{nil}
	null := &model.Event{Kind: model.Access, Type: b.scalars(p.typ), Obj: p.ptr, Mode: m, At: b.c.Site}
	b.c.Access(null, model.If{C: model.True, Then: late})
	site, mark, vouched := b.c.Site, b.mark(p), b.vouched
	b.late = append(b.late, func() {
		b.c.Site, b.vouched = site, vouched
		late[0] = b.choose(p, m, mark, access)
	})
}

func (b *builder) choose(p lval, m model.Mode, mark model.Mark, access func(q lval) []model.Stmt) model.Stmt {
	lost := model.Check{Prop: "null-deref", Bad: model.Lt(model.Const(0), p.ptr), Text: "pointer to a local variable of another thread", At: b.c.Site}
	chain := model.Stmt(lost)
	for _, at := range b.scalars(p.typ).Places(p.ptr, b.t.Num) {
		q := lval{typ: p.typ, v: at.V, idx: at.I, life: p.life}
		if at.Obj != nil {
			q.st, q.obj, q.fld = at.V.Type, at.Obj, fieldOf(at.V)
		}
		body := append(b.touch(q, m, mark), access(q)...)
		if at.V.Local != nil && p.life != nil {
			body = append([]model.Stmt{&model.Event{Kind: model.Access, Type: b.scalars(p.typ), Obj: p.ptr, Life: p.life, Mode: m, At: b.c.Site}}, body...)
		}
		chain = model.If{C: at.Here, Then: body, Else: []model.Stmt{chain}}
	}
	return chain
}

// fieldOf is the member that v holds.
func fieldOf(v *model.Var) *model.Field {
	i := slices.IndexFunc(v.Type.Fields, func(f *model.Field) bool { return f.Var == v })
	return v.Type.Fields[i]
}

// needCode fails in a static initialiser, where nothing can be executed.
func (b *builder) needCode(n cc.Node) {
	if b.c == nil {
		b.fail(n, "initialiser of a static variable is not constant")
	}
}
