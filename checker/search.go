// SPDX-License-Identifier: MIT

// This file is the production space: packed states, expanded by compiled code
// on all processors. What it finds does not depend on the number of workers:
// levels are complete before anything is decided, and what is shown is chosen
// by rules that know no order of discovery.

package checker

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"mmcheck/model"
)

func defaultWorkers() int { return runtime.GOMAXPROCS(0) }

// sampleStates is the number of states looked at before a layout is made.
const sampleStates = 400

type search struct {
	pl      *plan
	layout  *model.Layout
	code    *model.Compiled
	visited *visited
	workers []*worker
	seen    []model.Range // what elements have held
	misfit  bool          // something did not fit the layout
}

// worker expands states on one processor.
type worker struct {
	sh          *search
	m           *model.Machine
	words       []uint64 // the state being built
	parent      []uint64
	next        []id
	found       *findings
	misfits     []model.Range
	misfit      bool
	fired       int64        // transitions of the batch at hand
	transitions atomic.Int64 // of all batches before it
}

func newSearch(pl *plan, workers int) *search {
	sh := &search{pl: pl, seen: sample(pl), code: model.Compile(pl.prog, pl.fatal)}
	for range workers {
		sh.workers = append(sh.workers, &worker{sh: sh, m: sh.code.NewMachine(), misfits: model.RangesOf(pl.prog.Initial)})
	}
	return sh
}

// sample runs the plain interpreter over the first few states.
func sample(pl *plan) []model.Range {
	r := newReference(pl)
	never := func() *LimitHit { return nil }
	for level := []id{r.reset()}; len(level) > 0 && len(r.states) < sampleStates; {
		level, _ = r.expand(level, newFindings(pl), never)
	}
	seen := model.RangesOf(pl.prog.Initial)
	for _, s := range r.states {
		for i, x := range s {
			seen[i].Join(x)
		}
	}
	return seen
}

func (sh *search) reset() id {
	sh.layout, sh.misfit = model.NewLayout(sh.seen), false
	sh.visited = newVisited(sh.layout.Words)
	for _, w := range sh.workers {
		w.words, w.parent = apart(sh.layout.Words), apart(sh.layout.Words)
		w.transitions.Store(0)
		w.misfit = false
		w.m.State = append(w.m.State[:0], sh.pl.prog.Initial...)
	}
	first := make([]uint64, sh.layout.Words)
	sh.layout.Pack(first, sh.pl.prog.Initial)
	n, _ := sh.visited.add(first)
	return n
}

// apart returns words that share no cache line with another worker's.
func apart(words int) []uint64 { return make([]uint64, words+8)[:words:words] }

// batch is the number of states that a worker takes at a time.
const batch = 64

func (sh *search) expand(level []id, found *findings, stop func() *LimitHit) (next []id, complete bool) {
	var taken atomic.Int64
	var halted atomic.Bool
	workers := sh.workers[:min(len(sh.workers), 1+len(level)/batch)]
	run := func(w *worker, first bool) {
		w.next, w.found = w.next[:0], &findings{pl: sh.pl, settled: found.settled}
		for !halted.Load() {
			lo := int(taken.Add(batch)) - batch
			if lo >= len(level) {
				return
			}
			for _, n := range level[lo:min(lo+batch, len(level))] {
				w.visit(n)
			}
			w.transitions.Add(w.fired)
			w.fired = 0
			if first && stop() != nil {
				halted.Store(true)
			}
		}
	}
	var wg sync.WaitGroup
	var failed atomic.Value
	for _, w := range workers[1:] {
		wg.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					failed.Store(fmt.Sprint(r))
				}
			}()
			run(w, false)
		})
	}
	run(workers[0], true)
	wg.Wait()
	if f := failed.Load(); f != nil {
		panic(f) // where the caller can see it
	}
	for _, w := range workers {
		next = append(next, w.next...)
		found.merge(w.found)
		sh.misfit = sh.misfit || w.misfit
	}
	return next, !halted.Load() && !sh.misfit
}

// visit expands one state.
func (w *worker) visit(n id) {
	w.load(n)
	m, at := w.m, n
	var blocked, running uint64
	for t := range w.sh.pl.prog.Threads {
		p := w.point(t)
		switch {
		case p == nil:
		case slices.ContainsFunc(p.Alts, func(a model.CompiledAlt) bool { return enabled(&a, m.State) }):
			running |= 1 << t
		default:
			blocked |= 1 << t
		}
	}
	if (blocked != 0 || running == 0) && !w.found.judge(at, m.State, blocked, running) {
		return
	}
	for t := range w.sh.pl.prog.Threads {
		if running>>t&1 == 0 {
			continue
		}
		for a := range w.point(t).Alts {
			if enabled(&w.point(t).Alts[a], m.State) {
				w.fire(at, t, a)
			}
		}
	}
}

func enabled(a *model.CompiledAlt, s model.State) bool { return a.Guard == nil || a.Guard(s) }

// point is the scheduling point that thread t has reached, nil if it ended.
func (w *worker) point(t int) *model.CompiledPoint {
	th := &w.sh.code.Threads[t]
	return th.Points[w.m.State[th.PC]]
}

// load makes state n the one that transitions start from.
func (w *worker) load(n id) {
	s := &w.sh.visited.shard[n&(shards-1)]
	s.mu.Lock() // another worker may be adding to the shard
	words := w.sh.visited.at(n)
	s.mu.Unlock()
	copy(w.parent, words)
	w.sh.layout.Unpack(w.m.State, w.parent)
}

// fire takes one transition and adds the state it leads to.
func (w *worker) fire(at id, t, a int) {
	w.fired++
	w.m.Fire(w.sh.code, t, a)
	if len(w.m.Broken) > 0 || w.m.Limit != nil {
		for _, b := range w.m.Broken {
			w.found.broke(at, t+1, a, b.Check)
		}
		w.found.limits(w.m.Limit)
	}
	if !w.m.Fatal && w.m.Limit == nil && w.pack() {
		if n, isNew := w.sh.visited.add(w.words); isNew {
			w.next = append(w.next, n)
		}
	}
	w.m.Undo()
}

// pack builds the packed form of the machine's state from that of its parent.
func (w *worker) pack() bool {
	copy(w.words, w.parent)
	ok := w.m.Pack(w.sh.layout, w.words, w.misfits)
	w.misfit = w.misfit || !ok
	return ok
}

// widen makes room for what did not fit.
func (sh *search) widen() bool {
	if !sh.misfit {
		return false
	}
	for _, w := range sh.workers {
		for i := range sh.seen {
			sh.seen[i].Merge(w.misfits[i])
		}
	}
	return true
}

func (sh *search) state(n id) model.State {
	s := make(model.State, sh.pl.prog.Size)
	copy(s, sh.pl.prog.Initial)
	sh.layout.Unpack(s, sh.visited.at(n))
	return s
}

func (sh *search) find(s model.State) (id, bool) {
	w := make([]uint64, sh.layout.Words)
	if !sh.layout.Pack(w, s) {
		return 0, false
	}
	return sh.visited.find(w)
}

func (sh *search) stats() Stats {
	states, bytes := sh.visited.size()
	s := Stats{States: states, StateBits: sh.layout.Bits, Memory: bytes + 8*states}
	for _, w := range sh.workers {
		s.Transitions += w.transitions.Load()
	}
	return s
}
