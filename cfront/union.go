// SPDX-License-Identifier: MIT

// This file says how the members of a union share memory. Scalars that lie in each other
// share cells: one of the members is kept as it is, so that its scalars, or elements, are
// the cells, and the others are views of them, put together by little-endian order. Where
// nothing is fine enough, cells are made for the purpose. A pointer shares a cell only
// with what is as wide.
//
// What cannot share cells, as an rcu_head and a number, is kept apart, and beside it which
// of them was stored last: to read another one ends the search, since what is there is
// not known. Pointers in the others then lead nowhere.

package cfront

import (
	"fmt"
	"slices"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// aggregate is a struct or a union.
type aggregate interface {
	cc.Type
	Tag() cc.Token
	LexicalScope() *cc.Scope
	NumFields() int
	FieldByIndex(int) *cc.Field
	FieldByName(string) *cc.Field
}

// isAggregate reports whether t is a struct or a union.
func isAggregate(t cc.Type) bool { return t.Kind() == cc.Struct || t.Kind() == cc.Union }

// cell is a scalar in an aggregate, by its place in bits; whole is set for what is no
// scalar to C, a cell of the model.
type cell struct {
	bit, bits int64
	pointer   bool
	whole     bool
}

func (c cell) end() int64 { return c.bit + c.bits }

// cells lists the scalars of something of type t that begins at a bit; f is its field if
// it is a bit-field.
func (l *lowerer) cells(t cc.Type, f *cc.Field, bit int64) []cell {
	if f != nil && f.IsBitfield() {
		return []cell{{bit: bit, bits: f.ValueBits()}}
	}
	switch x := t.(type) {
	case *cc.ArrayType:
		var out []cell
		for i := range max(0, x.Len()) {
			out = append(out, l.cells(x.Elem(), nil, bit+i*l.unit.size(x.Elem())*8)...)
		}
		return out
	case aggregate:
		tag := x.Tag()
		if name := tag.SrcStr(); name != "" && slices.ContainsFunc(model.Kinds, func(k *model.Kind) bool { return k.Tag == name }) {
			return []cell{{bit: bit, bits: l.unit.size(x) * 8, whole: true}}
		}
		lay := l.unit.layout(x)
		var of [][]cell
		for i := range x.NumFields() {
			f := x.FieldByIndex(i)
			if f.IsBitfield() && (f.Name() == "" || f.ValueBits() == 0) {
				continue
			}
			of = append(of, l.cells(f.Type(), f, bit+lay.bits[i]))
		}
		if x.Kind() == cc.Union {
			if i := finest(of); i >= 0 {
				return of[i]
			}
		}
		return distinct(slices.Concat(of...))
	}
	return []cell{{bit: bit, bits: l.unit.size(t) * 8, pointer: t.Kind() == cc.Ptr}}
}

// distinct drops the cells that come again.
func distinct(cells []cell) (out []cell) {
	for _, c := range cells {
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// tile lists the cells of which c is put together; ok is false if it is not.
func tile(c cell, by []cell) (parts []cell, ok bool) {
	at := c.bit
	for _, p := range by {
		if p.end() <= c.bit || p.bit >= c.end() {
			continue
		}
		if p.bit != at || p.end() > c.end() || p.whole || c.whole || (p.pointer || c.pointer) && p.bits != c.bits {
			return nil, false
		}
		parts, at = append(parts, p), p.end()
	}
	return parts, at == c.end()
}

// finest is the alternative of whose cells all others are put together, -1 if there is none.
func finest(of [][]cell) int {
	return slices.IndexFunc(of, func(by []cell) bool {
		return !slices.ContainsFunc(of, func(cells []cell) bool {
			return slices.ContainsFunc(cells, func(c cell) bool {
				_, ok := tile(c, by)
				return !ok && !slices.Contains(by, c)
			})
		})
	})
}

// split makes cells of all bits between the bounds of given ones; ok is false if some
// cannot be taken apart.
func split(of [][]cell) (cells []cell, ok bool) {
	var bounds []int64
	for _, c := range slices.Concat(of...) {
		bounds = append(bounds, c.bit, c.end())
	}
	slices.Sort(bounds)
	bounds = slices.Compact(bounds)
	for i := 1; i < len(bounds); i++ {
		cells = append(cells, cell{bit: bounds[i-1], bits: bounds[i] - bounds[i-1]})
	}
	return cells, !slices.ContainsFunc(slices.Concat(of...), func(c cell) bool {
		_, ok := tile(c, cells)
		return !ok
	})
}

// choice says, beside the members of a union that share no cells, which was stored last:
// 0 for none since all was zero, i for number i, and -i if i was stored in part.
type choice struct {
	v    *model.Var
	alts []alternative
}

// alternative is a member of such a union, or what an anonymous struct in it holds.
type alternative struct {
	name  string
	cells []cell
	first int // of its members in the record
	end   int // behind them
}

// native reports whether an alternative is a cell of the model.
func (a alternative) native() bool {
	return slices.ContainsFunc(a.cells, func(c cell) bool { return c.whole })
}

// chosen is alternative n, from 1, of a union; of object obj, once that is known.
type chosen struct {
	of  *choice
	n   int
	obj model.Expr
}

// addUnion adds the members of union un, which begins at off in r, and at at by the
// parser's offsets. view says that they are only views of what is there already.
func (l *lowerer) addUnion(r *record, un aggregate, off, at int64, view bool) {
	var of [][]cell
	for i := range un.NumFields() {
		f := un.FieldByIndex(i)
		of = append(of, l.cells(f.Type(), f, off*8))
	}
	add := func(i int, view bool) {
		f := un.FieldByIndex(i)
		if in, ok := f.Type().(aggregate); ok && f.Name() == "" {
			l.addMembers(r, in, off, at, view)
		} else if f.Name() != "" {
			l.addMember(r, f, off*8, at, view)
		}
	}
	keep := -1
	if !view {
		keep = finest(of)
	}
	cells, ok := split(of)
	if keep < 0 && !view && !ok {
		l.addChoice(r, un, of, add)
		return
	}
	if keep < 0 && !view {
		for _, c := range cells {
			f := r.typ.AddLeaf(fmt.Sprintf("bits %d to %d", c.bit, c.end()-1), 1, int(c.bits), false, nil)
			f.Off, f.Size = c.bit/8, (c.bits+7)/8
			r.members = append(r.members, member{off: c.bit / 8, bit: c.bit, typ: l.unit.AST.ULongLong, width: c.bits, field: f})
		}
	}
	for i := range un.NumFields() {
		add(i, i != keep)
	}
}

// addChoice adds the members of a union that share no cells. Those that are no cells of
// the model may share some among themselves: then they are one alternative.
func (l *lowerer) addChoice(r *record, un aggregate, of [][]cell, add func(i int, view bool)) {
	c := &choice{v: l.prog.NewVar(fmt.Sprintf("%s.union%d", r.typ.Name, len(r.choices)), model.Ghost, 0)}
	c.v.Type, c.v.Len = r.typ, len(r.typ.Instances)+1
	r.choices = append(r.choices, c)
	native := func(i int) bool { return slices.ContainsFunc(of[i], func(c cell) bool { return c.whole }) }
	var groups [][]int
	var others []int
	var cells [][]cell
	for i := range of {
		if native(i) {
			groups = append(groups, []int{i})
		} else {
			others, cells = append(others, i), append(cells, of[i])
		}
	}
	if keep := finest(cells); len(others) > 0 && keep >= 0 {
		others[0], others[keep] = others[keep], others[0]
		groups = append(groups, others)
	} else {
		for _, i := range others {
			groups = append(groups, []int{i})
		}
	}
	for _, g := range groups {
		a := alternative{name: un.FieldByIndex(g[0]).Name(), cells: of[g[0]], first: len(r.members)}
		for k, i := range g {
			add(i, k > 0)
		}
		a.end = len(r.members)
		c.alts = append(c.alts, a)
		for j := a.first; j < a.end; j++ {
			m := &r.members[j]
			m.choices = append(m.choices, chosen{of: c, n: len(c.alts)})
			if a.name == "" {
				c.alts[len(c.alts)-1].name = m.name
				a.name = m.name
			}
		}
		if native(g[0]) && (len(a.cells) > 1 || r.members[a.first].field == nil || r.members[a.first].field.Sub.Name != "rcu_head") {
			l.fail(l.node, "not supported here: '%s', in a union with what is no part of the model", a.name)
		}
	}
}

// view is a member of a union that is put together of others: what begins at a bit of
// object p, which is an aggregate.
type view struct {
	p     lval
	bit   int64
	index model.Expr // of elements behind it, nil for none
	per   int64      // in bits
}

// at is view v moved on.
func (v view) at(bits int64) *view { v.bit += bits; return &v }

// leaf is the scalar that begins at a bit of aggregate p, and the array that it is an
// element of, with its index; in those members of unions that are chosen.
func (l *lowerer) leaf(p lval, bit int64, with []chosen, n cc.Node) (q lval, array *lval, index int64) {
	r := l.record(p.typ)
	for i := range r.members {
		m := &r.members[i]
		switch {
		case m.view || m.beside(with) || m.field.Sub != nil && m.field.Sub.Kind != nil:
		case m.width != 0 || m.bits != nil:
			if m.bit == bit {
				return l.field(p, m), nil, 0
			}
		case m.off*8 <= bit && bit < (m.off+l.unit.size(m.typ))*8:
			q, rest := l.field(p, m), bit-m.off*8
			for q.typ.Kind() == cc.Array {
				elem := q.typ.(*cc.ArrayType).Elem()
				size := l.unit.size(elem) * 8
				outer := q
				array, index = &outer, rest/size
				q, rest = q.item(model.Const(index)), rest%size
			}
			if isAggregate(q.typ) {
				return l.leaf(q, rest, with, n)
			}
			return q, array, index
		}
	}
	l.fail(n, "not supported here: a member of a union of which the bytes are not known")
	return
}

// beside reports whether m belongs to another alternative than one that is chosen.
func (m *member) beside(with []chosen) bool {
	return slices.ContainsFunc(m.choices, func(c chosen) bool {
		return slices.ContainsFunc(with, func(w chosen) bool { return w.of == c.of && w.n != c.n })
	})
}

// viewParts are the scalars that p, a view, is put together of, the lowest bits first.
func (b *builder) viewParts(p lval, n cc.Node) []lval {
	v := p.view
	end := v.bit + int64(p.integer().bits)
	var out []lval
	for at := v.bit; at < end; {
		q, array, index := b.leaf(v.p, at, p.choices, n)
		width := int64(q.integer().bits)
		if v.index != nil {
			if array == nil || v.per%width != 0 {
				b.fail(n, "not supported here: a variable index into a member of a union that shares its bytes with others")
			}
			q = array.item(model.Add(model.Const(index), model.Mul(v.index, model.Const(v.per/width))))
		}
		q.once = q.once || p.once
		out, at = append(out, q), at+width
	}
	return out
}

// joined is the value of view p, of which the parts have the values vs.
func (b *builder) joined(p lval, parts []lval, vs []value) value {
	if len(parts) == 1 && (vs[0].word != nil || vs[0].Points != nil || p.typ.Kind() == cc.Ptr) {
		if p.typ.Kind() == cc.Ptr {
			return b.pointer(b.word(vs[0]), b.keeps(p.typ))
		}
		return b.integer(b.word(vs[0]))
	}
	x, shift := model.Expr(model.Const(0)), 0
	for i, q := range parts {
		t := q.integer()
		part := model.MkConv(vs[i].X, t.bits, false)
		x = model.MkBin(model.OpOr, x, model.MkBin(model.OpShl, part, model.Int(shift)))
		shift += t.bits
	}
	return number(narrow(x, p.integer()))
}

// taken is what the parts of view p get when it becomes v.
func (b *builder) taken(p lval, parts []lval, v value, n cc.Node) []value {
	if len(parts) == 1 && (v.word != nil || v.Points != nil || parts[0].typ.Kind() == cc.Ptr) {
		if parts[0].typ.Kind() == cc.Ptr {
			return []value{b.pointer(b.word(v), b.keeps(parts[0].typ))}
		}
		return []value{b.integer(b.word(v))}
	}
	x := b.numeric(v, n, "is taken apart").X
	var out []value
	shift := 0
	for _, q := range parts {
		t := q.integer()
		out = append(out, number(narrow(model.MkBin(model.OpUShr, x, model.Int(shift)), t)))
		shift += t.bits
	}
	return out
}

// loadView is load for a view.
func (b *builder) loadView(p lval, n cc.Node) value {
	parts := b.viewParts(p, n)
	vs := make([]value, len(parts))
	var body []model.Stmt
	for i, q := range parts {
		if b.guard != nil {
			b.at(n, "", "")
			*b.guard = append(*b.guard, b.touch(q, model.Read, b.mark(p))...)
			vs[i] = b.read(q)
			continue
		}
		tmp := b.scratch("tmp", q.typ, q.v.Points, nil, n)
		body = append(body, append(b.touch(q, model.Read, b.mark(p)), b.fetch(tmp, q)...)...)
		vs[i] = b.read(tmp)
	}
	if b.guard == nil {
		b.at(n, "", b.compared(n))
		b.c.Access(body...)
	}
	return b.joined(p, parts, vs)
}

// storeView is store for a view.
func (b *builder) storeView(p lval, v value, n cc.Node) {
	parts := b.viewParts(p, n)
	var body []model.Stmt
	for i, x := range b.taken(p, parts, v, n) {
		body = append(body, append(b.touch(parts[i], model.Write, b.mark(p)), b.put(parts[i], x)...)...)
	}
	b.c.Access(body...)
}

// choose says, with an access to p, which members of unions are stored there.
func (b *builder) choosing(p lval, m model.Mode) []model.Stmt {
	var out []model.Stmt
	for _, c := range p.choices {
		now, n := model.At(c.of.v, c.obj), model.Int(c.n)
		own := c.of.alts[c.n-1]
		fresh := model.Or(model.Eq(now, model.Const(0)), model.Eq(now, n))
		at := posOf(b.node)
		stop := func(bad model.Expr, what string) {
			out = append(out, model.Limit{When: bad, What: fmt.Sprintf("%s:%d, where '%s' is %s, but another member of its union was stored", at.File, at.Line, own.name, what)})
		}
		if m == model.Read {
			stop(model.Not(fresh), "read")
			continue
		}
		for i, other := range c.of.alts {
			if i != c.n-1 && other.native() {
				stop(model.Eq(now, model.Int(i+1)), "stored")
			}
		}
		whole := n
		if len(own.cells) > 1 {
			whole = model.Int(-c.n)
		}
		out = append(out, b.scribbled(c)...)
		out = append(out, model.Set{V: c.of.v, I: c.obj, X: model.Cond(fresh, n, whole)})
	}
	return out
}

// scribbled makes the pointers in the other members of a union lead nowhere.
func (b *builder) scribbled(c chosen) []model.Stmt {
	var out []model.Stmt
	var wild func(t *model.Type, obj model.Expr)
	scalars := func(f *model.Field, obj model.Expr) {
		for j := range f.Count {
			if f.Sub != nil {
				wild(f.Sub, f.Member(obj, model.Int(j)))
			} else if f.Var.Points != nil {
				b.prog.Strays = true
				i := f.Elem(obj, model.Int(j))
				out = append(out, model.Set{V: f.Var, I: i, X: model.Const(model.Stray)})
				if f.Var.Base != nil { // nor is it the address that it was
					out = append(out, model.Set{V: f.Var.Base, I: i, X: model.Const(0)}, model.Set{V: f.Var.Rest, I: i, X: model.Const(model.Stray)})
				}
			}
		}
	}
	wild = func(t *model.Type, obj model.Expr) {
		for _, f := range t.Fields {
			scalars(f, obj)
		}
	}
	r := b.owner(c.of)
	for i, other := range c.of.alts {
		for j := other.first; i != c.n-1 && j < other.end; j++ {
			if f := r.members[j].field; f != nil {
				scalars(f, c.obj)
			}
		}
	}
	if len(out) > 0 {
		return []model.Stmt{model.If{C: model.Ne(model.At(c.of.v, c.obj), model.Int(c.n)), Then: out}}
	}
	return nil
}

// owner is the record that a choice is part of.
func (l *lowerer) owner(c *choice) *record { return l.records[c.v.Type.Name] }

// activated notes that a callback, which p is, is about to be used.
func (b *builder) activated(p lval) {
	if len(p.choices) == 0 || b.c == nil || b.guard != nil || p.st == nil || p.st.Kind == nil {
		return
	}
	for _, c := range p.choices {
		b.c.Do(append(b.scribbled(c), model.Set{V: c.of.v, I: c.obj, X: model.Int(c.n)})...)
	}
}
