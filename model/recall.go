// SPDX-License-Identifier: MIT

// This file remembers what transitions do. What a thread can do at a scheduling
// point, and what that does to the state, depends on the few bits of the state
// that its guards and bodies read; what was found for their values once is
// looked up when they are met again, in any state. (LTSmin caches transitions
// so, by the "short states" that a group of transitions depends on.)
//
// The bits are read off the bytecode of the point. A transition that breaks
// something, or that ends early, is never remembered.

package model

import "math/bits"

// Moves is what a thread can do in a state.
type Moves struct {
	// Can holds the enabled alternatives: bit a for alternative a if Apply
	// knows what it does, bit MaxAlts+a if it is to be fired. With Untold, it
	// holds no set but the first enabled alternative. It is 0 if there is none.
	Can  uint64
	does []uint64
}

const (
	// MaxAlts is the number of alternatives up to which a point is remembered.
	MaxAlts = 30
	// Ended and Untold are in Moves.Can, beside the sets of alternatives.
	Ended  = 1 << 63
	Untold = 1 << 62

	filled     = 1 << 61 // an entry is not free
	recallFrom = 16      // visits of a point after which it is remembered
	leastSize  = 1 << 5  // entries
	mostSize   = 1 << 13
	mixer      = 0x9e3779b97f4a7c15
)

// memo is what is remembered of a point: a table without chains. An entry
// holds the bits that were read, what can be done there, and for each
// alternative and word what to keep of it and what to set.
type memo struct {
	read    []uint64 // the bits that matter, by word
	table   []uint64
	stride  int // words of an entry
	shift   int // the entry of hash h is h>>shift
	lookups int // since the table was last looked after
	misses  int
}

// Moves finds what thread t can do in w.
func (m *VM) Moves(w []uint64, t int) Moves {
	th := &m.threads[t]
	pc := th.pc.get(w)
	if pc == 0 {
		return Moves{Can: Ended}
	}
	p := &th.points[pc]
	c := p.memo
	if c == nil {
		return m.meet(w, t, int(pc))
	}
	c.lookups++
	w = w[:len(c.read)]
	e := c.entry(w)
	for i, r := range c.read {
		if e[i] != w[i]&r {
			return m.miss(w, t, int(pc))
		}
	}
	if can := e[len(c.read)]; can != 0 {
		return Moves{can &^ filled, e[len(c.read)+1:]}
	}
	return m.miss(w, t, int(pc))
}

// Knows reports whether Apply knows what an enabled alternative does.
func (mv *Moves) Knows(alt int) bool {
	return mv.Can&Untold == 0 && alt < MaxAlts && mv.Can>>alt&1 != 0
}

// Apply writes to next what a remembered alternative makes of w.
func (mv *Moves) Apply(next, w []uint64, alt int) {
	d := mv.does[2*alt*len(w):][:2*len(w)]
	for i, x := range w {
		next[i] = x&d[2*i] | d[2*i+1]
	}
}

// entry is where what w reads is remembered, if it is.
func (c *memo) entry(w []uint64) []uint64 {
	h := uint64(0)
	for i, r := range c.read {
		h = (h ^ w[i]&r) * mixer
	}
	at := int(h>>(c.shift&63)) * c.stride
	return c.table[at : at+c.stride]
}

// meet finds what a thread can do at a point that is not remembered.
func (m *VM) meet(w []uint64, t, pc int) Moves {
	p := &m.threads[t].points[pc]
	first := m.Enabled(w, t, 0)
	if p.visits++; p.visits == recallFrom && len(p.alts) <= MaxAlts {
		m.remember(t, pc, len(w))
	}
	if first < 0 {
		return Moves{}
	}
	return Moves{Can: Untold | uint64(first)}
}

// remember starts to remember a point.
func (m *VM) remember(t, pc, words int) {
	p := &m.threads[t].points[pc]
	c := &memo{read: make([]uint64, words), stride: words + 1 + 2*words*len(p.alts)}
	seen := map[int32]bool{}
	for i := range p.alts {
		a := &p.alts[i]
		if a.body == 0 {
			a.body = m.asm.transition(t, pc, i)
		}
		c.read[a.word] |= a.mask
		m.reads(a.guard, c.read, seen)
		m.reads(a.body, c.read, seen)
	}
	c.resize(leastSize)
	p.memo = c
}

func (c *memo) resize(size int) {
	c.table = make([]uint64, size*c.stride)
	c.shift = 64 - bits.Len(uint(size-1))
	c.lookups, c.misses = 0, 0
}

// reads adds the bits of the state that the code from pc on may read.
func (m *VM) reads(pc int32, read []uint64, seen map[int32]bool) {
	for ; pc != 0 && !seen[pc]; pc++ {
		seen[pc] = true
		in := &m.instrs[pc]
		switch in.op {
		case opLoad, opAddField:
			read[in.b] |= bits.RotateLeft64(in.m, int(in.rot))
		case opLoadAt:
			for i := range in.m {
				f := &m.fields[uint64(in.k)+i]
				read[f.word] |= f.bits()
			}
		case opIfSame, opIfOther:
			read[in.a] |= in.m
			m.reads(int32(in.b), read, seen)
		case opIfEqual, opIfUnequal:
			m.reads(int32(in.b), read, seen)
		case opJump:
			m.reads(int32(in.b), read, seen)
			return
		case opFatal, opLimit, opReturn, opReturnConst:
			return
		}
	}
}

// miss finds out what was not remembered, and remembers it. Where it seldom
// helps, nothing is remembered any more.
func (m *VM) miss(w []uint64, t, pc int) Moves {
	p := &m.threads[t].points[pc]
	c := p.memo
	if c.misses++; c.misses > len(c.table)/c.stride {
		size := len(c.table) / c.stride
		switch {
		case c.misses < c.lookups/16:
			c.lookups, c.misses = 0, 0
		case size < mostSize:
			c.resize(2 * size)
		case c.misses > c.lookups/4:
			p.memo = nil
			return m.meet(w, t, pc)
		default:
			c.lookups, c.misses = 0, 0
		}
	}
	e := c.entry(w)
	m.learn(e, w, p)
	return Moves{e[len(w)] &^ filled, e[len(w)+1:]}
}

// learn fills an entry with what can be done in w.
func (m *VM) learn(e, w []uint64, p *vmPoint) {
	n := len(w)
	can := uint64(filled)
	for i, r := range p.memo.read {
		e[i] = w[i] & r
	}
	for i := range p.alts {
		a := &p.alts[i]
		if w[a.word]&a.mask != a.want || a.guard != 0 && m.run(w, a.guard) == 0 {
			continue
		}
		if m.difference(e[n+1+2*n*i:][:2*n], w, a.body, p.memo.read) {
			can |= 1 << i
		} else {
			can |= 1 << (MaxAlts + i)
		}
	}
	e[n] = can
}

// difference finds out what a transition keeps of each word and what it sets,
// by a second try with all bits changed that do not matter to it: those that
// then differ are kept. It reports false if the transition does not simply
// lead to a state.
func (m *VM) difference(d, w []uint64, body int32, read []uint64) bool {
	m.Broken, m.Limit = m.Broken[:0], nil
	buf := m.twice[:2*len(w)]
	to, other := buf[:len(w)], buf[len(w):]
	copy(to, w)
	if m.run(to, body) != 0 || len(m.Broken) != 0 {
		return false
	}
	for i, r := range read {
		other[i] = w[i] ^ ^r
	}
	m.run(other, body)
	for i, r := range read {
		keep := ^r & (to[i] ^ other[i])
		d[2*i], d[2*i+1] = keep, to[i]&^keep
	}
	return true
}
