// SPDX-License-Identifier: MIT

// This file remembers what transitions do. What a thread can do at a scheduling
// point, and what that does to the state, depends on the few bits of the state
// that its guards and bodies read; what was found for their values once is
// looked up when they are met again, in any state. (LTSmin caches transitions
// so, by the "short states" that a group of transitions depends on.)
//
// The bits are read off the bytecode of the point. A transition that breaks
// something, or that ends early, is never remembered.

package vm

import "math/bits"

// Moves is what a thread can do in a state.
type Moves struct {
	// Can holds the enabled alternatives: bit a for alternative a if Apply
	// knows what it does, bit MaxAlts+a if it is to be fired. With Untold, it
	// holds no set but the first enabled alternative. It is Blocked if there
	// is none.
	Can  uint64
	memo *memo
	does int // where what alternatives do begins in the table
}

const (
	// MaxAlts is the number of alternatives up to which a point is remembered.
	MaxAlts = 30
	// Ended, Untold and Blocked are in Moves.Can, beside the sets of alternatives.
	Ended   = 1 << 63
	Untold  = 1 << 62
	Blocked = 1 << 61

	recallFrom = 16     // visits of a point after which it is remembered
	leastSize  = 1 << 5 // entries
	mostSize   = 1 << 13
)

// pair is two words: of a key, or what to keep of a word and what to set.
type pair struct{ x, y uint64 }

// memo is what is remembered of a point: a table without chains. An entry
// holds the bits that were read, in pairs, what can be done there (0: the entry
// is free), and a pair for each alternative and word.
type memo struct {
	read    []pair // the bits that matter
	table   []pair
	stride  int // pairs of an entry
	shift   int // the entry of hash h is h>>shift
	lookups int // since the table was last looked after
	misses  int
}

// words returns words i and i+1 of a state; there are no others than zero behind
// the last.
func words(w []uint64, i int) pair {
	if i+1 < len(w) {
		return pair{w[i], w[i+1]}
	}
	return pair{x: w[i]}
}

// Moves finds what each thread can do in w, and splits those that have not ended
// by whether they can go on: bit t for thread t. A key of one pair is looked up
// here, where nothing is called: that makes the loop half as long.
func (m *Machine) Moves(w []uint64, moves *[64]Moves) (blocked, running uint64) {
	first, threads, rest := words(w, 0), m.threads, uint64(0)
	for t := range threads {
		th, mv, bit := &threads[t], &moves[t&63], uint64(1)<<(t&63)
		pc := th.pc.get(w)
		if pc == 0 {
			mv.Can = Ended
			continue
		}
		c := th.points[pc].memo
		if c == nil {
			rest |= bit
			continue
		}
		if c.lookups++; len(c.read) != 1 {
			rest |= bit
			continue
		}
		x, y := first.x&c.read[0].x, first.y&c.read[0].y
		at := int(mix(mix(0, x), y)>>(c.shift&63)) * c.stride
		e := c.table[at:]
		if len(e) < 2 || e[0].x != x || e[0].y != y || e[1].x == 0 {
			rest |= bit
			continue
		}
		mv.Can, mv.memo, mv.does = e[1].x, c, at+2
		if e[1].x == Blocked {
			blocked |= bit
		} else {
			running |= bit
		}
	}
	for ; rest != 0; rest &= rest - 1 {
		t := bits.TrailingZeros64(rest)
		if m.find(w, t, &moves[t]); moves[t].Can == Blocked {
			blocked |= 1 << t
		} else {
			running |= 1 << t
		}
	}
	return blocked, running
}

// find finds what a thread can do in w: it looks that up, or finds it out and
// remembers it, unless the point was hardly met yet or remembering seldom helps.
func (m *Machine) find(w []uint64, t int, mv *Moves) {
	pc := m.PC(w, t)
	p := &m.threads[t].points[pc]
	if p.memo != nil {
		if p.memo.lookUp(w, mv) {
			return
		}
		if p.memo.worth() {
			m.learn(w, p, mv)
			return
		}
		p.memo = nil
	}
	if first := m.Enabled(w, t, 0); first < 0 {
		mv.Can = Blocked
	} else {
		mv.Can = Untold | uint64(first)
	}
	if p.visits++; p.visits == recallFrom && len(p.alts) <= MaxAlts {
		m.remember(t, pc, len(w))
	}
}

// lookUp reports whether anything is remembered of w, and leaves in mv where
// that has its place.
func (c *memo) lookUp(w []uint64, mv *Moves) bool {
	h := uint64(0)
	for i, r := range c.read {
		k := words(w, 2*i)
		h = mix(mix(h, k.x&r.x), k.y&r.y)
	}
	e := c.table[int(h>>(c.shift&63))*c.stride:][:c.stride]
	at := int(h>>(c.shift&63))*c.stride + len(c.read)
	mv.Can, mv.memo, mv.does = c.table[at].x, c, at+1
	for i, r := range c.read {
		k := words(w, 2*i)
		if e[i].x != k.x&r.x || e[i].y != k.y&r.y {
			return false
		}
	}
	return mv.Can != 0
}

func mix(h, x uint64) uint64 { return (h ^ x) * 0x9e3779b97f4a7c15 }

// Apply writes to next what a remembered alternative makes of w.
func (mv *Moves) Apply(next, w []uint64, alt int) {
	d := mv.memo.table[mv.does+alt*len(w):][:len(w)]
	next = next[:len(w)]
	for i, x := range w {
		next[i] = x&d[i].x | d[i].y
	}
}

// remember starts to remember a point.
func (m *Machine) remember(t, pc, n int) {
	p := &m.threads[t].points[pc]
	read := make([]uint64, n)
	seen := map[int32]bool{}
	for i := range p.alts {
		a := &p.alts[i]
		if a.body == 0 {
			a.body = m.asm.transition(t, pc, i)
		}
		read[a.word] |= a.mask
		m.reads(a.guard, read, seen)
		m.reads(a.body, read, seen)
	}
	c := &memo{}
	for i := 0; i < n; i += 2 {
		c.read = append(c.read, words(read, i))
	}
	c.stride = len(c.read) + 1 + n*len(p.alts)
	c.resize(leastSize)
	p.memo = c
}

func (c *memo) resize(size int) {
	c.table = make([]pair, size*c.stride)
	c.shift = 64 - bits.Len(uint(size-1))
	c.lookups, c.misses = 0, 0
}

// worth is told of a miss. It makes a table larger where that helps, and reports
// false where it would not.
func (c *memo) worth() bool {
	size := len(c.table) / c.stride
	if c.misses++; c.misses <= size {
		return true
	}
	switch {
	case c.misses < c.lookups/16:
		c.lookups, c.misses = 0, 0
	case size < mostSize:
		c.resize(2 * size)
	case c.misses > c.lookups/4:
		return false
	default:
		c.lookups, c.misses = 0, 0
	}
	return true
}

// reads adds the bits of the state that the code from pc on may read.
func (m *Machine) reads(pc int32, read []uint64, seen map[int32]bool) {
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

// learn finds out what can be done in w and remembers it.
func (m *Machine) learn(w []uint64, p *vmPoint, mv *Moves) {
	c, n := p.memo, len(w)
	c.lookUp(w, mv) // for its place
	for i, r := range c.read {
		k := words(w, 2*i)
		c.table[mv.does-1-len(c.read)+i] = pair{k.x & r.x, k.y & r.y}
	}
	mv.Can = 0
	for i := range p.alts {
		a := &p.alts[i]
		if w[a.word]&a.mask != a.want || a.guard != 0 && m.run(w, a.guard) == 0 {
			continue
		}
		if m.difference(c.table[mv.does+n*i:][:n], w, a.body, c.read) {
			mv.Can |= 1 << i
		} else {
			mv.Can |= 1 << (MaxAlts + i)
		}
	}
	if mv.Can == 0 {
		mv.Can = Blocked
	}
	c.table[mv.does-1].x = mv.Can
}

// difference finds out what a transition keeps of each word and what it sets,
// by a second try with all bits changed that do not matter to it: those that
// then differ are kept. It reports false if the transition does not simply
// lead to a state.
func (m *Machine) difference(d []pair, w []uint64, body int32, read []pair) bool {
	m.Broken, m.Limit = m.Broken[:0], nil
	buf := m.twice[:2*len(w)]
	to, other := buf[:len(w)], buf[len(w):]
	copy(to, w)
	if m.run(to, body) != 0 || len(m.Broken) != 0 {
		return false
	}
	for i, x := range w {
		other[i] = x ^ ^maskOf(read, i)
	}
	m.Noted, m.unmet = m.unmet, m.Noted // this state is made up
	m.run(other, body)
	m.Noted, m.unmet = m.unmet, m.Noted
	for i := range w {
		keep := ^maskOf(read, i) & (to[i] ^ other[i])
		d[i] = pair{keep, to[i] &^ keep}
	}
	return true
}

func maskOf(read []pair, word int) uint64 {
	if word%2 == 0 {
		return read[word/2].x
	}
	return read[word/2].y
}
