// SPDX-License-Identifier: MIT

// This file is the breadth-first search itself, level by level. How states are
// kept and expanded is a space's business: the reference interpreter's
// (reference.go) or the production search's (search.go).

package checker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"mmcheck/checker/symmetry"
	"mmcheck/model"
)

// space is a set of states, in levels by their distance from the initial
// state, with a way to expand the last level. A state is handed around as the
// words that the space stores for it, which stay valid until it is widened or
// freed.
type space interface {
	// reset empties the space and adds the initial state: level 0.
	reset()
	// expand visits all states of the last level and makes the next one of the
	// states first seen from there, if there are any. It asks stop now and then
	// and returns at once what that says; then there is no new level.
	expand(found *findings, stop func() *LimitHit) *LimitHit
	// widen makes room for values that did not fit in the last expansion, which
	// must be done again then, and returns what turns states from before into
	// those of now. It returns nil if all fitted.
	widen() func(words []uint64) []uint64
	levels() int
	size(level int) int64
	// edges returns the transitions from the states of a level to some states,
	// in no particular order.
	edges(level int, to ways) []edge
	// hangs looks for hangs in loops among the states of the first levels, which are
	// expanded, when no step has ended a path. Whatever leads beyond them does not hang.
	hangs(levels int, found *findings, stop func() *LimitHit) *LimitHit
	pack(s model.State) (words []uint64, ok bool)
	state(words []uint64) model.State
	noted() []uint64 // the facts that were noted, as a set
	stats() Stats    // States, Transitions, StateBits, Memory
	// bound says how many bytes the space may hold (0: any number), and over whether
	// it holds more. toDisk gives a space with the same levels that holds them in a
	// directory, nil if there is none for this one.
	bound(bytes int64)
	over() bool
	toDisk(dir string) (portable, error)
	// fingerprints says how states are told from each other, nil if by all they have.
	fingerprints() *Fingerprints
	free()
}

// edge is a transition between two states of a space; with reductions, several
// transitions, after which threads may have changed parts.
type edge struct {
	from, to    []uint64
	thread, alt int
	path        []move
	parts       symmetry.Perm // by thread of to: which thread behind the path plays its part
}

const (
	// firstStates, or pointStates for each scheduling point of the program where that
	// is more, is the number of states looked at without any reduction: many programs
	// have no more, and then every figure is exact and every counterexample the
	// shortest. What the reductions have to find out before their first state takes
	// 50 to 600 us a point, about what 64 plain states do.
	firstStates = 2000
	pointStates = 64
	// tailStates is how many times more there may be while the levels shrink.
	tailStates = 4
	// firstShare is the part of the limit of memory that these states may take.
	firstShare = 4
	// shortenStates bounds the plain search for the shortest schedule of a
	// violation that is known to exist.
	shortenStates = 4_000_000
	// plainStates is how many of these there are before threads change places where
	// they have worthRenaming orders or more: finding the representative of a state
	// takes as long as some ten transitions.
	plainStates   = 250_000
	worthRenaming = 24
	everything    = -1
	// byCost is the number of first states that this program is worth.
	byCost = -1
)

// Check explores p with the production search.
func Check(p *model.Program, o Options) (*Result, error) {
	if err := o.checkFingerprint(); err != nil {
		return nil, err
	}
	return o.partly(inOrder(p, o, production(o)))
}

// production is the search that Check is.
func production(o Options) planSearch {
	if o.NoReduce {
		return searchAll
	}
	return searchReduced(byCost, shortenStates)
}

// unreduced explores every transition of every state.
func unreduced(p *model.Program, o Options) (*Result, error) {
	return inOrder(p, o, searchAll)
}

func searchAll(pl *plan, o Options) (*Result, []uint64, error) {
	if o.Part.Of > 0 {
		return searchPart(pl, o, func(pl *plan) (*explorer, error) {
			return newExplorer(pl, o, newSearch(pl, o.workers())), nil
		})
	}
	e := newExplorer(pl, o, o.keep(newSearch(pl, o.workers())))
	defer e.free()
	if err := e.run(); err != nil {
		return nil, nil, err
	}
	if o.Fingerprint == 0 || len(e.found.shown()) == 0 {
		return e.judged()
	}
	plain := newExplorer(pl, o, newSearch(pl, o.workers()))
	defer plain.free()
	return e.shortest(plain, shortenStates)
}

// keep is the space for a search in which states are kept as asked for.
func (o Options) keep(sh *search) space {
	if o.Fingerprint != 0 {
		return newPrints(sh, o.Fingerprint)
	}
	return sh
}

// reduced explores plainly as long as there are no more than first states, then
// all with reductions, and for a violation found so, plainly again for the
// shortest schedule, as long as there are no more than shorten states.
func reduced(p *model.Program, o Options, first, shorten int64) (*Result, error) {
	return inOrder(p, o, searchReduced(first, shorten))
}

func searchReduced(first, shorten int64) planSearch {
	return func(pl *plan, o Options) (*Result, []uint64, error) { return reduceAfter(pl, o, first, shorten) }
}

func reduceAfter(pl *plan, o Options, first, shorten int64) (r *Result, noted []uint64, err error) {
	plain := newExplorer(pl, o, newSearch(pl, o.workers()))
	defer plain.free()
	var e *explorer
	if o.Checkpoint != "" { // it is looked at before anything else
		if e, err = beginReduced(pl, o, plain.start); err != nil {
			return nil, nil, err
		}
		defer e.free()
	}
	if first == byCost {
		first = plain.first()
	}
	if plain.exploreFirst(first) {
		if e != nil {
			e.limit = plain.limit
			e.end()
		}
		return plain.judged()
	}
	if o.Part.Of > 0 {
		return searchPart(pl, o, func(pl *plan) (*explorer, error) { return beginReduced(pl, o, plain.start) })
	}
	if e == nil {
		if e, err = beginReduced(pl, o, plain.start); err != nil {
			return nil, nil, err
		}
		defer e.free()
	}
	e.explore(everything)
	e.end()
	if len(e.found.shown()) == 0 {
		return e.judged()
	}
	return e.shortest(plain, shorten)
}

// exploreFirst explores about first states, and more where most of all has been seen
// then; like explore, it returns false when there are still more.
func (e *explorer) exploreFirst(first int64) bool {
	most := first * tailStates
	if e.o.MaxStates > 0 {
		most = min(most, e.o.MaxStates)
	}
	done := e.explore(first)
	for n := e.space.stats().States; !done && n <= most && e.shrinks(); n = e.space.stats().States {
		done = e.explore(n)
	}
	return done
}

// shrinks reports whether the level at hand is smaller than some level before, by an
// eighth: the sizes of levels grow and shrink like a bell, of which most is seen then.
func (e *explorer) shrinks() bool {
	largest := int64(0)
	for d := range e.depth {
		largest = max(largest, e.space.size(d))
	}
	return 8*e.space.size(e.depth) <= 7*largest
}

// first is the number of states to look at plainly before reductions are tried. Where
// a limit comes before it, reductions may still fit.
func (e *explorer) first() int64 {
	points := 0
	for _, t := range e.pl.Prog.Threads {
		points += len(t.Points)
	}
	n := int64(points) * pointStates
	if e.o.MaxStates > 0 {
		n = min(n, e.o.MaxStates)
	}
	if e.o.MaxMemory > 0 {
		words := int64(e.space.stats().StateBits)/64 + 1
		n = min(n, e.o.MaxMemory/firstShare/(16*words))
	}
	return max(n, firstStates)
}

// shortest is the result of a search that has found something, with a shortest
// schedule if a search that takes every transition finds one among some number of
// states.
func (e *explorer) shortest(plain *explorer, shorten int64) (*Result, []uint64, error) {
	any := len(e.found.wanted) == 0 && e.limit == nil
	plain.any = any
	done := plain.explore(min(shorten, plainStates))
	if !done && shorten > plainStates {
		if sh := newRenamed(e.pl, e.o, worthRenaming); sh != nil {
			plain = newExplorer(e.pl, e.o, sh)
			plain.start, plain.any, plain.reduced, plain.steps = e.start, any, true, true
			defer plain.free()
		}
		done = plain.explore(shorten)
	}
	switch {
	case len(plain.found.wanted) > 0, len(e.found.wanted) == 0 && len(plain.found.shown()) > 0:
		return plain.judged()
	case done && plain.limit == nil:
		return nil, nil, fmt.Errorf("internal error: a search finds %s, the plain one does not", e.found.shown()[0].prop.ID)
	}
	return e.judged()
}

// judged is the result of a search, with what it noted.
func (e *explorer) judged() (*Result, []uint64, error) {
	r, err := e.result()
	return r, e.noted(), err
}

// noted is what was noted, in the first levels of a part, too.
func (e *explorer) noted() []uint64 {
	if e.pl.cut == nil {
		return e.space.noted()
	}
	return joinFacts(slices.Clone(e.pl.cut.facts), e.space.noted())
}

// beginReduced prepares a search with reductions, from its checkpoint on if
// there is one.
func beginReduced(pl *plan, o Options, start time.Time) (*explorer, error) {
	e := newExplorer(pl, o, o.keep(newReduced(pl, o)))
	e.start, e.reduced = start, true
	if err := e.begin(); err != nil {
		e.free()
		return nil, err
	}
	return e, nil
}

// Reference explores p with the plain interpreter.
func Reference(p *model.Program, o Options) (*Result, error) {
	return o.partly(inOrder(p, o, searchPlainly))
}

func searchPlainly(pl *plan, o Options) (*Result, []uint64, error) {
	if o.Part.Of > 0 {
		return searchPart(pl, o, func(pl *plan) (*explorer, error) { return newExplorer(pl, o, newReference(pl)), nil })
	}
	e := newExplorer(pl, o, newReference(pl))
	defer e.free()
	if err := e.run(); err != nil {
		return nil, nil, err
	}
	return e.judged()
}

// explorer is one search in progress.
type explorer struct {
	pl       *plan
	o        Options
	space    space
	start    time.Time
	ctx      context.Context
	depth    int  // of the level at hand
	expanded bool // it was expanded
	found    *findings
	limit    *LimitHit
	cut      bool // the last level was not finished
	told     time.Time
	any      bool  // anything found is wanted
	reduced  bool  // something equivalent is left out of the space
	steps    bool  // but a level is a transition
	guess    int64 // about how many states there are
	saved    saved
	resumed  int64 // states that came from a checkpoint
}

func newExplorer(pl *plan, o Options, s space) *explorer {
	e := &explorer{pl: pl, o: o, space: s, start: time.Now(), ctx: o.Context, found: &findings{pl: pl}}
	if e.ctx == nil {
		e.ctx = context.Background()
	}
	e.space.bound(o.MaxMemory)
	e.space.reset()
	e.note()
	return e
}

func (e *explorer) free() { e.space.free() }

// run explores everything, from the checkpoint on if there is one.
func (e *explorer) run() error {
	if err := e.begin(); err != nil {
		return err
	}
	e.explore(everything)
	e.end()
	return nil
}

// explore runs the search until a level shows what is wanted, nothing is left,
// or a limit is hit; then it returns true. It returns false when there are more
// than enough states (unless that is everything); it may then be called again.
func (e *explorer) explore(enough int64) bool {
	e.note()
	for e.limit == nil {
		if enough != everything && e.space.stats().States > enough {
			return false
		}
		if e.limit = e.tooLarge(); e.limit != nil {
			break
		}
		e.expand()
		if e.cut || e.space.levels() == e.depth+1 || len(e.found.wanted) > 0 || e.any && len(e.found.other) > 0 {
			break
		}
		e.depth, e.expanded = e.depth+1, false
		e.note()
		e.guess = estimate(e.lastSizes(), e.space.stats().States)
		e.saveNow()
	}
	if e.expanded && e.space.levels() == e.depth+1 {
		e.hangs(e.space.levels())
	}
	return true
}

// expand expands the level at hand, again if the states did not fit.
func (e *explorer) expand() {
	for {
		found := e.found.level(e.depth)
		hit := e.space.expand(found, e.stop)
		if hit == nil {
			if wider := e.space.widen(); wider != nil {
				e.found.repack(wider)
				continue
			}
		}
		if moved := false; hit != nil {
			if hit, moved = e.overflow(e.named(hit)); moved {
				continue
			}
		}
		e.found.take(found)
		e.limit, e.cut, e.expanded = hit, hit != nil, hit == nil
		return
	}
}

// stop is asked often during a level; it names the limit that was reached.
func (e *explorer) stop() *LimitHit {
	if hit := e.outOfTime(); hit != nil {
		return hit
	}
	if e.space.over() {
		return e.memoryLimit()
	}
	e.progress()
	return nil
}

// outOfTime is an interrupt or the limit of time, if one has come.
func (e *explorer) outOfTime() *LimitHit {
	switch {
	case e.ctx != nil && e.ctx.Err() != nil:
		return &LimitHit{What: "an interrupt"}
	case e.o.TimeLimit > 0 && time.Since(e.start) > e.o.TimeLimit:
		return &LimitHit{What: fmt.Sprintf("the time limit of %v", e.o.TimeLimit), Raise: "--time-limit"}
	}
	return nil
}

// named is the limit that was hit, from the user's point of view: where we are
// not far below the limit of memory, that is why there is no more.
func (e *explorer) named(hit *LimitHit) *LimitHit {
	if hit == outOfMemory && e.o.MaxMemory > 0 && 4*e.space.stats().Memory > e.o.MaxMemory {
		return e.memoryLimit()
	}
	return hit
}

func (e *explorer) memoryLimit() *LimitHit {
	what := fmt.Sprintf("the memory limit of %d MiB", e.o.MaxMemory>>20)
	if e.o.MaxMemory < 10<<20 {
		what = fmt.Sprintf("the memory limit of %d KiB", e.o.MaxMemory>>10)
	}
	return &LimitHit{What: what, Raise: "--max-memory"}
}

// tooLarge is asked between levels, so that what is counted does not depend on
// the number of workers.
func (e *explorer) tooLarge() *LimitHit {
	s := e.space.stats()
	switch {
	case e.o.MaxStates > 0 && s.States > e.o.MaxStates:
		return &LimitHit{What: fmt.Sprintf("the limit of %d states", e.o.MaxStates), Raise: "--max-states"}
	case e.space.over():
		hit, _ := e.overflow(e.memoryLimit())
		return hit
	}
	return nil
}

// overflow moves the search to a disk when memory is the limit that was hit and
// there is a disk for it. It returns the limit that is left.
func (e *explorer) overflow(hit *LimitHit) (left *LimitHit, moved bool) {
	if hit.Raise != "--max-memory" || e.o.Spill == "" {
		return hit, false
	}
	disk, err := e.space.toDisk(e.o.Spill)
	switch {
	case err != nil:
		return diskLimit(e.o.Spill, err), false
	case disk == nil:
		return hit, false
	}
	disk.rewind(e.saved.transitions)
	e.space, e.saved.space = disk, disk
	return nil, true
}

// progressEvery is the time between two calls of Options.Progress.
const progressEvery = 200 * time.Millisecond

func (e *explorer) progress() {
	if e.o.Progress == nil || time.Since(e.told) < progressEvery {
		return
	}
	e.told = time.Now()
	e.o.Progress(e.stats())
}

func (e *explorer) stats() Stats {
	s := e.space.stats()
	s.Depth = e.depth
	s.Frontier = e.frontier()
	s.Estimate, s.Resumed = e.guess, e.resumed
	s.Elapsed = time.Since(e.start)
	s.Reduced = e.reduced
	return s
}

// frontier is the number of states that were found and not expanded yet, not
// all of them after a level that was cut.
func (e *explorer) frontier() int64 {
	if next := e.depth + 1; e.expanded {
		if next == e.space.levels() {
			return 0
		}
		return e.space.size(next)
	}
	return e.space.size(e.depth)
}

// lastSizes lists the numbers of states of the levels that a guess rests on.
func (e *explorer) lastSizes() []int64 {
	var out []int64
	for d := max(0, e.depth-trendLevels-1); d <= e.depth; d++ {
		out = append(out, e.space.size(d))
	}
	return out
}

// result turns what was found into a verdict. What was found first is wrong
// whatever was not searched; without a finding, a limit leaves it unknown.
func (e *explorer) result() (*Result, error) {
	r := &Result{Program: e.pl.Prog, Verdict: Holds, Stats: e.stats(), Find: e.o.Find, Checked: e.pl.Props}
	shown := e.found.shown()
	if r.Fingerprints = e.space.fingerprints(); r.Fingerprints != nil {
		shown = oneOf(shown)
	}
	r.Ended = e.found.ended
	switch {
	case len(shown) > 0:
		r.Verdict = Violated
		var err error
		trace := e.trace
		if e.reduced {
			trace = e.traceReduced
		}
		r.Finding, err = trace(shown)
		var left unconfirmed
		if errors.As(err, &left) {
			r.Verdict, r.Finding, r.Limit = Unknown, nil, left.hit
			break
		}
		if err != nil {
			return nil, err
		}
		if e.reduced {
			r.Finding = shortened(e.pl, r.Finding)
		}
		r.Finding.Shortest = r.Finding.Shortest && r.Fingerprints == nil
		if len(e.found.wanted) == 0 {
			r.Limit = e.hit()
		}
	case e.hit() != nil:
		r.Verdict, r.Limit = Unknown, e.hit()
	}
	if r.Verdict != Violated {
		r.Coverage = e.pl.coverage(e.noted())
		r.Assumed, r.Orders = e.pl.assumed(e.noted()), e.pl.ordered(e.noted())
	} else {
		r.Assumed = e.pl.assumed(e.pl.notedBy(r.Finding.Trace))
	}
	return r, nil
}

// hit is the limit that kept the search from seeing everything, nil if none did.
func (e *explorer) hit() *LimitHit {
	if l := e.found.limit; e.limit == nil && l != nil {
		return &LimitHit{What: l.What, Raise: l.Hint}
	}
	return e.limit
}

func (o Options) workers() int {
	if o.Workers > 0 {
		return o.Workers
	}
	return defaultWorkers()
}
