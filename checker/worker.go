// SPDX-License-Identifier: MIT

// This file expands packed states: one worker on one processor. A state is
// judged, its transitions are fired, and where they lead is collected in a
// batch that goes into the visited set when it is full. Nothing is allocated
// on the way.

package checker

import (
	"math/bits"
	"slices"
	"sync/atomic"

	"mmcheck/checker/symmetry"
	"mmcheck/model"
	"mmcheck/model/vm"
)

// worker expands states on one processor.
type worker struct {
	sh      *search
	num     int // of the worker, and of its log
	vm      *vm.Machine
	moves   [64]vm.Moves // of each thread in the state at hand
	room    model.State  // room for a plain state; layouts only get wider, so that the rest of it stays
	out     *batch       // successors on their way into the set
	found   *findings
	fired   int64        // transitions of the span at hand
	done    atomic.Int64 // transitions of the level, those of the span excepted
	facts   []uint64     // noted with earlier layouts
	misfit  bool         // something did not fit the layout
	full    bool         // there is no more memory
	edges   []edge
	wanted  func([]uint64) bool                 // nil: transitions are taken, and not collected
	inLoop  []uint64                            // by fingerprints: the states in which all that can go on is in loops
	levels  []int32                             // of these
	parts   symmetry.Perm                       // of the state that wanted is asked for
	steps   func(before, after []uint64, t int) // called for each while they are collected; may be nil
	toward  *toward                             // nil: any thread may lead there
	reducer *reducer                            // nil: every transition is taken
	pairs   *pairFinder                         // nil: no accesses can break a property together
	_       [128]byte                           // workers share no cache line
}

// relayout prepares w for the layout of the search.
func (w *worker) relayout() {
	if w.vm != nil {
		w.facts = joinFacts(w.facts, w.vm.Noted)
	}
	w.vm = w.sh.code.NewMachine(w.vm)
	w.out = newBatch(w.sh.layout.Words)
	w.misfit = false
	if w.pairs != nil {
		w.pairs.relayout()
	}
	if w.reducer != nil {
		w.reducer.relayout()
	}
}

// visit expands one state.
func (w *worker) visit(s []uint64) {
	blocked, running := w.vm.Moves(s, &w.moves)
	if (blocked != 0 || running == 0) && !w.judge(s, blocked, running) {
		return
	}
	w.race(s)
	if w.sh.loops != nil && running != 0 && (!w.found.turns || w.sh.prints != nil) && w.inLoops(s, running) {
		w.turns(s)
	}
	if w.reducer != nil {
		w.reducer.visit(s, running)
		return
	}
	for ; running != 0; running &= running - 1 {
		w.take(s, bits.TrailingZeros64(running))
	}
}

// take takes all transitions of a thread from s.
func (w *worker) take(s []uint64, t int) {
	mv := &w.moves[t]
	if mv.Can&vm.Untold != 0 {
		for a := int(mv.Can &^ vm.Untold); a >= 0; a = w.vm.Enabled(s, t, a+1) {
			w.fire(s, t, a)
		}
		return
	}
	for can := mv.Can; can != 0; can &= can - 1 {
		a := bits.TrailingZeros64(can)
		if a >= vm.MaxAlts {
			w.fire(s, t, a-vm.MaxAlts)
			continue
		}
		w.fired++
		mv.Apply(w.place(s), s, a)
		w.emit()
	}
}

// judge reports whether the search may go on from s. Only states in which all
// is over, or some threads may wait for each other, are unpacked for that.
func (w *worker) judge(s []uint64, blocked, running uint64) bool {
	if running != 0 && !w.circle(s, blocked) {
		return true
	}
	return w.found.judge(s, w.plain(s), blocked, running)
}

// plain is s unpacked, until it is called again.
func (w *worker) plain(s []uint64) model.State {
	if w.room == nil {
		w.room = w.sh.plain()
	}
	w.sh.layout.Unpack(w.room, s)
	return w.room
}

// circle reports whether some of the blocked threads wait for each other in a
// circle: whether any are left when those that wait for none of the rest are
// taken away one by one.
func (w *worker) circle(s []uint64, blocked uint64) bool {
	blocked &= w.sh.waiters
	for last := uint64(0); last != blocked; {
		last = blocked
		for rest := blocked; rest != 0; rest &= rest - 1 {
			if t := bits.TrailingZeros64(rest); w.vm.Waits(s, t)&blocked == 0 {
				blocked &^= 1 << t
			}
		}
	}
	return blocked != 0
}

// fire takes one transition from s.
func (w *worker) fire(s []uint64, t, alt int) {
	w.fired++
	next := w.next(s)
	if st := w.vm.Fire(next, t, alt); st != 0 || len(w.vm.Broken) != 0 {
		w.note(s, s, t, alt, nil)
		if w.misfit = w.misfit || st&vm.Misfit != 0; st != 0 {
			return
		}
	}
	w.emit()
}

// place is where the next state of the batch begins, which is as long as s.
func (w *worker) place(s []uint64) []uint64 { return w.out.words[w.out.n*len(s):] }

// next returns a copy of s in that place.
func (w *worker) next(s []uint64) []uint64 {
	next := w.place(s)[:len(s)]
	copy(next, s)
	return next
}

// note remembers what the last transition broke, which was taken in state at; path is
// how it was reached from s, if that took more than one.
func (w *worker) note(s, at []uint64, t, alt int, path []move) {
	for i := range w.vm.Broken {
		point := w.sh.pl.Prog.Threads[t].Points[w.vm.PC(at, t)-1]
		w.found.transition(s, t+1, alt, point, w.vm.Broken[i].Check, path)
	}
	w.found.limits(w.vm.Limit)
}

// emit hands on the state in the place for the next state of the batch.
func (w *worker) emit() {
	if w.out.n++; w.out.n%askSize == 0 {
		w.handOn()
	}
}

func (w *worker) handOn() {
	if w.out.n == batchSize {
		w.flush()
	} else if w.sh.prints == nil {
		w.out.ask(w.sh.layout.Words)
	}
}

func (w *worker) flush() {
	if w.out.n > 0 && !w.sh.add(w.out, w.num) {
		w.full, w.out.n, w.out.asked = true, 0, 0
	}
}

// collect adds the transitions from s to states that are wanted to w.edges.
func (w *worker) collect(s []uint64) {
	if w.reducer != nil {
		if blocked, running := w.vm.Moves(s, &w.moves); running != 0 && w.judge(s, blocked, running) {
			w.reducer.visit(s, running)
		}
		return
	}
	some := uint64(1)<<w.sh.threads - 1
	if w.toward != nil {
		some = w.toward.from(w.vm, s)
	}
	for ; some != 0; some &= some - 1 {
		t := bits.TrailingZeros64(some)
		for a := w.vm.Enabled(s, t, 0); a >= 0; a = w.vm.Enabled(s, t, a+1) {
			next := w.next(s)
			if w.vm.Fire(next, t, a) != 0 {
				continue
			}
			if w.steps != nil {
				w.steps(s, next, t)
			}
			if w.wanted(next) {
				w.edges = append(w.edges, edge{from: s, to: slices.Clone(next), thread: t + 1, alt: a})
			}
		}
	}
}
