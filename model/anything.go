// SPDX-License-Identifier: MIT

// This file gives all objects addresses of one kind, for pointers of which it is only
// known when code is run what they lead to: void *, and those that are kept in an
// integer. The type of what they lead to has an instance for each such address, which
// lies in what is there as an embedded struct does. So a pointer to it is one like any
// other: it has a life, and keeps the object reachable. What begins at the same byte, as
// a struct and its first member do, has one address.
//
// Tables lead from the pointers to a type to the addresses (Address), and back (ToType).
// Which are needed is known when all code is there, so they are filled then (FillAddresses).

package model

import (
	"fmt"
	"slices"
)

// Stray is what a pointer is that leads to no object of the type it has.
const Stray = -1 << 26

// addresses is what the type of all addresses knows of its instances.
type addresses struct {
	of      map[*Type]*Table
	to      map[*Type]*Table
	align   *Table
	at      map[*Instance]*Instance // the address that lies in an instance
	types   []*Type                 // the keys of of and to, in order
	before  []func()                // see BeforeAddresses
	blocks  *blocks                 // see array.go
	shifts  map[int64]*Table        // see Shifted
	offsets []int64                 // the keys of that, in order
}

// Anything is the type of which all addresses are instances.
func (p *Program) Anything() *Type {
	if p.anything == nil {
		p.anything = p.AddType("void") // no struct has this name
		p.anything.addresses = &addresses{
			of: map[*Type]*Table{}, to: map[*Type]*Table{}, at: map[*Instance]*Instance{}, shifts: map[int64]*Table{},
			align: &Table{Name: "alignment", Arg: p.anything},
		}
	}
	return p.anything
}

// IsAnything reports whether t is the type of all addresses.
func (t *Type) IsAnything() bool { return t != nil && t.addresses != nil }

// Address is the address of instance x of t; 0 where x leads nowhere.
func (t *Type) Address(x Expr) Expr {
	return Lookup(t.table(func(a *addresses) map[*Type]*Table { return a.of }, func(any *Type) *Table {
		return &Table{Name: "address of " + t.Name, Arg: t, Val: any}
	}), x)
}

// ToType is the instance of t that begins at address x, 0 if there is none.
func (t *Type) ToType(x Expr) Expr {
	return Lookup(t.table(func(a *addresses) map[*Type]*Table { return a.to }, func(any *Type) *Table {
		return &Table{Name: t.Name + " at address", Arg: any, Val: t}
	}), x)
}

func (t *Type) table(in func(*addresses) map[*Type]*Table, fresh func(any *Type) *Table) *Table {
	any := t.prog.Anything()
	m := in(any.addresses)
	if m[t] == nil {
		m[t] = fresh(any)
		if !slices.Contains(any.addresses.types, t) {
			any.addresses.types = append(any.addresses.types, t)
		}
	}
	return m[t]
}

// Shifted is the address of what begins so many bytes behind address x, 0 if nothing does.
func (p *Program) Shifted(x Expr, by int64) Expr {
	any := p.Anything()
	a := any.addresses
	if a.shifts[by] == nil {
		a.shifts[by] = &Table{Name: fmt.Sprintf("address %+d", by), Arg: any, Val: any}
		a.offsets = append(a.offsets, by)
	}
	return Lookup(a.shifts[by], x)
}

// Alignment is the largest power of two that every object at address x is a multiple of.
func (p *Program) Alignment(x Expr) Expr { return Lookup(p.Anything().addresses.align, x) }

// Address is the address, an instance of Anything, that lies in in, nil if none does.
func (in *Instance) Address() *Instance {
	if t := in.Type.prog.anything; t != nil {
		return t.addresses.at[in]
	}
	return nil
}

// place is a byte of an object.
type byteOf struct {
	whole *Instance
	off   int64
}

// byte is where in begins.
func (in *Instance) byte() byteOf {
	at := byteOf{in, 0}
	for at.whole.In != nil {
		at.off += at.whole.Off
		at.whole = at.whole.In
	}
	return at
}

// BeforeAddresses has f called when all code is there, and before the addresses are made.
func (p *Program) BeforeAddresses(f func()) {
	p.Anything().addresses.before = append(p.Anything().addresses.before, f)
}

// FillAddresses makes the addresses and fills their tables. It is called once, when all
// objects, and all scalars that have an address, are there.
func (p *Program) FillAddresses() {
	p.fillArrays()
	any := p.anything
	if any == nil {
		return
	}
	a := any.addresses
	for _, f := range a.before {
		f()
	}
	inner, wanted := map[byteOf]*Instance{}, []byteOf(nil)
	for _, t := range p.Types {
		for _, in := range t.Instances {
			at := in.byte()
			if old := inner[at]; old == nil || old.depth() < in.depth() {
				inner[at] = in
			}
		}
	}
	for _, t := range a.types {
		for _, in := range t.Instances {
			if a.of[t] != nil {
				wanted = append(wanted, in.byte())
			}
		}
	}
	number := map[byteOf]int{}
	for i := 0; i < len(wanted); i++ {
		at := wanted[i]
		if number[at] != 0 {
			continue
		}
		for _, by := range a.offsets {
			if to := at.shifted(by); inner[to] != nil {
				wanted = append(wanted, to)
			}
		}
		in := inner[at]
		name := in.Name
		for whole := in; whole.In != nil && whole.Off == 0; name = whole.Name {
			whole = whole.In
		}
		n := p.newInstance(any, &Instance{Name: name, Heap: in.Heap, Thread: in.Thread, In: in})
		number[at] = n
		a.at[in] = any.Instances[n-1]
		a.align.Put(n, at.alignment())
	}
	for _, t := range a.types {
		for _, in := range t.Instances {
			n := number[in.byte()]
			if n == 0 {
				continue
			}
			if tab := a.of[t]; tab != nil {
				tab.Put(in.Num, int64(n))
			}
			if tab := a.to[t]; tab != nil {
				tab.Put(n, int64(in.Num))
			}
		}
	}
	for at, n := range number {
		for by, tab := range a.shifts {
			if to := number[at.shifted(by)]; to != 0 {
				tab.Put(n, int64(to))
			}
		}
	}
	if a.blocks != nil {
		a.blocks.fill(any)
	}
}

// shifted is the byte so many behind at; an element of an array follows the one before.
func (at byteOf) shifted(by int64) byteOf {
	at.off += by
	if in := at.whole; in.Items > 0 && in.In == nil && in.Type.Stride > 0 {
		n := at.off / in.Type.Stride
		if at.off%in.Type.Stride < 0 {
			n--
		}
		if item := int64(in.Item) + n; 0 <= item && item < int64(in.Items) {
			at.whole, at.off = in.Type.Instances[int64(in.Num)-1+n], at.off-n*in.Type.Stride
		}
	}
	return at
}

// depth is in how many objects in lies.
func (in *Instance) depth() int {
	n := 0
	for ; in.In != nil; in = in.In {
		n++
	}
	return n
}

// heapAlign is what the allocator aligns to (ARCH_KMALLOC_MINALIGN).
const heapAlign = 8

// alignment is that of the whole object, as far as the offset has it, too.
func (at byteOf) alignment() int64 {
	align := max(at.whole.Type.Align, 1)
	if at.whole.Heap {
		align = max(align, heapAlign)
	}
	for at.off%align != 0 {
		align /= 2
	}
	return align
}
