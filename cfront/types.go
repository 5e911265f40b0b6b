// SPDX-License-Identifier: MIT

// This file maps C types to the model: a struct becomes a model.Type, its
// members fields of it. Members of anonymous structs are members of the struct
// around them. A struct whose tag names a native cell has no members.

package cfront

import (
	"fmt"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// record is a C struct in the model.
type record struct {
	c       *cc.StructType
	typ     *model.Type
	members []member
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
	field    *model.Field
}

func (r *record) member(name string) *member {
	for i := range r.members {
		if r.members[i].name == name {
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
func (l *lowerer) complete(tag string) *cc.StructType {
	for _, n := range l.unit.AST.Scope.Nodes[tag] {
		if s, ok := n.(*cc.StructOrUnionSpecifier); ok {
			if st, ok := s.Type().(*cc.StructType); ok && !st.IsIncomplete() {
				return st
			}
		}
	}
	return nil
}

// declare returns the record of a struct; its members may still be to come.
func (l *lowerer) declare(t cc.Type) *record {
	st, ok := t.(*cc.StructType)
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
func tagOf(st *cc.StructType) string {
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
	if r.typ.Kind == nil {
		l.addMembers(r, r.c, 0, 0)
	}
	if off, ok := l.freePtrs[r.typ.Name]; ok {
		if m := l.memberAt(r.c, off, nil); m != nil {
			r.typ.FreePtr = m.field.Var
		}
	}
}

// addMembers adds the members of struct st, which begins at off in r, and at at
// by the parser's offsets.
func (l *lowerer) addMembers(r *record, st *cc.StructType, off, at int64) {
	offsets := l.unit.layout(st).offsets
	var run *[]*model.Field // the bit-fields right before
	for i := 0; i < st.NumFields(); i++ {
		f := st.FieldByIndex(i)
		if f.Name() == "" {
			if in, ok := f.Type().(*cc.StructType); ok {
				l.addMembers(r, in, off+offsets[i], at+f.Offset())
				run = nil
			} else if f.Type().Kind() == cc.Union {
				l.fail(l.node, "unions are not supported")
			}
			if f.IsBitfield() && f.ValueBits() == 0 {
				run = nil
			}
			continue // unnamed bit-fields are padding
		}
		m := member{name: f.Name(), off: off + offsets[i], at: at + f.Offset(), typ: f.Type()}
		if d := f.Declarator(); d != nil {
			m.volatile = volatile.declared(d)
		}
		if f.IsBitfield() {
			m.bits = f
		}
		m.field = l.addField(r.typ, m)
		elem, _ := flatten(m.typ)
		m.field.Off, m.field.Size = m.off, l.unit.size(elem)
		if m.bits == nil {
			run = nil
		} else if run == nil {
			run = new([]*model.Field)
		}
		if run != nil {
			*run = append(*run, m.field)
			l.runs[m.field] = run
		}
		r.members = append(r.members, m)
	}
}

func (l *lowerer) addField(t *model.Type, m member) *model.Field {
	base, count := flatten(m.typ)
	switch {
	case count < 1 || count > 1<<16:
		l.fail(l.node, "member '%s' of struct %s has no constant size that could be modelled", m.name, t.Name)
	case base.Kind() == cc.Struct:
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
	case p.Elem().Kind() == cc.Struct:
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
	if p, ok := t.(*cc.PointerType); ok && p.Elem().Kind() == cc.Struct {
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
		if st, ok := p.Elem().(*cc.StructType); ok {
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

func isVoidPointer(t cc.Type) bool {
	p, ok := t.(*cc.PointerType)
	return ok && p.Elem().Kind() == cc.Void
}
