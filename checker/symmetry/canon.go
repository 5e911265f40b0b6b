// SPDX-License-Identifier: MIT

// This file renames a state to its representative: the identical threads are
// put in order of what they are doing, then the heap objects in the order in
// which they are met from what has a fixed name. Two states that differ in
// names only get the same representative. Where threads differ only in which of
// them share an object that nothing with a name leads to, there may be two
// representatives, which costs time and nothing else.

package symmetry

import (
	"math/bits"

	"mmcheck/model"
)

// Perm says, for each thread (by number less one), which thread of the
// original now plays its part. It is valid until the next call of canon.
type Perm []uint8

// scratch is what canon works in.
type scratch struct {
	from  Perm
	to    []int64   // by thread number: the part that it plays now
	name  [][]int16 // by pool and object: its name, -1 as long as it has none
	named [][]int16 // by pool: the objects in order of their names
	queue []ref     // objects met, not yet looked into
	buf   []int64
	row   []int64
}

func newScratch(y *Symmetry) scratch {
	n := y.prog.MaxThread()
	c := scratch{from: make(Perm, len(y.prog.Threads)), to: make([]int64, n+1), row: make([]int64, n+1)}
	size := 0
	for _, g := range y.groups {
		size = max(size, len(g.members)*len(g.own[0]))
	}
	for _, q := range y.pools {
		size = max(size, q.typ.Pool*len(q.mine[0]))
		c.name = append(c.name, make([]int16, q.typ.Pool))
		c.named = append(c.named, make([]int16, 0, q.typ.Pool))
	}
	c.buf = make([]int64, size)
	return c
}

// Canon renames s in place to its representative.
func (y *Symmetry) Canon(s model.State) Perm {
	for i := range y.from {
		y.from[i] = uint8(i)
	}
	if len(y.pools) > 0 {
		y.forgetDead(s)
		y.startNames(s)
	}
	moved := false
	for _, g := range y.groups {
		moved = y.sortThreads(g, s) || moved
	}
	if moved {
		y.renameThreads(s)
	}
	if len(y.pools) > 0 {
		y.finishNames(s)
		y.renameObjects(s)
	}
	return y.from
}

// forgetDead makes all dangling pointers into pools the same: nobody looks at
// their value (see deadIsJunk).
func (y *Symmetry) forgetDead(s model.State) {
	for i := range y.all {
		at := &y.all[i]
		if at.life >= 0 && s[at.life] == model.LifeDead {
			if r := refOf(at.refs, s[at.elem]); r.kind == object {
				s[at.elem] = int64(y.pools[r.of].parts[0][r.part])
			}
		}
	}
}

// refOf says what pointer value x refers to.
func refOf(refs []ref, x int64) ref {
	if uint64(x) < uint64(len(refs)) {
		return refs[x]
	}
	return ref{}
}

// dangling reports whether a pointer is dead.
func dangling(s model.State, life int32) bool { return life >= 0 && s[life] == model.LifeDead }

// startNames names the objects that are met from what has a fixed name.
func (y *Symmetry) startNames(s model.State) {
	for i := range y.pools {
		for o := range y.name[i] {
			y.name[i][o] = -1
		}
		y.named[i] = y.named[i][:0]
	}
	for i := range y.roots {
		y.meet(s, &y.roots[i])
	}
}

// meet names the object a pointer refers to, and all that is met from there.
func (y *Symmetry) meet(s model.State, at *pointerAt) {
	y.queue = y.queue[:0]
	y.push(s, at.elem, at.life, at.refs)
	y.walk(s)
}

// walk names all that is met from the objects in the queue.
func (y *Symmetry) walk(s model.State) {
	for i := 0; i < len(y.queue); i++ {
		r := y.queue[i]
		ptrs := y.pools[r.of].ptrs[r.obj]
		for j := range ptrs {
			y.push(s, ptrs[j].elem, ptrs[j].life, ptrs[j].refs)
		}
	}
}

func (y *Symmetry) push(s model.State, elem, life int32, refs []ref) {
	r := refOf(refs, s[elem])
	if r.kind == object && y.name[r.of][r.obj] < 0 && !dangling(s, life) {
		y.give(int(r.of), r.obj)
		y.queue = append(y.queue, r)
	}
}

// give gives an object the next name.
func (y *Symmetry) give(pool int, obj int16) {
	y.name[pool][obj] = int16(len(y.named[pool]))
	y.named[pool] = append(y.named[pool], obj)
}

// finishNames goes on from the threads, in their new order; what nobody refers
// to comes last.
func (y *Symmetry) finishNames(s model.State) {
	for _, g := range y.groups {
		for _, own := range g.own {
			y.meetAll(s, own)
		}
	}
	for i, q := range y.pools {
		for len(y.named[i]) < q.typ.Pool {
			r := ref{object, int16(i), y.least(s, i), 0}
			y.give(i, r.obj)
			y.queue = append(y.queue[:0], r)
			y.walk(s)
		}
	}
}

func (y *Symmetry) meetAll(s model.State, own []ownElem) {
	for i := range own {
		if own[i].refs != nil {
			y.meet(s, &pointerAt{own[i].elem, own[i].life, own[i].refs})
		}
	}
}

// least is the object without a name whose contents come first.
func (y *Symmetry) least(s model.State, pool int) int16 {
	best := int16(-1)
	for o, n := range y.name[pool] {
		if n < 0 && (best < 0 || y.compareObjects(s, pool, int16(o), best, 0, 0) < 0) {
			best = int16(o)
		}
	}
	return best
}

// renameObjects moves the objects to their new places and changes the pointers.
func (y *Symmetry) renameObjects(s model.State) {
	moved := false
	for i, q := range y.pools {
		for n, o := range y.named[i] {
			if int(o) != n {
				moved = true
				y.moveObjects(s, q, y.named[i])
				break
			}
		}
	}
	for i := range y.all {
		at := &y.all[i]
		if r := refOf(at.refs, s[at.elem]); moved && r.kind == object && !dangling(s, at.life) {
			s[at.elem] = int64(y.pools[r.of].parts[y.name[r.of][r.obj]][r.part])
		}
	}
}

func (y *Symmetry) moveObjects(s model.State, q *pool, named []int16) {
	k := len(q.mine[0])
	for n, o := range named {
		for j, e := range q.mine[o] {
			y.buf[n*k+j] = s[e]
		}
	}
	for n := range named {
		for j, e := range q.mine[n] {
			s[e] = y.buf[n*k+j]
		}
	}
}

// Of is the set of those who play the parts of some threads.
func (p Perm) Of(threads uint64) uint64 {
	if p == nil {
		return threads
	}
	out := uint64(0)
	for ; threads != 0; threads &= threads - 1 {
		out |= 1 << p[bits.TrailingZeros64(threads)]
	}
	return out
}
