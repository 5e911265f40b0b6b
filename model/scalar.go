// SPDX-License-Identifier: MIT

// This file gives scalars addresses. All scalars of one C type whose address is
// taken are instances of one Type: variables, elements of arrays, and members,
// which lie in their object as an embedded struct does. So a pointer to one is
// a pointer like any other: it has a life, and keeps the object reachable.
//
// Which scalars that are is known when all code is there, so the tables that
// give their numbers are filled then (TakeAddresses). An access through such a
// pointer is a choice among them (Places).

package model

import "slices"

// Scalars is the type of the address-taken scalars of a C type. Its name must be
// none that a struct can have.
func (p *Program) Scalars(name string) *Type {
	t := p.AddType(name)
	if t.scalars == nil {
		t.scalars = &scalars{
			place: &Table{Name: "place of " + name, Arg: t},
			item:  &Table{Name: "item of " + name, Arg: t},
			owner: map[*Var]*Table{},
		}
	}
	return t
}

// IsScalar reports whether t is a type of address-taken scalars.
func (t *Type) IsScalar() bool { return t != nil && t.scalars != nil }

// scalars is what a type of address-taken scalars knows of its instances.
type scalars struct {
	shared []*Var
	own    map[int][]*Var  // by thread: its registers
	place  *Table          // instance -> place number: even for shared ones, odd for the thread's own
	item   *Table          // instance -> element of the variable, or item of the member
	owner  map[*Var]*Table // for members: instance -> the object around it
}

// AddressOf is a pointer to element i of v (nil: element 0), a scalar of type t.
func (v *Var) AddressOf(t *Type, i Expr) Expr {
	if v.Addr == nil {
		v.Addr = &Table{Name: "&" + v.Name, Val: t}
		if v.Type != nil {
			v.Addr.Arg, v.Addr.Each = v.Type, v.Width
		}
	}
	if i == nil {
		i = Const(0)
	}
	return Lookup(v.Addr, i)
}

// TakeAddresses makes instances of the scalars in the given variables, all of
// which have an Addr table. It is called once, when all objects are there.
func (p *Program) TakeAddresses(vars []*Var) {
	for _, v := range vars {
		t := v.Addr.Val
		t.scalars.add(v)
		for i := v.First(); i < v.Len; i++ {
			in := &Instance{Name: v.ElemName(i), Thread: v.Thread}
			if v.Type != nil {
				in.In = v.Type.Instances[i/v.Width-1]
				in.Heap, in.Thread = in.In.Heap, in.In.Thread
				f := v.field()
				in.Off = f.Off + int64(i%v.Width)*f.Size
			}
			if v.Width > 1 {
				in.Item, in.Items = i%v.Width, v.Width
			}
			n := p.newInstance(t, in)
			if v.Local != nil {
				v.Local.Adopt(in)
			}
			v.Addr.Put(i, int64(n))
			t.scalars.fill(v, n, i)
		}
	}
}

// field is the member that v holds, which is one.
func (v *Var) field() *Field {
	i := slices.IndexFunc(v.Type.Fields, func(f *Field) bool { return f.Var == v })
	return v.Type.Fields[i]
}

func (s *scalars) add(v *Var) {
	if v.Thread == 0 {
		s.shared = append(s.shared, v)
		return
	}
	if s.own == nil {
		s.own = map[int][]*Var{}
	}
	s.own[v.Thread] = append(s.own[v.Thread], v)
}

// fill enters instance n, which is element i of v, the last variable added.
func (s *scalars) fill(v *Var, n, i int) {
	place := 2 * len(s.shared)
	if v.Thread != 0 {
		place = 2*len(s.own[v.Thread]) + 1
	}
	s.place.Put(n, int64(place))
	if v.Type == nil {
		s.item.Put(n, int64(i))
		return
	}
	s.item.Put(n, int64(i%v.Width))
	v.Around(v.Addr.Val).Put(n, int64(i/v.Width))
}

// Around is the table from the address-taken scalars of type t that are member v to
// the object around them: container_of.
func (v *Var) Around(t *Type) *Table {
	tab := t.scalars.owner[v]
	if tab == nil {
		tab = &Table{Name: "container_of " + v.Name, Arg: t, Val: v.Type}
		t.scalars.owner[v] = tab
	}
	return tab
}

// Place is a variable that a pointer to a scalar may lead into.
type Place struct {
	V    *Var
	Here Expr // whether it does
	Obj  Expr // of a member: the object
	I    Expr // the element of V
}

// Places lists where pointer x to a scalar of type t may lead that thread may go.
func (t *Type) Places(x Expr, thread int) []Place {
	var out []Place
	at, item := Lookup(t.scalars.place, x), Lookup(t.scalars.item, x)
	add := func(n int, v *Var) {
		p := Place{V: v, Here: Eq(at, Int(n)), I: item}
		switch {
		case v.Type != nil && v.Width == 1:
			p.Obj = Lookup(v.Around(t), x)
			p.I = p.Obj
		case v.Type != nil:
			p.Obj = Lookup(v.Around(t), x)
			p.I = Add(Mul(p.Obj, Int(v.Width)), item)
		case v.Len == 1:
			p.I = nil
		}
		out = append(out, p)
	}
	for i, v := range t.scalars.shared {
		add(2*(i+1), v)
	}
	for i, v := range t.scalars.own[thread] {
		add(2*(i+1)+1, v)
	}
	return out
}
