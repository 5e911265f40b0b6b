// SPDX-License-Identifier: MIT

// This file lays structs out as gcc does on x86-64 (System V ABI, AMD64
// supplement, "Aggregates and Unions" and "Bit-Fields"). What sizeof, _Alignof
// and offsetof say comes from here. The parser's own offsets, which differ
// behind bit-fields, only tell which member an initialiser is for.

package cfront

import (
	"modernc.org/cc/v4"
)

// types is what is known of the types and constants of a unit.
type types struct {
	integers  map[cc.Node]integer
	enums     map[*cc.Enumerator]integer // see enumerators
	constants map[cc.Node]constant
	layouts   map[aggregate]*layout

	// What attributes say.
	aligned      map[*cc.Declarator]int64 // of variables and members
	packedMember map[*cc.Declarator]bool
	structAlign  map[structID]int64
	packed       map[structID]bool
	cleanups     map[*cc.Declarator]*cc.FunctionDefinition                     // called when a variable goes out of scope
	labels       map[*cc.FunctionDefinition]map[*cc.LabeledStatement][]cc.Node // see cleanup.go
}

func newTypes() *types {
	return &types{
		integers: map[cc.Node]integer{}, enums: map[*cc.Enumerator]integer{}, constants: map[cc.Node]constant{}, layouts: map[aggregate]*layout{},
		aligned: map[*cc.Declarator]int64{}, packedMember: map[*cc.Declarator]bool{}, structAlign: map[structID]int64{},
		packed: map[structID]bool{}, cleanups: map[*cc.Declarator]*cc.FunctionDefinition{},
		labels: map[*cc.FunctionDefinition]map[*cc.LabeledStatement][]cc.Node{},
	}
}

// layout says where the members of a struct lie, in bytes.
type layout struct {
	offsets     []int64 // by index of the member
	bits        []int64 // the same, in bits
	size, align int64
}

// size is what sizeof says of a type. As for gcc, void and functions take a byte.
func (u *Unit) size(t cc.Type) int64 {
	switch x := t.(type) {
	case *cc.ArrayType:
		return x.Len() * u.size(x.Elem())
	case aggregate:
		return u.layout(x).size
	case *cc.EnumType:
		return int64(underlying(x).bits / 8)
	}
	if t.Kind() == cc.Function || t.Kind() == cc.Void {
		return 1
	}
	return t.Size()
}

// align is what _Alignof says of a type.
func (u *Unit) align(t cc.Type) int64 {
	least := int64(1)
	if a := t.Attributes(); a != nil {
		least = max(1, a.Aligned())
	}
	switch x := t.(type) {
	case *cc.ArrayType:
		return max(least, u.align(x.Elem()))
	case aggregate:
		return max(least, u.layout(x).align)
	case *cc.EnumType:
		return max(least, u.size(x))
	}
	if t.Kind() == cc.Function || t.Kind() == cc.Void {
		return 1
	}
	return max(least, int64(t.Align()))
}

// sizeOf is what sizeof says of an expression: only what names an array is one.
func (u *Unit) sizeOf(e cc.ExpressionNode) int64 {
	t := undecayed(e)
	if cc.IsIntegerType(t) {
		n := int64(1)
		for n*8 < int64(u.integer(e).bits) {
			n *= 2
		}
		return n
	}
	return u.size(t)
}

// alignOf is what _Alignof says of an expression: of a variable or a member, how
// it was declared.
func (u *Unit) alignOf(e cc.ExpressionNode) int64 {
	t := undecayed(e)
	n := u.align(t)
	switch x := bare(e).(type) {
	case *cc.PrimaryExpression:
		if d, ok := x.ResolvedTo().(*cc.Declarator); ok && x.Case == cc.PrimaryExpressionIdent {
			n = max(n, u.aligned[d], int64(d.Alignas()))
		}
	case *cc.PostfixExpression:
		if f := x.Field(); f != nil && (x.Case == cc.PostfixExpressionSelect || x.Case == cc.PostfixExpressionPSelect) {
			n = max(n, u.aligned[f.Declarator()])
		}
	}
	return n
}

// undecayed is the type of e, without the conversion of an array to a pointer if
// e names an array.
func undecayed(e cc.ExpressionNode) cc.Type {
	t := e.Type()
	switch x := bare(e).(type) {
	case *cc.PrimaryExpression:
		if d, ok := x.ResolvedTo().(*cc.Declarator); ok && x.Case == cc.PrimaryExpressionIdent {
			if t = d.Type(); d.IsParam() {
				return t.Decay()
			}
			return t
		}
		if x.Case == cc.PrimaryExpressionString {
			return t.Undecay()
		}
	case *cc.PostfixExpression:
		if x.Case != cc.PostfixExpressionCall {
			return t.Undecay()
		}
	case *cc.UnaryExpression:
		if x.Case == cc.UnaryExpressionDeref {
			return t.Undecay()
		}
	}
	return t
}

// layout computes the layout of a struct.
func (u *Unit) layout(st aggregate) *layout {
	if l := u.layouts[st]; l != nil {
		return l
	}
	l := &layout{align: max(1, u.structAlign[identity(st)])}
	u.layouts[st] = l
	packed := u.packed[identity(st)]
	bits := int64(0) // the first bit that is free
	end := int64(0)
	for i := range st.NumFields() {
		f := st.FieldByIndex(i)
		if st.Kind() == cc.Union {
			end, bits = max(end, bits), 0
		}
		if f.IsBitfield() {
			bits = u.place(l, f, bits, packed || u.packedMember[f.Declarator()])
			continue
		}
		a := u.align(f.Type())
		if packed || u.packedMember[f.Declarator()] {
			a = 1
		}
		a = max(a, u.aligned[f.Declarator()])
		bits = roundUp(bits, a*8)
		l.offsets, l.bits = append(l.offsets, bits/8), append(l.bits, bits)
		l.align = max(l.align, a)
		if !f.IsFlexibleArrayMember() {
			bits += u.size(f.Type()) * 8
		}
	}
	bits = max(end, bits)
	l.size = roundUp(roundUp(bits, 8)/8, l.align)
	return l
}

// place puts a bit-field at bit at or behind it: it must not cross a boundary of
// its declared type unless it is packed. Width 0 only goes to such a boundary,
// and a bit-field without a name does not align the struct.
func (u *Unit) place(l *layout, f *cc.Field, at int64, packed bool) int64 {
	unit := u.size(f.Type()) * 8
	a := u.aligned[f.Declarator()]
	at = roundUp(at, max(1, a*8))
	if w := f.ValueBits(); w == 0 || !packed && at/unit != (at+w-1)/unit {
		at = roundUp(at, unit)
	}
	l.offsets, l.bits = append(l.offsets, at/8), append(l.bits, at)
	l.align = max(l.align, a)
	if f.Name() != "" && !packed {
		l.align = max(l.align, unit/8)
	}
	return at + f.ValueBits()
}

func roundUp(n, to int64) int64 { return (n + to - 1) / to * to }

// structID tells structs apart: the first member that has a name, and how many
// come before it. The parser copies its types.
type structID struct {
	d *cc.Declarator
	n int
}

func identity(st aggregate) structID {
	for i := range st.NumFields() {
		if d := st.FieldByIndex(i).Declarator(); d != nil {
			return structID{d, i}
		}
	}
	return structID{nil, st.NumFields()}
}

// offset is where member name of a struct lies; members of anonymous structs
// are members of the struct around them.
func (u *Unit) offset(st aggregate, name string) (int64, bool) {
	for i := range st.NumFields() {
		f := st.FieldByIndex(i)
		at := u.layout(st).offsets[i]
		if f.Name() == name {
			return at, true
		}
		if in, ok := f.Type().(aggregate); ok && f.Name() == "" {
			if n, ok := u.offset(in, name); ok {
				return at + n, true
			}
		}
	}
	return 0, false
}
