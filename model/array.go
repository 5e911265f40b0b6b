// SPDX-License-Identifier: MIT

// This file tells of objects that are elements of an array, which have their numbers one
// behind the other: where in it they are. It also gives all objects an order by their
// addresses, for code that compares them. What has an address of its own is a block: an
// object that lies in no other, or an array of those. Within a block the order is that of
// the bytes. That of the blocks is any, chosen bit by bit: when a block is compared for the
// first time, it gets a place among those that have one, and then it stays.

package model

import "slices"

// arrays is what a type knows of its instances in arrays.
type arrays struct{ item, items *Table }

// Item is the index of instance x in its array, 0 if it is in none.
func (t *Type) Item(x Expr) Expr { return Lookup(t.arrayTables().item, x) }

// Items is the length of the array of instance x, 1 if it is in none, and 0 if there is
// no instance x.
func (t *Type) Items(x Expr) Expr { return Lookup(t.arrayTables().items, x) }

func (t *Type) arrayTables() *arrays {
	if t.arrays == nil {
		t.arrays = &arrays{item: &Table{Name: "index of " + t.Name, Arg: t}, items: &Table{Name: "length around " + t.Name, Arg: t}}
	}
	return t.arrays
}

// fillArrays fills these tables.
func (p *Program) fillArrays() {
	for _, t := range p.Types {
		for _, in := range t.Instances {
			if t.arrays != nil {
				t.arrays.item.Put(in.Num, int64(in.Item))
				t.arrays.items.Put(in.Num, int64(max(1, in.Items)))
			}
		}
	}
}

// blocks is the order of addresses.
type blocks struct {
	of, pos *Table   // of an address: the number of its block, and the byte in that
	place   *Var     // by block: its place in the order, 0 if it has none yet
	names   []string // of the blocks; [0] is that of none
}

func (p *Program) blocks() *blocks {
	a := p.Anything().addresses
	if a.blocks == nil {
		a.blocks = &blocks{
			of: &Table{Name: "block of address", Arg: p.anything}, pos: &Table{Name: "offset of address", Arg: p.anything},
			place: p.NewVar("address order", Ghost, 0),
		}
	}
	return a.blocks
}

// fill numbers the blocks; sizes gives that of an element of an array of objects.
func (k *blocks) fill(any *Type) {
	number := map[*Instance]int64{} // by the first object
	k.names = []string{""}
	for _, in := range any.Instances {
		at := in.byte()
		first := at.whole.Type.Instances[at.whole.Num-1-at.whole.Item]
		if at.whole.In != nil || first.Items == 0 {
			first = at.whole
		}
		if number[first] == 0 {
			number[first] = int64(len(k.names))
			k.names = append(k.names, first.Name)
		}
		k.of.Put(in.Num, number[first])
		k.pos.Put(in.Num, at.off+int64(at.whole.Item)*at.whole.Type.Stride)
	}
	k.place.Len = len(k.names)
}

// Below says whether address x, with xn added, lies below y with yn. Both have places
// (see PlaceAddress), or are of one block.
func (p *Program) Below(x, xn, y, yn Expr, orEqual bool) Expr {
	k := p.blocks()
	less := Lt
	if orEqual {
		less = Le
	}
	bx, by := Lookup(k.of, x), Lookup(k.of, y)
	within := less(Add(Lookup(k.pos, x), xn), Add(Lookup(k.pos, y), yn))
	return Cond(Eq(bx, by), within, Lt(At(k.place, bx), At(k.place, by)))
}

// SameByte says whether address x, with xn added, is y with yn added.
func (p *Program) SameByte(x, xn, y, yn Expr) Expr {
	k := p.blocks()
	bx, by := Lookup(k.of, x), Lookup(k.of, y)
	return And(Ne(bx, Const(0)), Eq(bx, by), Eq(Add(Lookup(k.pos, x), xn), Add(Lookup(k.pos, y), yn)))
}

// Apart says whether addresses x and y lie in different blocks.
func (p *Program) Apart(x, y Expr) Expr {
	k := p.blocks()
	bx, by := Lookup(k.of, x), Lookup(k.of, y)
	return And(Ne(bx, Const(0)), Ne(by, Const(0)), Ne(bx, by))
}

// PlaceAddress emits a step that gives the block of address x a place in the order, if it
// has none. It is finished by what it returns, when all addresses are there.
func (c *Code) PlaceAddress(x Expr) (finish func()) {
	k := c.P.blocks()
	s := c.Choose(Alt{})
	next := s.Alts[0].Next
	return func() {
		b := Lookup(k.of, x)
		open, count := Eq(At(k.place, b), Const(0)), Expr(Const(0))
		for n := 1; n < len(k.names); n++ {
			count = Add(count, Ne(At(k.place, Int(n)), Const(0)))
		}
		s.Alts = []Alt{{Guard: Not(open), Next: next}}
		for at := 1; at < len(k.names); at++ {
			var body []Stmt
			for n := 1; n < len(k.names); n++ {
				other := At(k.place, Int(n))
				body = append(body, If{C: Le(Int(at), other), Then: []Stmt{Set{k.place, Int(n), Add(other, Const(1))}}})
			}
			s.Alts = append(s.Alts, Alt{Guard: And(open, Le(Int(at-1), count)), Body: append(body, Set{k.place, b, Int(at)}), Next: next, Label: PlacedLabel})
		}
	}
}

// PlacedLabel is the label of the alternatives that give an object a place.
const PlacedLabel = "placed"

// AddressOrder lists the objects that have a place in state s, the lowest first.
func (p *Program) AddressOrder(s State) []string {
	k := p.blocks()
	order := make([]string, len(k.names))
	for n := 1; n < len(k.names); n++ {
		order[s[k.place.Off()+n]] = k.names[n]
	}
	placed := order[1:]
	if i := slices.Index(placed, ""); i >= 0 {
		placed = placed[:i]
	}
	return placed
}
