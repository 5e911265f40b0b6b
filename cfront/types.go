// SPDX-License-Identifier: MIT

// This file maps C types to the model: a struct becomes a model.Type, its
// members fields of it. Members of anonymous structs are members of the struct
// around them. A struct whose tag names a native cell has no members.

package cfront

import (
	"fmt"
	"strings"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// nativeMember begins the name of a member that stands for a native cell.
const nativeMember = "__native_"

// record is a C struct in the model.
type record struct {
	c       aggregate
	typ     *model.Type
	members []member
	choices []*choice // of unions of which the members share no cells
	filled  bool
}

// member is a member of a C struct.
type member struct {
	name     string
	off      int64 // in bytes
	at       int64 // the same as the parser has it
	typ      cc.Type
	bits     *cc.Field // non-nil for a bit-field
	volatile bool
	field    *model.Field // nil for a view
	bit      int64        // off in bits
	view     bool         // of a union: put together of other members
	width    int64        // of a cell made for a union, in bits; 0 for other members
	choices  []chosen     // of unions that it is a member of
}

func (r *record) member(name string) *member {
	for i := range r.members {
		if name != "" && r.members[i].name == name {
			return &r.members[i]
		}
	}
	return nil
}

// record returns the record of a struct, complete with members.
func (l *lowerer) record(t cc.Type) *record {
	r := l.declare(t)
	l.fill(r)
	for l.adopt(); len(l.pending) > 0; l.adopt() {
		r := l.pending[0]
		l.pending = l.pending[1:]
		l.fill(r)
	}
	return r
}

// adopt declares the structs that only native cells refer to so far.
func (l *lowerer) adopt() {
	for _, t := range l.prog.Types {
		if st := l.complete(t.Name); l.records[t.Name] == nil && st != nil {
			l.declare(st)
		}
	}
}

// complete returns the file scope struct with that tag, nil if there is none.
func (l *lowerer) complete(tag string) aggregate {
	for _, n := range l.unit.AST.Scope.Nodes[tag] {
		if s, ok := n.(*cc.StructOrUnionSpecifier); ok {
			if st, ok := s.Type().(aggregate); ok && !st.IsIncomplete() {
				return st
			}
		}
	}
	return nil
}

// declare returns the record of a struct; its members may still be to come.
func (l *lowerer) declare(t cc.Type) *record {
	st, ok := t.(aggregate)
	if !ok {
		l.fail(l.node, "not supported here: %s", typeString(t))
	}
	tag := tagOf(st)
	if r := l.records[tag]; r != nil {
		return r
	}
	if whole := l.complete(tag); whole != nil && st.IsIncomplete() {
		st = whole
	}
	r := &record{c: st, typ: l.prog.AddType(tag)}
	l.records[tag] = r
	l.pending = append(l.pending, r)
	return r
}

// tagOf names a struct. One that is defined in a function is named by its place,
// too: the tag may mean another one elsewhere.
func tagOf(st aggregate) string {
	tag := st.Tag()
	name := tag.SrcStr()
	switch inner := st.LexicalScope() != nil && st.LexicalScope().Parent != nil; {
	case name != "" && (!inner || st.IsIncomplete()):
		return name
	case name == "" && st.Typedef() != nil && !inner:
		return st.Typedef().Name()
	case name == "":
		name = "struct"
	}
	p := tag.Position()
	if d := identity(st).d; d != nil {
		p = d.Position()
	}
	return fmt.Sprintf("%s at %s:%d:%d", name, p.Filename, p.Line, p.Column)
}

// fill adds the members of a struct.
func (l *lowerer) fill(r *record) {
	if r.filled || r.c.IsIncomplete() {
		return
	}
	r.filled = true
	r.typ.Align, r.typ.Stride = l.unit.align(r.c), l.unit.size(r.c)
	if r.typ.Kind == nil || r.typ.Kind.Parts {
		l.addMembers(r, r.c, 0, 0, false)
	}
	if off, ok := l.freePtrs[r.typ.Name]; ok {
		if m := l.memberAt(r.c, off, nil); m != nil {
			r.typ.FreePtr = m.field.Var
		}
	}
}

// addMembers adds the members of an aggregate that begins at off in r, and at at by the
// parser's offsets; as views, if what lies there is known by other members already.
func (l *lowerer) addMembers(r *record, st aggregate, off, at int64, view bool) {
	if st.Kind() == cc.Union {
		l.addUnion(r, st, off, at, view)
		return
	}
	lay := l.unit.layout(st)
	var run *[]*model.Field // the bit-fields right before
	for i := 0; i < st.NumFields(); i++ {
		f := st.FieldByIndex(i)
		if strings.HasPrefix(f.Name(), nativeMember) {
			continue
		}
		if in, ok := f.Type().(aggregate); ok && f.Name() == "" {
			l.addMembers(r, in, off+lay.offsets[i], at+f.Offset(), view)
			run = nil
		}
		if f.Name() == "" {
			if f.IsBitfield() && f.ValueBits() == 0 {
				run = nil
			}
			continue // unnamed bit-fields are padding
		}
		field := l.addMember(r, f, off*8+lay.bits[i], at+f.Offset(), view)
		if !f.IsBitfield() || field == nil {
			run = nil
		} else if run == nil {
			run = new([]*model.Field)
		}
		if run != nil {
			*run = append(*run, field)
			l.runs[field] = run
		}
	}
}

// addMember adds a member that begins at a bit of r, and returns its field, if it is no view.
func (l *lowerer) addMember(r *record, f *cc.Field, bit, at int64, view bool) *model.Field {
	m := member{name: f.Name(), off: bit / 8, bit: bit, at: at, typ: f.Type(), view: view}
	if d := f.Declarator(); d != nil {
		m.volatile = volatile.declared(d)
	}
	if f.IsBitfield() {
		m.bits = f
	}
	if !view {
		m.field = l.addField(r.typ, m)
		elem, _ := flatten(m.typ)
		m.field.Off, m.field.Size = m.off, l.unit.size(elem)
	}
	r.members = append(r.members, m)
	return m.field
}

func (l *lowerer) addField(t *model.Type, m member) *model.Field {
	base, count := flatten(m.typ)
	switch {
	case count < 1 || count > 1<<16:
		l.fail(l.node, "member '%s' of struct %s has no constant size that could be modelled", m.name, t.Name)
	case isAggregate(base):
		in := l.declare(base)
		l.fill(in)
		return t.AddSub(m.name, in.typ, count)
	case !cc.IsScalarType(base):
		l.fail(l.node, "member '%s' of struct %s has a type that is not supported: %s", m.name, t.Name, typeString(base))
	}
	i := ofField(base, m.bits)
	points := l.points(base)
	if isVoidPointer(base) {
		points = l.prog.Anything()
	}
	f := t.AddLeaf(m.name, count, i.bits, i.signed, points)
	l.mayCarry(f.Var, memberKey{t.Name, m.name}, l.memory(f.Var))
	return f
}

// flatten returns the element type of an array, of any dimension, and the
// number of elements; 1 for what is no array.
func flatten(t cc.Type) (cc.Type, int) {
	n := int64(1)
	for {
		a, ok := t.(*cc.ArrayType)
		if !ok {
			return t, int(n)
		}
		t = a.Elem()
		if n *= a.Len(); n < 0 || n > 1<<20 {
			return t, -1
		}
	}
}

// points returns the struct that a pointer type points to, or the type of the
// scalars or functions that it points to, or nil.
func (l *lowerer) points(t cc.Type) *model.Type {
	p, ok := t.(*cc.PointerType)
	switch {
	case !ok:
	case isAggregate(p.Elem()):
		return l.declare(p.Elem()).typ
	case cc.IsScalarType(p.Elem()):
		return l.scalars(p.Elem())
	case p.Elem().Kind() == cc.Function:
		return l.functions()
	}
	return nil
}

// pointsTo is points, with the members of the struct in place.
func (l *lowerer) pointsTo(t cc.Type) *model.Type {
	if p, ok := t.(*cc.PointerType); ok && isAggregate(p.Elem()) {
		return l.record(p.Elem()).typ
	}
	return l.points(t)
}

// scalars is the type of the address-taken scalars of type t.
func (l *lowerer) scalars(t cc.Type) *model.Type {
	if vma := l.complete(model.TrackedTag); vma != nil {
		l.declare(vma) // a pointer to a scalar may lead into one
	}
	s := l.prog.Scalars(scalarName(t))
	s.Align, s.Stride = l.unit.align(t), l.unit.size(t)
	l.elements[s] = t
	return s
}

// scalarName names a scalar type, the same for all types that are compatible. An
// enum goes by the integer that it is kept as.
func scalarName(t cc.Type) string {
	if p, ok := t.(*cc.PointerType); ok {
		if st, ok := p.Elem().(aggregate); ok {
			return "struct " + tagOf(st) + " *"
		}
		return scalarName(p.Elem()) + " *"
	}
	if t.Kind() != cc.Enum {
		return t.Kind().String()
	}
	i, kinds := integerOf(t), []cc.Kind{cc.UInt, cc.ULong}
	if i.signed {
		kinds = []cc.Kind{cc.Int, cc.Long}
	}
	if i.bits > 32 {
		return kinds[1].String()
	}
	return kinds[0].String()
}

// isPointerTo reports whether t points to a type of which is holds.
func isPointerTo(t cc.Type, is func(cc.Type) bool) bool {
	p, ok := t.(*cc.PointerType)
	return ok && is(p.Elem())
}

func isVoidPointer(t cc.Type) bool {
	p, ok := t.(*cc.PointerType)
	return ok && p.Elem().Kind() == cc.Void
}
