// SPDX-License-Identifier: MIT

// This file is the production space: packed states, expanded by compiled code
// on all processors. What it finds does not depend on the number of workers:
// a level is complete before anything is decided, and only sums, sets and
// least elements are taken from it.
//
// A level in which some value did not fit the layout is undone; what is stored
// is packed anew, with room for the value, and the level is expanded again.

package checker

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"

	"mmcheck/checker/por"
	"mmcheck/model"
	"mmcheck/model/vm"
)

func defaultWorkers() int { return runtime.GOMAXPROCS(0) }

// spanSize is the number of states that a worker takes at a time.
const spanSize = 128

// search is the production space.
type search struct {
	pl          *plan
	threads     int
	waiters     uint64 // bit t: thread t tells somewhere for whom it waits
	code        *vm.Bytecode
	seen        []vm.Range // what elements have held
	layout      *vm.Layout
	set         *set
	workers     []*worker
	ends        [][]int // of the levels, in each log
	transitions int64   // of the levels expanded
	full        bool    // there is no more memory
	limit       int64   // bytes that may be held; 0: any number
	dealt       int     // batches that were read from a file
	look        int64   // states at which to look ahead again
	looked      bool    // what was seen there does not fit
	flow        flow
	prints      *prints     // nil: states are kept as they are
	loops       []por.Loops // of the threads; nil: there are none
}

func newSearch(pl *plan, workers int) *search {
	sh := &search{pl: pl, threads: len(pl.Prog.Threads), seen: slices.Clone(pl.ahead().seen), flow: flowOf(pl.Prog), loops: por.LoopsOf(pl.Prog)}
	for i, t := range pl.Prog.Threads {
		if slices.ContainsFunc(t.Blocks, func(b *model.Block) bool { return b.Step != nil && b.Step.Waits != nil }) {
			sh.waiters |= 1 << i
		}
	}
	for i := range min(workers, maxWorkers) {
		w := &worker{sh: sh, num: i}
		if pl.pairs != nil {
			w.pairs = newPairFinder(pl.pairs)
		}
		sh.workers = append(sh.workers, w)
	}
	return sh
}

// newReduced is a search that leaves out what is like something else.
func newReduced(pl *plan, o Options) *search {
	sh := newSearch(pl, o.workers())
	x, y := por.Analyse(pl.Prog, pl.pairs, o.without), pl.symmetry()
	for _, w := range sh.workers {
		w.reducer = newReducer(w, x, y)
	}
	return sh
}

// newRenamed is a search that takes every transition; only of states which differ in
// who plays which part it keeps one. So its levels are numbers of transitions. It is
// nil where threads have fewer than some number of orders.
func newRenamed(pl *plan, o Options, orders int) *search {
	y := pl.symmetry()
	if y == nil || y.Orders() < orders {
		return nil
	}
	sh := newSearch(pl, o.workers())
	for _, w := range sh.workers {
		w.reducer = &reducer{w: w, y: y.Fork(), plain: sh.plain(), canon: sh.plain()}
	}
	return sh
}

func (sh *search) reset() {
	for _, s := range sh.pl.starts() {
		sh.merge(vm.RangesOf(s))
	}
	sh.clear()
	w := sh.workers[0]
	for _, s := range sh.pl.starts() {
		sh.layout.Pack(w.place(make([]uint64, sh.layout.Words)), s)
		if w.out.n++; w.out.n == batchSize {
			w.flush()
		}
	}
	w.flush()
	if w.full {
		panic("checker: there is no memory for the first states")
	}
	sh.endLevel()
}

// clear makes room for states as they have been seen; there are none.
func (sh *search) clear() {
	sh.free()
	sh.relayout()
	if sh.set = newSet(formOf(sh.layout), len(sh.workers)); sh.set == nil {
		panic("checker: there is no memory for even a single state")
	}
	if sh.limit > 0 {
		sh.set.limit = max(sh.limit, leastMemory)
	}
	sh.ends, sh.transitions, sh.full, sh.look = nil, 0, false, firstLook
}

// relayout makes a layout for what has been seen.
func (sh *search) relayout() {
	sh.layout = sh.flow.layout(sh.seen)
	sh.code = vm.Assemble(sh.pl.Prog, sh.layout, sh.pl.Fatal)
	for _, w := range sh.workers {
		w.relayout()
	}
}

// noted joins what the workers have noted, and with reductions, what threads that
// may change places would have.
func (sh *search) noted() (facts []uint64) {
	for _, w := range sh.workers {
		facts = joinFacts(joinFacts(facts, w.facts), w.vm.Noted)
	}
	if r := sh.workers[0].reducer; r != nil && r.y != nil {
		for _, g := range r.y.Alike() {
			facts = shareNotes(sh.pl.Prog, facts, g)
		}
	}
	return facts
}

// joinFacts adds a set of facts to another.
func joinFacts(to, from []uint64) []uint64 {
	for len(to) < len(from) {
		to = append(to, 0)
	}
	for i, x := range from {
		to[i] |= x
	}
	return to
}

// factSet holds one fact.
func factSet(n int) []uint64 {
	set := make([]uint64, n/64+1)
	set[n/64] = 1 << (n % 64)
	return set
}

func (sh *search) free() {
	if sh.set != nil {
		sh.set.free()
		sh.set = nil
	}
}

// endLevel makes what the logs hold beyond the last level a level.
func (sh *search) endLevel() {
	ends := make([]int, len(sh.workers))
	for i, l := range sh.set.logs {
		ends[i] = int(l.n.Load())
	}
	sh.ends = append(sh.ends, ends)
}

// segment returns the part of a level that lies in a log.
func (sh *search) segment(level, log int) (lo, hi int) {
	if level > 0 {
		lo = sh.ends[level-1][log]
	}
	return lo, sh.ends[level][log]
}

func (sh *search) expand(found *findings, stop func() *LimitHit) *LimitHit {
	sh.prepare(found)
	if sh.lookAhead() {
		return nil // to be widened
	}
	hit := sh.sweep(len(sh.ends)-1, (*worker).visit, stop)
	for _, w := range sh.workers {
		if hit == nil && w.misfit {
			return nil // to be widened
		}
	}
	sh.gather(found)
	if hit == nil && sh.set.size() > sh.total(len(sh.ends)) {
		sh.endLevel()
	}
	return hit
}

// prepare and gather are what comes before and after a level.
func (sh *search) prepare(found *findings) {
	for _, w := range sh.workers {
		w.found = &findings{pl: sh.pl, depth: found.depth, settled: found.settled}
		w.done.Store(0)
	}
}

func (sh *search) gather(found *findings) {
	for _, w := range sh.workers {
		found.merge(w.found)
		sh.transitions += w.done.Swap(0)
	}
}

// sweep has the workers visit all states of a level.
func (sh *search) sweep(level int, visit func(*worker, []uint64), stop func() *LimitHit) *LimitHit {
	return sh.sweepSpans(sh.size(level), func(n int) []uint64 { return sh.span(level, n) }, visit, stop)
}

// sweepSpans has the workers visit some number of states, which come in spans.
func (sh *search) sweepSpans(size int64, spans func(n int) []uint64, visit func(*worker, []uint64), stop func() *LimitHit) *LimitHit {
	var taken atomic.Int64
	var hit atomic.Pointer[LimitHit]
	if sh.full {
		return outOfMemory
	}
	sh.parallel(int(size/(2*spanSize)), func(w *worker) {
		for hit.Load() == nil {
			span := spans(int(taken.Add(1)) - 1)
			if len(span) == 0 {
				break
			}
			for ; len(span) > 0; span = span[sh.layout.Words:] {
				visit(w, span[:sh.layout.Words:sh.layout.Words])
			}
			w.done.Add(w.fired)
			w.fired = 0
			if w.full {
				hit.Store(outOfMemory)
			}
			if w.num == 0 {
				if h := stop(); h != nil {
					hit.Store(h)
				}
			}
		}
		if w.flush(); w.full {
			hit.Store(outOfMemory)
		}
	})
	sh.full = hit.Load() == outOfMemory
	return hit.Load()
}

var outOfMemory = &LimitHit{What: "the memory of this machine"}

// span returns part n of a level, nothing behind the last.
func (sh *search) span(level, n int) []uint64 {
	for log := range sh.workers {
		lo, hi := sh.segment(level, log)
		parts := (hi - lo + spanSize - 1) / spanSize
		if n < parts {
			lo += n * spanSize
			return sh.set.span(log, lo, min(lo+spanSize, hi))
		}
		n -= parts
	}
	return nil
}

// parallel runs work on the first worker and on some more. A panic of one
// becomes a panic of the caller.
func (sh *search) parallel(more int, work func(w *worker)) {
	var wg sync.WaitGroup
	var failed atomic.Pointer[string]
	for _, w := range sh.workers[1:min(len(sh.workers), 1+more)] {
		wg.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					text := fmt.Sprintf("%v\n%s", r, debug.Stack())
					failed.Store(&text)
				}
			}()
			work(w)
		})
	}
	work(sh.workers[0])
	wg.Wait()
	if text := failed.Load(); text != nil {
		panic(*text)
	}
}

func (sh *search) widen() func([]uint64) []uint64 {
	if !sh.misfits() {
		return nil
	}
	before := slices.Clone(sh.seen)
	sh.learn()
	old := sh.layout
	sh.relayout()
	repack := sh.layout.Repacker(old)
	set := sh.set.repack(formOf(sh.layout), sh.ends[len(sh.ends)-1], repack)
	if sh.full = set == nil; sh.full {
		sh.seen = before
		sh.relayout()
		return func(words []uint64) []uint64 { return words }
	}
	sh.set.free()
	sh.set = set
	return func(words []uint64) []uint64 {
		wider := make([]uint64, sh.layout.Words)
		repack(wider, words)
		return wider
	}
}

// misfits reports whether there are values that did not fit.
func (sh *search) misfits() bool {
	return sh.looked || slices.ContainsFunc(sh.workers, func(w *worker) bool { return w.misfit })
}

// learn takes in the values that did not fit, and reports whether there are any.
func (sh *search) learn() bool {
	misfit := sh.misfits()
	if sh.looked {
		sh.merge(sh.pl.walks.seen)
		sh.looked = false
	}
	for _, w := range sh.workers {
		if w.misfit {
			sh.merge(w.vm.Misfits)
		}
	}
	return misfit
}

func (sh *search) merge(seen []vm.Range) {
	for i := range sh.seen {
		sh.seen[i].Merge(seen[i])
	}
}

// plain returns a plain state that holds what no state changes.
func (sh *search) plain() model.State {
	return append(model.State(nil), sh.pl.Prog.Initial...)
}

func (sh *search) state(words []uint64) model.State {
	s := sh.plain()
	sh.layout.Unpack(s, words)
	return s
}

func (sh *search) pack(s model.State) ([]uint64, bool) {
	words := make([]uint64, sh.layout.Words)
	return words, sh.layout.Pack(words, s)
}

func (sh *search) levels() int { return len(sh.ends) }

// total is the number of states in the first so many levels.
func (sh *search) total(levels int) (n int64) {
	if levels > 0 {
		for _, end := range sh.ends[levels-1] {
			n += int64(end)
		}
	}
	return n
}

func (sh *search) size(level int) int64 { return sh.total(level+1) - sh.total(level) }

// add adds the states of a batch to what is known, and empties it. It reports
// false if there is no more memory.
func (sh *search) add(b *batch, log int) bool {
	if sh.prints != nil {
		return sh.prints.add(b, log)
	}
	return sh.set.add(b, log)
}

func (sh *search) each(level int, f func([]uint64) bool) {
	for n := 0; ; n++ {
		span := sh.span(level, n)
		if len(span) == 0 {
			return
		}
		for ; len(span) > 0; span = span[sh.layout.Words:] {
			if !f(span[:sh.layout.Words:sh.layout.Words]) {
				return
			}
		}
	}
}

func (sh *search) edges(level int, to ways) (out []edge) {
	sh.want(to)
	sh.sweep(level, (*worker).collect, func() *LimitHit { return nil })
	for _, w := range sh.workers {
		out = append(out, w.edges...)
	}
	return out
}

// want has the workers collect the transitions to some states; nothing is added.
func (sh *search) want(to ways) {
	wanted, toward := to.has(), newToward(sh.workers[0].vm, sh.threads, to)
	for _, w := range sh.workers {
		w.edges, w.wanted, w.toward, w.full = nil, wanted, toward, false
		w.found = &findings{pl: sh.pl} // nobody asks what is found again
	}
	sh.full = false
}

func (sh *search) bound(bytes int64) { sh.limit = bytes }

func (sh *search) over() bool { return sh.limit > 0 && sh.set.bytes() > sh.limit }

func (sh *search) rewind(transitions int64) { sh.transitions = transitions }

func (sh *search) fingerprints() *Fingerprints { return nil }

func (sh *search) stats() Stats {
	s := Stats{States: sh.set.size(), Transitions: sh.transitions, StateBits: sh.layout.Bits, Memory: sh.set.bytes()}
	for _, w := range sh.workers {
		s.Transitions += w.done.Load()
	}
	return s
}
