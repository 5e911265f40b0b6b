// SPDX-License-Identifier: MIT

// This file expands states with fewer transitions and stores fewer of them,
// without losing a violation:
//
//   - a persistent set of threads is expanded where there is a smaller one
//     (por), all threads where a transition ends the path;
//   - where only one transition is to be taken, the state is not stored: the
//     forced steps are followed to the next state with a choice;
//   - choices that nobody else can see, and transitions that can be delayed
//     (por/mover.go), are taken together with their thread's next step, unless that
//     may race with another's;
//   - of all states that differ in who plays which part, one is stored
//     (package symmetry).
//
// That a thread is not put off for ever is seen to by por/sticky.go.

package checker

import (
	"math/bits"
	"slices"

	"mmcheck/checker/por"
	"mmcheck/checker/symmetry"
	"mmcheck/model"
	"mmcheck/model/vm"
)

// move is a transition: an alternative of the next step of a thread, counted
// from 0.
type move struct{ thread, alt int }

const (
	// maxChain bounds the forced steps taken without storing a state, so that a
	// loop that counts for ever comes to the limit of states.
	maxChain = 1 << 8
	// maxDelayed bounds the steps that are taken together with the next one.
	maxDelayed = 8
)

// reducer expands states for one worker.
type reducer struct {
	w     *worker
	x     *por.Analysis      // nil: every transition is taken, and none with another
	y     *symmetry.Symmetry // nil: nothing may change places
	c     *por.Chooser
	pcs   []int
	at    []uint64 // the state at hand, for queries
	exprs []int    // by query: what the machine knows it as, -1 if it does not yet
	bufs  [][]uint64
	from  []uint64 // the state that is expanded
	path  []move   // from there
	plain model.State
	canon model.State // the representative of plain

	drop    bool   // a delayed transition is not taken while the next one is blocked
	dropped uint64 // threads for which that was so
	emitted uint64 // threads with a transition that a state to be stored came from
}

func newReducer(w *worker, x *por.Analysis, y *symmetry.Symmetry) *reducer {
	r := &reducer{w: w, x: x, c: x.NewChooser(), pcs: make([]int, w.sh.threads), plain: w.sh.plain(), canon: w.sh.plain()}
	if y != nil {
		r.y = y.Fork()
	}
	return r
}

func (r *reducer) relayout() {
	r.exprs = r.exprs[:0]
	r.bufs = r.bufs[:0]
	for range maxDelayed + 3 {
		r.bufs = append(r.bufs, make([]uint64, r.w.sh.layout.Words))
	}
}

// choose returns the threads to expand in s.
func (r *reducer) choose(s []uint64) uint64 {
	for t := range r.pcs {
		r.pcs[t] = r.w.vm.PC(s, t)
	}
	r.at = s
	return r.c.Choose(r.pcs, r.ask)
}

// ask answers a query of the state at hand.
func (r *reducer) ask(query int, e model.Expr) bool {
	for len(r.exprs) <= query {
		r.exprs = append(r.exprs, -1)
	}
	if r.exprs[query] < 0 {
		r.exprs[query] = r.w.sh.code.Expr(e)
	}
	return r.w.vm.Eval(r.at, r.exprs[query]) != 0
}

// visit expands a state in which some threads can go on. Where a transition
// ends the path, what the others would do is lost with it: they are expanded
// as well.
func (r *reducer) visit(s []uint64, running uint64) {
	r.from, r.path = s, r.path[:0]
	if r.x == nil {
		r.expandAll(s, running)
		return
	}
	set := r.choose(s) & running
	r.drop, r.dropped, r.emitted = set == running && !r.mayCycle(s, running), 0, 0
	if r.expand(s, set, set == running || !r.x.Needs(por.DelayedWithAll)) && set != running && r.x.Needs(por.EndedPaths) {
		r.expand(s, running&^set, false)
	}
	r.drop = false
	for r.dropped != 0 && !r.othersGoOn() {
		t := r.dropped & -r.dropped
		r.dropped &^= t
		r.expand(s, t, true)
	}
}

// expandAll takes the transitions of some threads one by one.
func (r *reducer) expandAll(s []uint64, threads uint64) {
	for ; threads != 0; threads &= threads - 1 {
		t := bits.TrailingZeros64(threads)
		for a := r.w.vm.Enabled(s, t, 0); a >= 0; a = r.w.vm.Enabled(s, t, a+1) {
			next := r.bufs[0]
			copy(next, s)
			status := r.fire(next, t, a)
			r.w.note(r.from, s, t, a, r.path)
			if r.w.misfit = r.w.misfit || status&vm.Misfit != 0; status == 0 {
				r.emit(next)
			}
			r.path = r.path[:0]
		}
	}
}

// othersGoOn reports whether some thread goes on from here whatever it chooses:
// then it does so on every path on which the others wait for ever. One that goes
// on with some choices only may be waiting itself.
func (r *reducer) othersGoOn() bool {
	others := r.emitted &^ r.dropped
	if !r.x.Needs(por.AllTheyChoose) {
		others = r.emitted &^ (r.dropped & -r.dropped)
	}
	return others != 0 || !r.x.Needs(por.OthersGoOn)
}

// mayCycle reports whether s may lie on a cycle of states: each has a state
// from which a sticky step is taken.
func (r *reducer) mayCycle(s []uint64, running uint64) bool {
	for ; running != 0; running &= running - 1 {
		t := bits.TrailingZeros64(running)
		if r.x.Action(t, r.w.vm.PC(s, t)).Sticky && r.x.Needs(por.NotOnCycles) {
			return true
		}
	}
	return false
}

// expand takes the transitions of some threads, and reports whether one of
// them ended the path. all says that these are all threads that can go on: then
// transitions that can be delayed are taken with the next one.
func (r *reducer) expand(s []uint64, threads uint64, all bool) (ended bool) {
	how := notDelayed
	if all {
		how = choices
	}
	for ; threads != 0; threads &= threads - 1 {
		t := bits.TrailingZeros64(threads)
		for a := r.w.vm.Enabled(s, t, 0); a >= 0; a = r.w.vm.Enabled(s, t, a+1) {
			ended = r.take(s, t, a, how, 0) || ended
		}
	}
	return ended
}

// delay says how take goes on behind a transition that can be delayed.
type delay uint8

const (
	notDelayed delay = iota // as behind any other step
	choices                 // with the next step; what was delayed so far are choices
	movers                  // with the next step; there are right movers among them
)

// take takes a transition, and what follows from it up to the next state to be
// stored. It reports whether the transition ended the path.
func (r *reducer) take(s []uint64, t, alt int, how delay, depth int) (ended bool) {
	switch a := r.x.Action(t, r.w.vm.PC(s, t)); {
	case depth >= maxDelayed || !a.Delayed:
		how = notDelayed
	case how == choices && !a.Private():
		how = movers
	}
	next := r.bufs[depth]
	copy(next, s)
	status := r.fire(next, t, alt)
	r.w.note(r.from, s, t, alt, r.path)
	switch {
	case status&vm.Misfit != 0:
		r.w.misfit = true
	case status != 0:
		ended = true
	case how == notDelayed:
		r.follow(next)
	default:
		r.join(next, t, how, depth+1)
	}
	r.path = r.path[:len(r.path)-1]
	return ended
}

// join takes the next step of t as well, if it can. If it cannot, a choice can be
// delayed further, as long as somebody else can go on: whether t waits before or
// behind it makes no difference to others. (Behind a right mover, others may
// have to wait for t.) On a cycle of states, where others go on for ever, it is
// taken, so that threads are seen to wait for each other.
func (r *reducer) join(s []uint64, t int, how delay, depth int) {
	ended, blocked := r.w.vm.PC(s, t) == 0, r.w.vm.Enabled(s, t, 0) < 0
	switch {
	case !ended && blocked && r.drop && (how == choices || !r.x.Needs(por.MoversWait)):
		r.dropped |= 1 << r.path[0].thread
		return
	case ended || blocked:
		r.follow(s)
		return
	}
	for a := r.w.vm.Enabled(s, t, 0); a >= 0; a = r.w.vm.Enabled(s, t, a+1) {
		r.take(s, t, a, how, depth)
	}
}

// fire takes a transition in place and adds it to the path.
func (r *reducer) fire(s []uint64, t, alt int) vm.Status {
	r.w.fired++
	r.path = append(r.path, move{t, alt})
	if r.w.steps == nil {
		return r.w.vm.Fire(s, t, alt)
	}
	before := slices.Clone(s)
	status := r.w.vm.Fire(s, t, alt)
	if status == 0 {
		r.w.steps(before, s, t)
	}
	return status
}

// follow takes forced steps from s, in place, and hands on the state that they
// lead to. A step that ends the path is left to the expansion of the state
// before it.
func (r *reducer) follow(s []uint64) {
	length, before := len(r.path), r.bufs[maxDelayed+1]
	for range maxChain {
		m, ok := r.forced(s)
		if !ok {
			break
		}
		copy(before, s)
		status := r.fire(s, m.thread, m.alt)
		if status&vm.Misfit != 0 {
			r.w.misfit = true
			r.path = r.path[:length]
			return
		}
		if status != 0 {
			copy(s, before)
			r.path = r.path[:len(r.path)-1]
			break
		}
		r.w.note(r.from, before, m.thread, m.alt, r.path)
	}
	r.emit(s)
	r.path = r.path[:length]
}

// forced is the only transition to be taken in s, if there is but one. Sticky
// steps are taken from stored states only.
func (r *reducer) forced(s []uint64) (m move, ok bool) {
	for set := r.choose(s); set != 0; set &= set - 1 {
		t := bits.TrailingZeros64(set)
		if r.w.vm.PC(s, t) == 0 {
			continue
		}
		for a := r.w.vm.Enabled(s, t, 0); a >= 0; a = r.w.vm.Enabled(s, t, a+1) {
			if ok || r.x.Action(t, r.w.vm.PC(s, t)).Sticky && r.x.Needs(por.StickyAlone) {
				return move{}, false
			}
			m, ok = move{t, a}, true
		}
	}
	return m, ok
}

// emit hands on the representative of s to be stored.
func (r *reducer) emit(s []uint64) {
	r.emitted |= 1 << r.path[0].thread
	next := r.w.next(s)
	var parts symmetry.Perm
	if r.y != nil {
		r.w.sh.layout.Unpack(r.plain, s)
		copy(r.canon, r.plain)
		parts = r.y.Canon(r.canon)
		if !r.repack(next) {
			r.w.misfit = true
			return
		}
	}
	if r.w.wanted == nil {
		r.w.emit()
		return
	}
	r.w.parts = parts
	if r.w.wanted(next) {
		r.w.edges = append(r.w.edges, edge{from: r.from, to: slices.Clone(next), path: slices.Clone(r.path), parts: slices.Clone(parts)})
	}
}

// repack turns the packed plain state into its representative. What does not
// fit is noted.
func (r *reducer) repack(words []uint64) (fits bool) {
	fits = true
	for i, x := range r.canon {
		if x != r.plain[i] && !r.w.sh.layout.Put(words, i, x) {
			r.w.vm.Misfits[i].Join(x)
			fits = false
		}
	}
	return fits
}
