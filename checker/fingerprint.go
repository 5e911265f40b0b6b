// SPDX-License-Identifier: MIT

// This file is the production space for what not even packed states leave room
// for: of a state that was expanded, only a fingerprint is kept, and which state
// it was found from. Two states with the same fingerprint are taken for one. So
// a state may be missed, and a violation with it; how likely that is at most is
// part of the result (Wolper and Leroy 1993; Stern and Dill 1995).
//
// States themselves are kept of the level at hand and of the next one. A value
// that does not fit the layout changes all fingerprints, and what stands behind
// the old ones is gone: the levels are done again.

package checker

import (
	"fmt"
	"math"
	"slices"
	"unsafe"

	"github.com/dchest/siphash"
)

// Fingerprints says how states were told from each other, where that was not
// by all their bits.
type Fingerprints struct {
	Bits int // of each
	// Missed bounds the probability that some state was taken for another one:
	// that of two of so many random numbers being the same.
	Missed float64
}

// prints is a search that keeps fingerprints. The set of the search is one of
// fingerprints; the logs of it, of now and next, and of parents go along with
// each other.
type prints struct {
	*search
	bits      int
	keys      []*batch    // by worker: the fingerprints of a batch
	origins   [][]origin  // by worker: where the states of its batch come from
	now, next []*stateLog // the states of the last level, and of the one after it
	parents   []*stateLog // by log and index: the place of the state it was found from
	most      int64       // states in the largest level
	redo      int         // levels to be expanded again, without a look at what is found
}

// origin says of the states of a batch, from one on, what state they come from.
type origin struct {
	first int
	from  place
}

// newFingerprints is what results of so many states say.
func newFingerprints(bits int, states int64) *Fingerprints {
	n := float64(states)
	return &Fingerprints{bits, min(1, n*(n-1)/2*math.Exp2(-float64(bits)))}
}

func (p *prints) fingerprints() *Fingerprints { return newFingerprints(p.bits, p.stats().States) }

func (p *prints) toDisk(string) (portable, error) { return nil, nil }

// newPrints makes sh a search that keeps fingerprints of 64 or 128 bits.
func newPrints(sh *search, bits int) *prints {
	p := &prints{search: sh, bits: bits}
	sh.prints = p
	return p
}

// checkFingerprint finds options that do not go with fingerprints.
func (o Options) checkFingerprint() error {
	switch {
	case o.Fingerprint == 0:
		return nil
	case o.Fingerprint != 64 && o.Fingerprint != 128:
		return fmt.Errorf("fingerprints have 64 or 128 bits, not %d", o.Fingerprint)
	case o.Spill != "" || o.Checkpoint != "":
		return fmt.Errorf("what is known by fingerprints cannot be written to a disk")
	}
	return nil
}

// printKey is the key of the hash: always the same, as results are.
const printKey = 0x6d6d636865636b21

// print writes the fingerprint of a state to dst.
func (p *prints) print(dst, state []uint64) {
	b := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(state))), 8*len(state))
	if p.bits > 64 {
		dst[0], dst[1] = siphash.Hash128(printKey, printKey, b)
		return
	}
	dst[0] = siphash.Hash(printKey, printKey, b)
	if p.bits < 64 { // in tests
		dst[0] &= 1<<p.bits - 1
	}
}

// words is the number of words of a fingerprint.
func (p *prints) words() int { return (p.bits + 63) / 64 }

func (p *prints) reset() {
	p.free()
	p.relayout()
	n := len(p.workers)
	p.set = newSet(form{words: p.words()}, n)
	p.now, p.next, p.parents = newLogs(n, p.layout.Words), newLogs(n, p.layout.Words), newLogs(n, 1)
	if p.set == nil || p.now == nil || p.next == nil || p.parents == nil {
		panic("checker: there is no memory for even a single state")
	}
	if p.limit > 0 {
		p.set.limit = max(p.limit/4*3, leastMemory)
	}
	p.keys, p.origins = nil, make([][]origin, n)
	for _, w := range p.workers {
		w.inLoop, w.levels = nil, nil
	}
	for range n {
		p.keys = append(p.keys, newBatch(p.words()))
	}
	p.ends, p.transitions, p.full, p.look, p.most = nil, 0, false, firstLook, 1
	b := p.workers[0].out
	p.layout.Pack(b.words, p.pl.Prog.Initial)
	b.n = 1
	p.origins[0] = []origin{{}}
	p.add(b, 0)
	p.endLevel()
}

func (p *prints) free() {
	p.search.free()
	for _, logs := range [][]*stateLog{p.now, p.next, p.parents} {
		freeLogs(logs)
	}
	p.now, p.next, p.parents = nil, nil, nil
}

// endLevel makes the next level the one at hand.
func (p *prints) endLevel() {
	p.search.endLevel()
	p.most = max(p.most, p.size(len(p.ends)-1))
	p.now, p.next = p.next, p.now
	for _, l := range p.next {
		l.n.Store(0)
	}
}

// add adds the states of a batch whose fingerprints are new, and empties it. It
// reports false if there is no more memory.
func (p *prints) add(b *batch, log int) bool {
	words, keys, next, parents := p.layout.Words, p.keys[log], p.next[log], p.parents[log]
	if int(next.n.Load()) > next.max || int(parents.n.Load()) > parents.max {
		return false
	}
	for i := range b.n {
		p.print(keys.words[i*p.words():(i+1)*p.words()], b.words[i*words:(i+1)*words])
	}
	keys.n = b.n
	if !p.set.add(keys, log) {
		return false
	}
	next.append(b.words, keys.fresh, words)
	from, n := p.origins[log], parents.n.Load()
	for _, i := range keys.fresh {
		for len(from) > 1 && from[1].first <= int(i) {
			from = from[1:]
		}
		parents.words[n] = uint64(from[0].from)
		n++
	}
	parents.n.Store(n)
	last := p.origins[log][len(p.origins[log])-1].from
	p.origins[log] = append(p.origins[log][:0], origin{0, last})
	b.n = 0
	return true
}

// visit expands a state of the level at hand.
func (p *prints) visit(w *worker, s []uint64) {
	p.origins[w.num] = append(p.origins[w.num], origin{w.out.n, p.placeOf(s)})
	w.visit(s)
}

// placeOf is the place of a state of the level at hand, by where it lies.
func (p *prints) placeOf(s []uint64) place {
	at := uintptr(unsafe.Pointer(unsafe.SliceData(s)))
	for log, l := range p.now {
		first := uintptr(unsafe.Pointer(unsafe.SliceData(l.words)))
		if i := int(at-first) / 8 / p.layout.Words; at >= first && i < int(l.n.Load()) {
			lo, _ := p.segment(len(p.ends)-1, log)
			return place(log<<indexBits | (lo + i))
		}
	}
	panic("checker: a state of no level")
}

// span returns part n of the level at hand, nothing behind the last.
func (p *prints) span(n int) []uint64 {
	for _, l := range p.now {
		size := int(l.n.Load())
		if parts := (size + spanSize - 1) / spanSize; n >= parts {
			n -= parts
			continue
		}
		return l.words[n*spanSize*p.layout.Words : min((n+1)*spanSize, size)*p.layout.Words]
	}
	return nil
}

func (p *prints) expand(found *findings, stop func() *LimitHit) *LimitHit {
	for len(p.ends) <= p.redo {
		levels := len(p.ends)
		if hit := p.expandLast(&findings{pl: p.pl, depth: levels - 1}, stop); hit != nil || p.toBeWidened() {
			return hit
		}
		if len(p.ends) == levels {
			panic("checker: a level is empty that was not")
		}
	}
	return p.expandLast(found, stop)
}

func (p *prints) expandLast(found *findings, stop func() *LimitHit) *LimitHit {
	p.prepare(found)
	if p.lookAhead() {
		return nil
	}
	hit := p.sweepSpans(p.size(len(p.ends)-1), p.span, p.visit, stop)
	if hit == nil && p.toBeWidened() {
		return nil
	}
	p.gather(found)
	if hit == nil && p.set.size() > p.total(len(p.ends)) {
		p.endLevel()
	}
	return hit
}

// toBeWidened reports whether there was a value that does not fit.
func (p *prints) toBeWidened() bool {
	return p.looked || slices.ContainsFunc(p.workers, func(w *worker) bool { return w.misfit })
}

func (p *prints) widen() func([]uint64) []uint64 {
	if !p.learn() {
		return nil
	}
	old := p.layout
	p.redo = max(p.redo, len(p.ends)-1)
	p.reset()
	layout := p.layout
	repack := layout.Repacker(old)
	return func(words []uint64) []uint64 {
		wider := make([]uint64, layout.Words)
		repack(wider, words)
		return wider
	}
}

// edges returns transitions to some states of the next level, for each of them
// from the state that it was found from.
func (p *prints) edges(level int, to ways) (out []edge) {
	names := map[[2]uint64]bool{}
	for state := range to {
		names[p.key(wordsNamed(state))] = true
	}
	from := map[place]bool{}
	for log := range p.workers {
		for lo, hi := p.segment(level+1, log); lo < hi; lo++ {
			at := place(log<<indexBits | lo)
			if parent := p.parentOf(at); names[p.known(at)] && !from[parent] {
				from[parent] = true
				out = append(out, p.stepsTo(p.find(parent), to.has())...)
			}
		}
	}
	return out
}

func (p *prints) parentOf(at place) place {
	return place(p.parents[at>>indexBits].words[at&(1<<indexBits-1)])
}

// key is the fingerprint of a state, known that of the state in a place.
func (p *prints) key(state []uint64) (k [2]uint64) {
	p.print(k[:], state)
	return k
}

func (p *prints) known(at place) (k [2]uint64) {
	copy(k[:], p.set.at(at))
	return k
}

// find makes the state in a place again, from the initial one on.
func (p *prints) find(at place) []uint64 {
	var way []place
	for ; at != 0; at = p.parentOf(at) {
		way = append(way, at)
	}
	s, _ := p.pack(p.pl.Prog.Initial)
	for _, at := range slices.Backward(way) {
		want := p.known(at)
		steps := p.stepsTo(s, func(next []uint64) bool { return p.key(next) == want })
		if len(steps) == 0 {
			panic("checker: no way to a state that was found")
		}
		s = slices.MinFunc(steps, func(a, b edge) int { return slices.Compare(a.to, b.to) }).to
	}
	return s
}

// stepsTo returns the transitions from a state to those that are wanted.
func (p *prints) stepsTo(s []uint64, wanted func([]uint64) bool) []edge {
	w := p.workers[0]
	w.edges, w.wanted, w.toward, w.found = nil, wanted, nil, &findings{pl: p.pl}
	w.out.n = 0
	w.collect(s)
	return w.edges
}

// size is that of a level, 0 of one that is still to be done again.
func (p *prints) size(level int) int64 {
	if level >= len(p.ends) {
		return 0
	}
	return p.search.size(level)
}

func (p *prints) over() bool { return p.limit > 0 && p.stats().Memory > p.limit }

func (p *prints) stats() Stats {
	s := p.search.stats()
	s.Memory += 8*s.States + 2*8*int64(p.layout.Words)*p.most
	for _, w := range p.workers {
		s.Memory += int64(8*cap(w.inLoop) + 4*cap(w.levels))
	}
	return s
}
