// SPDX-License-Identifier: MIT

// This file puts identical threads in order, by what they own and by what the
// rest of the state says of them.

package symmetry

import (
	"cmp"

	"mmcheck/model"
)

// sortThreads finds the order of a group, and reports whether some thread moves.
func (y *Symmetry) sortThreads(g *group, s model.State) bool {
	moved := false
	for i := 1; i < len(g.members); i++ {
		for j := i; j > 0; j-- {
			a, b := &y.from[g.members[j-1]-1], &y.from[g.members[j]-1]
			if y.compareThreads(g, s, int(*b)+1, int(*a)+1) >= 0 {
				break
			}
			*a, *b = *b, *a
			moved = true
		}
	}
	return moved
}

func (g *group) ownOf(t int) []ownElem {
	for i, m := range g.members {
		if m == t {
			return g.own[i]
		}
	}
	return nil
}

// compareThreads orders threads t and u of a group.
func (y *Symmetry) compareThreads(g *group, s model.State, t, u int) int {
	a, b := g.ownOf(t), g.ownOf(u)
	for i := range a {
		x, z := s[a[i].elem], s[b[i].elem]
		if a[i].refs == nil {
			if x != z {
				return cmp.Compare(x, z)
			}
			continue
		}
		if c := y.comparePointers(s, &a[i], &b[i], t, u); c != 0 {
			return c
		}
	}
	for i := range y.about {
		if c := y.about[i].compare(s, t, u); c != 0 {
			return c
		}
	}
	for i, q := range y.pools {
		for _, o := range y.named[i] {
			for j := range q.about[o] {
				if c := q.about[o][j].compare(s, t, u); c != 0 {
					return c
				}
			}
		}
		if c := cmp.Compare(y.unnamed(s, i, t), y.unnamed(s, i, u)); c != 0 {
			return c
		}
	}
	return 0
}

// unnamed sums up what the objects of a pool that have no name yet say of
// thread t, in a way that does not depend on their order.
func (y *Symmetry) unnamed(s model.State, pool, t int) (sum int64) {
	q := y.pools[pool]
	for o, n := range y.name[pool] {
		if n >= 0 {
			continue
		}
		says := int64(0)
		for j := range q.about[o] {
			says = says*31 + q.about[o][j].says(s, t)
		}
		for _, i := range q.plain {
			if says != 0 {
				says = says*31 + s[q.mine[o][i]]
			}
		}
		sum += says
	}
	return sum
}

// says is what an element says of thread t.
func (e *aboutThread) says(s model.State, t int) int64 {
	switch x := s[e.elem]; e.how {
	case model.ThreadPlace:
		return s[int(e.elem)+t]
	case model.ThreadQueue:
		if x>>1 == int64(t) {
			return 1 + x&1
		}
	case model.ThreadMask:
		return x >> (t - 1) & 1
	case model.ThreadValue:
		if x == int64(t) {
			return 1
		}
	}
	return 0
}

func (e *aboutThread) compare(s model.State, t, u int) int {
	return cmp.Compare(e.says(s, t), e.says(s, u))
}

// comparePointers orders the pointers of two threads by what they refer to:
// by name, or where an object has none yet, by its contents.
func (y *Symmetry) comparePointers(s model.State, a, b *ownElem, t, u int) int {
	x, z := s[a.elem], s[b.elem]
	r, q := refOf(a.refs, x), refOf(b.refs, z)
	if c := cmp.Or(cmp.Compare(r.kind, q.kind), cmp.Compare(r.part, q.part)); c != 0 {
		return c
	}
	switch r.kind {
	case fixed:
		return cmp.Compare(x, z)
	case local: // one's own first
		return -compareBool(int(r.of) == t, int(q.of) == u)
	}
	if c := cmp.Compare(r.of, q.of); c != 0 {
		return c
	}
	if da, db := dangling(s, a.life), dangling(s, b.life); da || db {
		return compareBool(da, db)
	}
	m, n := y.name[r.of][r.obj], y.name[q.of][q.obj]
	if m < 0 && n < 0 {
		return y.compareObjects(s, int(r.of), r.obj, q.obj, t, u)
	}
	return cmp.Compare(m, n)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// compareObjects orders objects a and b of a pool by contents: a as seen from
// thread t, b as seen from thread u, or both as they are when t is 0.
func (y *Symmetry) compareObjects(s model.State, pool int, a, b int16, t, u int) int {
	q := y.pools[pool]
	for _, i := range q.plain {
		if c := cmp.Compare(s[q.mine[a][i]], s[q.mine[b][i]]); c != 0 {
			return c
		}
	}
	for i := range q.about[a] {
		e, f := &q.about[a][i], &q.about[b][i]
		c := 0
		if t != 0 {
			c = cmp.Compare(e.says(s, t), f.says(s, u))
		} else {
			c = y.compareRows(s, e, f)
		}
		if c != 0 {
			return c
		}
	}
	for i := range q.ptrs[a] {
		if c := y.compareTargets(s, &q.ptrs[a][i], &q.ptrs[b][i]); c != 0 {
			return c
		}
	}
	return 0
}

// compareRows compares what two objects say of all threads.
func (y *Symmetry) compareRows(s model.State, e, f *aboutThread) int {
	n := 1
	if e.how == model.ThreadPlace {
		n = len(y.to)
	}
	for i := range n {
		if c := cmp.Compare(s[int(e.elem)+i], s[int(f.elem)+i]); c != 0 {
			return c
		}
	}
	return 0
}

// compareTargets compares pointers in objects as far as their targets have names.
func (y *Symmetry) compareTargets(s model.State, a, b *pointerAt) int {
	return cmp.Compare(y.target(s, a), y.target(s, b))
}

func (y *Symmetry) target(s model.State, at *pointerAt) int64 {
	x := s[at.elem]
	r := refOf(at.refs, x)
	switch {
	case r.kind == fixed:
		return x
	case r.kind == local:
		return 1 << 30
	case dangling(s, at.life):
		return 1 << 31
	}
	return 1<<32 + int64(r.of)<<30 + int64(r.part)<<16 + int64(y.name[r.of][r.obj]+1)
}

// renameThreads moves the threads to their new places.
func (y *Symmetry) renameThreads(s model.State) {
	for t := range y.to {
		y.to[t] = int64(t)
	}
	for i, t := range y.from {
		y.to[t+1] = int64(i + 1)
	}
	for _, g := range y.groups {
		y.moveThreads(s, g)
	}
	for i := range y.about {
		y.renameAbout(s, &y.about[i])
	}
	for _, q := range y.pools {
		for _, about := range q.about {
			for i := range about {
				y.renameAbout(s, &about[i])
			}
		}
	}
	for i := range y.all {
		at := &y.all[i]
		if r := refOf(at.refs, s[at.elem]); r.kind == local {
			s[at.elem] = int64(y.locals[y.to[r.of]][r.part])
		}
	}
}

func (y *Symmetry) moveThreads(s model.State, g *group) {
	k := len(g.own[0])
	for i, m := range g.members {
		for j, e := range g.ownOf(int(y.from[m-1]) + 1) {
			y.buf[i*k+j] = s[e.elem]
		}
	}
	for i := range g.members {
		for j, e := range g.own[i] {
			s[e.elem] = y.buf[i*k+j]
		}
	}
}

func (y *Symmetry) renameAbout(s model.State, e *aboutThread) {
	x := s[e.elem]
	switch e.how {
	case model.ThreadValue:
		s[e.elem] = y.part(x)
	case model.ThreadQueue:
		s[e.elem] = y.part(x>>1)<<1 | x&1
	case model.ThreadMask:
		n := x >> (len(y.to) - 1) << (len(y.to) - 1)
		for t := 1; t < len(y.to); t++ {
			n |= x >> (t - 1) & 1 << (y.to[t] - 1)
		}
		s[e.elem] = n
	case model.ThreadPlace:
		row := s[e.elem : int(e.elem)+len(y.to)]
		copy(y.row, row)
		for t := range row {
			row[y.to[t]] = y.row[t]
		}
	}
}

// part is the part that thread t plays now.
func (y *Symmetry) part(t int64) int64 {
	if t > 0 && t < int64(len(y.to)) {
		return y.to[t]
	}
	return t
}
