// SPDX-License-Identifier: MIT

// This file packs a State into a few machine words. How wide an element is
// cannot be read off the program, so a Layout is made from the values seen so
// far: an element that never changed takes no bits, an address that moves by
// pages takes those of the page number. A value that does not fit is never
// cut: packing fails, and the search widens the layout and packs anew.

package vm

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"mmcheck/model"
)

// Range is what an element was seen to hold.
type Range struct {
	lo, hi int64
	diff   uint64 // the bits in which differences from the first value seen are not zero
	first  int64
}

// RangesOf are the ranges of a single state.
func RangesOf(s model.State) []Range {
	out := make([]Range, len(s))
	for i, x := range s {
		out[i] = rangeOf(x)
	}
	return out
}

// rangeOf is the range of a single value.
func rangeOf(x int64) Range { return Range{lo: x, hi: x, first: x} }

// Join adds a value and reports whether that changed the range.
func (r *Range) Join(x int64) bool {
	old := *r
	r.lo, r.hi = min(r.lo, x), max(r.hi, x)
	r.diff |= uint64(x - r.first)
	return *r != old
}

// Merge adds all that o has seen and reports whether that changed the range.
func (r *Range) Merge(o Range) bool {
	old := *r
	r.Join(o.lo)
	r.Join(o.hi)
	r.diff |= o.diff
	return *r != old
}

// Varies reports whether more than one value was seen.
func (r *Range) Varies() bool { return r.lo != r.hi }

// Numbers is a range as four numbers, for files.
func (r Range) Numbers() [4]int64 { return [4]int64{r.lo, r.hi, int64(r.diff), r.first} }

// RangeOf is the range with the given numbers, and whether there can be one.
func RangeOf(n [4]int64) (r Range, ok bool) {
	r = Range{lo: n[0], hi: n[1], diff: uint64(n[2]), first: n[3]}
	return r, r.lo <= r.first && r.first <= r.hi && (r.lo == r.hi) == (r.diff == 0)
}

// slot is where an element lies: its value is min + code << scale.
type slot struct {
	min   int64
	mask  uint64 // of the code, before the shift
	word  int32
	shift uint8
	scale uint8
}

// field is a slot of an element that changes.
type field struct {
	slot
	elem int32
}

// Layout says how a State is packed.
type Layout struct {
	Words  int // machine words of a packed state, at least 1
	Bits   int // bits in use
	Spare  int // bits at the top of the last word that are always 0
	slots  []slot
	fields []field // the slots wider than nothing
}

// NewLayout packs what has been seen. Each range is rounded up to what its bits
// can hold, so that whatever fits this layout fits all wider ones. No element
// straddles a word.
func NewLayout(seen []Range) *Layout {
	l := &Layout{Words: 1, slots: make([]slot, len(seen))}
	var order []int
	for i := range seen {
		if l.slots[i] = seen[i].round(); l.slots[i].mask != 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(l.slots[b].mask, l.slots[a].mask) })
	used := []int{0}
	for _, i := range order {
		l.place(&l.slots[i], &used)
	}
	l.Words, l.Spare = len(used), 64-used[len(used)-1]
	for i, s := range l.slots {
		if s.mask != 0 {
			l.fields = append(l.fields, field{s, int32(i)})
		}
	}
	return l
}

// Round widens ranges to what their bits can hold, as a layout does.
func Round(seen []Range) {
	for i := range seen {
		seen[i].round()
	}
}

// maxWide bounds the elements that a wide layout gives a word.
const maxWide = 1 << 14

// WideLayout gives each element that some code of p writes a word of its own, in
// which everything fits; where that would be too many, not those of the longest
// arrays.
func WideLayout(p *model.Program) *Layout {
	var written []*model.Var
	known := map[*model.Var]bool{}
	add := func(v *model.Var) {
		if !known[v] {
			known[v] = true
			written = append(written, v)
		}
	}
	for _, t := range p.Threads {
		add(t.PC)
		for _, b := range t.Blocks {
			b.Bodies(func(body []model.Stmt) {
				model.WalkStmts(body, func(st model.Stmt) {
					if set, ok := st.(model.Set); ok {
						add(set.V)
					}
				})
			})
		}
	}
	slices.SortStableFunc(written, func(v, w *model.Var) int { return cmp.Compare(v.Len, w.Len) })
	seen := RangesOf(p.Initial)
	words := 0
	for _, v := range written {
		if words += v.Len; words > maxWide {
			break
		}
		for i := range v.Len {
			seen[v.Off()+i] = Range{lo: math.MinInt64, hi: math.MaxInt64, diff: math.MaxUint64, first: p.Initial[v.Off()+i]}
		}
	}
	return NewLayout(seen)
}

// JoinChanges adds to seen what elements hold in a state packed by a wide layout
// where before, another such state, holds something else. It makes before the same.
func (l *Layout) JoinChanges(seen []Range, words, before []uint64) {
	const block = 16
	for from := 0; from < len(words); from += block {
		to := min(from+block, len(words))
		if to == from+block && *(*[block]uint64)(words[from:]) == *(*[block]uint64)(before[from:]) {
			continue
		}
		for i := from; i < to; i++ {
			if f := &l.fields[i]; words[i] != before[i] { // each field has the word of its number
				before[i] = words[i]
				seen[f.elem].Join(f.min + int64(words[i]))
			}
		}
	}
}

// round widens r to a whole number of bits and returns its slot, not yet placed.
func (r *Range) round() slot {
	if r.lo == r.hi {
		return slot{min: r.lo}
	}
	scale := bits.TrailingZeros64(r.diff)
	n := bits.Len64(uint64(r.hi-r.lo) >> scale)
	mask := uint64(1)<<n - 1
	if top := r.lo + int64(mask<<scale); n+scale < 64 && top >= r.hi {
		r.hi = top
	} else { // the whole word
		r.lo, r.hi, r.diff = math.MinInt64, math.MaxInt64, math.MaxUint64
		scale, mask = 0, math.MaxUint64
	}
	return slot{min: r.lo, mask: mask, scale: uint8(scale)}
}

// place puts a slot into the first word with enough room.
func (l *Layout) place(s *slot, used *[]int) {
	n := bits.Len64(s.mask)
	l.Bits += n
	w := slices.IndexFunc(*used, func(u int) bool { return u+n <= 64 })
	if w < 0 {
		w = len(*used)
		*used = append(*used, 0)
	}
	s.word, s.shift = int32(w), uint8((*used)[w])
	(*used)[w] += n
}

// Put writes element i of a packed state and reports whether x fits.
func (l *Layout) Put(words []uint64, i int, x int64) bool {
	s := &l.slots[i]
	d := uint64(x) - uint64(s.min)
	code := d >> (s.scale & 63)
	if code > s.mask || code<<(s.scale&63) != d {
		return false
	}
	if s.mask != 0 {
		w := &words[s.word]
		*w = *w&^(s.mask<<(s.shift&63)) | code<<(s.shift&63)
	}
	return true
}

// Mask has the bits of a packed state in which some elements lie.
func (l *Layout) Mask(elems []bool) []uint64 {
	out := make([]uint64, l.Words)
	for _, f := range l.fields {
		if elems[f.elem] {
			out[f.word] |= f.mask << (f.shift & 63)
		}
	}
	return out
}

// Pack writes all of s and reports whether it fits.
func (l *Layout) Pack(words []uint64, s model.State) bool {
	fits := true
	for i, x := range s {
		fits = l.Put(words, i, x) && fits
	}
	return fits
}

// Unpack reads the elements that change into s; the others must be there.
func (l *Layout) Unpack(s model.State, words []uint64) {
	for i := range l.fields {
		f := &l.fields[i]
		code := words[f.word] >> (f.shift & 63) & f.mask
		s[f.elem] = f.min + int64(code<<(f.scale&63))
	}
}

// bitMove is what some elements have in common that lie next to each other before
// and after: bits that are copied as they are.
type bitMove struct {
	from, to int32
	rot      uint8
	mask     uint64 // of the bits where they come from
}

// Repacker returns what writes to words, as this layout has it, what src holds in
// a narrower one, which this one was widened from: everything fits.
func (l *Layout) Repacker(narrower *Layout) func(words, src []uint64) {
	initial := make([]uint64, l.Words) // with what is the same in all states
	var moves []bitMove
	var others []field // whose codes differ
	for _, f := range l.fields {
		o := &narrower.slots[f.elem]
		switch {
		case o.mask == 0:
			initial[f.word] |= uint64(o.min-f.min) >> f.scale << f.shift
		case o.min == f.min && o.scale == f.scale:
			m := bitMove{o.word, f.word, (f.shift - o.shift) & 63, o.mask << o.shift}
			i := slices.IndexFunc(moves, func(n bitMove) bool { return n.from == m.from && n.to == m.to && n.rot == m.rot })
			if i < 0 {
				i, moves = len(moves), append(moves, m)
			}
			moves[i].mask |= m.mask
		default:
			others = append(others, f)
		}
	}
	return func(words, src []uint64) {
		copy(words, initial)
		for i := range moves {
			m := &moves[i]
			words[m.to] |= bits.RotateLeft64(src[m.from]&m.mask, int(m.rot))
		}
		for i := range others {
			f := &others[i]
			o := &narrower.slots[f.elem]
			code := src[o.word] >> (o.shift & 63) & o.mask
			words[f.word] |= uint64(o.min+int64(code<<(o.scale&63))-f.min) >> (f.scale & 63) << (f.shift & 63)
		}
	}
}
