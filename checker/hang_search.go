// SPDX-License-Identifier: MIT

// This file finds hangs in loops for the production search, in the graph of the
// states that are stored. A hang is shown in a state from which all that go on
// stay in loops; so of all states only those are looked at in which all that can
// go on are in loops, and none where the search met none.
//
// With reductions not all states are stored, and not all that follow from one.
// But whatever step can be made in the end, from a state that is stored, is made
// on some way from there in the graph: steps are put off, and none for ever
// (por/sticky.go). So the same threads hang in that state. And in each closed
// component of the full graph lies a state that is stored, since a way there is
// in the graph but for the order of steps, and for more of them. With symmetry,
// threads change places from one state to the next; that is followed.

package checker

import (
	"math/bits"
	"slices"

	"mmcheck/checker/property"
	"mmcheck/checker/symmetry"
)

// inLoops reports whether all threads that can go on in s are in loops.
func (w *worker) inLoops(s []uint64, running uint64) bool {
	for ; running != 0; running &= running - 1 {
		t := bits.TrailingZeros64(running)
		if w.sh.loops[t].Part[w.vm.PC(s, t)] == 0 {
			return false
		}
	}
	return true
}

// turns notes such a state, whole if the search will not have it any more.
func (w *worker) turns(s []uint64) {
	w.found.turns = true
	if w.sh.prints != nil {
		w.inLoop, w.levels = append(w.inLoop, s...), append(w.levels, int32(w.found.depth))
	}
}

// hangSearch looks for hangs among the states of a search.
type hangSearch struct {
	sh    *search
	w     *worker
	g     *progress
	works []uint64 // the bits of a packed state in which a change can be seen
	stop  func() *LimitHit
	held  int64 // bytes held by the search itself
	nodes []hangNode
	index map[string]int32
}

// hangNode is a state in which all that can go on are in loops.
type hangNode struct {
	words  []uint64
	level  int32
	leaves bool   // on some way from there, something is not in a loop
	goOn   uint64 // threads that do not hang, as far as is known
	moves  uint64 // threads that move
	before []hangEdge
}

// hangEdge leads to a state from another one.
type hangEdge struct {
	from  int32
	parts symmetry.Perm // by thread of the state: which thread of the other plays its part; nil: itself
}

// levelled gives the states of a search, level by level.
type levelled interface {
	levels() int
	each(level int, f func([]uint64) bool)
	stats() Stats
}

func (sh *search) hangs(levels int, found *findings, stop func() *LimitHit) *LimitHit {
	return sh.hangsIn(sh, levels, found, stop)
}

func (s *spilled) hangs(levels int, found *findings, stop func() *LimitHit) *LimitHit {
	return s.search.hangsIn(s, levels, found, stop)
}

func (p *prints) hangs(levels int, found *findings, stop func() *LimitHit) *LimitHit {
	return p.search.hangsIn(p, levels, found, stop)
}

// each calls f on the states of a level that were kept for this.
func (p *prints) each(level int, f func([]uint64) bool) {
	for _, w := range p.workers {
		for i, n := range w.levels {
			if at := i * p.layout.Words; int(n) == level && !f(w.inLoop[at:at+p.layout.Words]) {
				return
			}
		}
	}
}

func (sh *search) hangsIn(all levelled, levels int, found *findings, stop func() *LimitHit) *LimitHit {
	if sh.loops == nil {
		return nil
	}
	h := &hangSearch{sh: sh, w: sh.workers[0], g: newProgress(sh.pl.Prog), stop: stop, held: all.stats().Memory, index: map[string]int32{}}
	h.works = sh.layout.Mask(h.g.visible)
	if hit := h.collect(all, levels); hit != nil {
		return hit
	}
	if hit := h.follow(); hit != nil {
		return hit
	}
	h.spread()
	for i := range h.nodes {
		n := &h.nodes[i]
		hang := h.g.everyone() &^ n.goOn
		if text := textOfHang(hang, n.moves); !n.leaves && sh.pl.Broken(property.Deadlock, text) {
			found.hang(n.words, hang, text, int(n.level))
		}
	}
	return nil
}

// collect gathers the states in question.
func (h *hangSearch) collect(all levelled, levels int) (hit *LimitHit) {
	for level := range levels {
		all.each(level, func(s []uint64) bool {
			if _, running := h.w.vm.Moves(s, &h.w.moves); running != 0 && h.w.inLoops(s, running) {
				n := hangNode{words: slices.Clone(s), level: int32(level), goOn: h.g.idle(h.w.plain(s))}
				h.index[name(n.words)] = int32(len(h.nodes))
				h.nodes = append(h.nodes, n)
				hit = h.limit()
			}
			return hit == nil
		})
		if hit != nil {
			return hit
		}
	}
	return nil
}

// hangBytes is about what a state takes, with the edges to it.
const hangBytes = 200

// limit is asked now and then.
func (h *hangSearch) limit() *LimitHit {
	n := int64(len(h.nodes))
	if n%1024 != 0 {
		return nil
	}
	if h.sh.limit > 0 && h.held+n*(hangBytes+8*int64(h.sh.layout.Words)) > h.sh.limit {
		return outOfMemory
	}
	return h.stop()
}

// follow notes where each state leads to, and what is done on the way.
func (h *hangSearch) follow() *LimitHit {
	w := h.w
	w.toward, w.found, w.edges, w.out.n = nil, &findings{pl: h.sh.pl}, nil, 0
	at, some := int32(0), false
	w.wanted = func(next []uint64) bool {
		some = true
		j, ok := h.index[name(next)]
		if !ok {
			h.nodes[at].leaves = true
		} else {
			h.nodes[j].before = append(h.nodes[j].before, hangEdge{at, slices.Clone(w.parts)})
		}
		return false
	}
	w.steps = func(before, after []uint64, t int) {
		works := false
		for i, m := range h.works {
			works = works || (before[i]^after[i])&m != 0
		}
		n := &h.nodes[at]
		n.moves |= 1 << t
		if h.g.step(t, w.vm.PC(before, t), w.vm.PC(after, t), works) {
			n.goOn |= 1 << t
		}
	}
	defer func() { w.wanted, w.steps = nil, nil }()
	for i := range h.nodes {
		at, some = int32(i), false
		w.collect(h.nodes[i].words)
		h.nodes[i].leaves = h.nodes[i].leaves || !some
		if i%1024 == 0 {
			if hit := h.stop(); hit != nil {
				return hit
			}
		}
	}
	return nil
}

// spread hands what is known of states on to those before them.
func (h *hangSearch) spread() {
	work := make([]int32, len(h.nodes))
	for i := range work {
		work[i] = int32(i)
	}
	for len(work) > 0 {
		n := &h.nodes[work[len(work)-1]]
		work = work[:len(work)-1]
		for _, e := range n.before {
			b := &h.nodes[e.from]
			goOn, moves, leaves := b.goOn|e.parts.Of(n.goOn), b.moves|e.parts.Of(n.moves), b.leaves || n.leaves
			if goOn != b.goOn || moves != b.moves || leaves != b.leaves {
				b.goOn, b.moves, b.leaves = goOn, moves, leaves
				work = append(work, e.from)
			}
		}
	}
}
