// SPDX-License-Identifier: MIT

// This file is the breadth-first search itself, level by level. How states are
// kept and expanded is a space's business: the reference interpreter's
// (reference.go) or the production search's (search.go).

package checker

import (
	"context"
	"fmt"
	"math/bits"
	"slices"
	"time"

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
	// each calls f on the states of a level, in no particular order, until it
	// returns false.
	each(level int, f func(words []uint64) bool)
	// edges returns the transitions from the states of a level to states that
	// are wanted, in no particular order. wanted may be called by several
	// goroutines at once.
	edges(level int, wanted func(words []uint64) bool) []edge
	pack(s model.State) (words []uint64, ok bool)
	state(words []uint64) model.State
	stats() Stats // States, Transitions, StateBits, Memory
	free()
}

// edge is a transition between two states of a space.
type edge struct {
	from, to    []uint64
	thread, alt int
}

// Check explores p with the production search.
func Check(p *model.Program, o Options) (*Result, error) {
	return check(p, o, func(pl *plan) space {
		sh := newSearch(pl, o.workers())
		sh.limit = o.MaxMemory
		return sh
	})
}

// Reference explores p with the plain interpreter.
func Reference(p *model.Program, o Options) (*Result, error) {
	return check(p, o, func(pl *plan) space { return newReference(pl) })
}

func check(p *model.Program, o Options, newSpace func(*plan) space) (*Result, error) {
	start := time.Now()
	pl, err := seal(p, o)
	if err != nil {
		return nil, err
	}
	e := &explorer{pl: pl, o: o, space: newSpace(pl), start: start, ctx: o.Context}
	defer func() { e.space.free() }()
	if e.ctx == nil {
		e.ctx = context.Background()
	}
	if err := e.begin(); err != nil {
		return nil, err
	}
	e.explore()
	e.end()
	return e.result()
}

// explorer is one search in progress.
type explorer struct {
	pl      *plan
	o       Options
	space   space
	start   time.Time
	ctx     context.Context
	depth   int // of the level at hand
	found   *findings
	limit   *LimitHit
	cut     bool // the last level was not finished
	told    time.Time
	guess   int64 // about how many states there are
	saved   saved
	resumed int64 // states that came from a checkpoint
}

// explore runs the search until a level shows what is wanted, nothing is left,
// or a limit is hit.
func (e *explorer) explore() {
	e.note()
	for e.limit == nil {
		e.expand()
		if e.cut || e.space.levels() == e.depth+1 || len(e.found.wanted) > 0 {
			return
		}
		e.depth++
		e.note()
		e.guess = estimate(e.lastSizes(), e.space.stats().States)
		e.limit = e.tooLarge()
		e.saveNow()
	}
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
		e.limit, e.cut = hit, hit != nil
		return
	}
}

// stop is asked often during a level; it names the limit that was reached.
func (e *explorer) stop() *LimitHit {
	switch {
	case e.ctx.Err() != nil:
		return &LimitHit{What: "an interrupt"}
	case e.o.TimeLimit > 0 && time.Since(e.start) > e.o.TimeLimit:
		return &LimitHit{What: fmt.Sprintf("the time limit of %v", e.o.TimeLimit), Raise: "--time-limit"}
	case e.tooBig():
		return e.memoryLimit()
	}
	e.progress()
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
	case e.tooBig():
		hit, _ := e.overflow(e.memoryLimit())
		return hit
	}
	return nil
}

// tooBig reports whether the search holds more than it may. On a disk it keeps
// to the limit by itself.
func (e *explorer) tooBig() bool {
	if _, onDisk := e.space.(*spilled); onDisk || e.o.MaxMemory == 0 {
		return false
	}
	return e.space.stats().Memory > e.o.MaxMemory
}

// overflow moves the search to a disk when memory is the limit that was hit and
// there is a disk for it. It returns the limit that is left.
func (e *explorer) overflow(hit *LimitHit) (left *LimitHit, moved bool) {
	sh, inMemory := e.space.(*search)
	if hit.Raise != "--max-memory" || e.o.Spill == "" || !inMemory {
		return hit, false
	}
	disk, err := spill(sh, e.o.Spill, e.o.MaxMemory)
	if err != nil {
		return diskLimit(e.o.Spill, err), false
	}
	disk.transitions = e.saved.transitions
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
	s.Frontier = e.space.size(e.depth)
	s.Estimate, s.Resumed = e.guess, e.resumed
	s.Elapsed = time.Since(e.start)
	return s
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
	r := &Result{Program: e.pl.prog, Verdict: Holds, Stats: e.stats(), Find: e.o.Find, Checked: e.pl.props}
	switch {
	case len(e.found.shown()) > 0:
		r.Verdict = Violated
		var err error
		if r.Finding, err = e.trace(e.found.shown()); err != nil {
			return nil, err
		}
	case e.limit != nil:
		r.Verdict, r.Limit = Unknown, e.limit
	case e.found.limit != nil:
		l := e.found.limit
		r.Verdict, r.Limit = Unknown, &LimitHit{What: l.What, Raise: l.Hint}
	default:
		r.Stats.Frontier = 0
	}
	return r, nil
}

func (o Options) workers() int {
	if o.Workers > 0 {
		return o.Workers
	}
	return defaultWorkers()
}

// blockedIn returns the threads (bit t-1) that have a next step in s, split by
// whether some alternative of it is enabled.
func blockedIn(p *model.Program, s model.State) (blocked, running uint64) {
	for i, t := range p.Threads {
		b := t.Point(s)
		if b == nil {
			continue
		}
		if slices.ContainsFunc(b.Step.Alts, func(a model.Alt) bool { return model.Enabled(s, &a) }) {
			running |= 1 << i
		} else {
			blocked |= 1 << i
		}
	}
	return blocked, running
}

func threadsOf(p *model.Program, set uint64) []*model.Thread {
	var out []*model.Thread
	for ; set != 0; set &= set - 1 {
		out = append(out, p.Threads[bits.TrailingZeros64(set)])
	}
	return out
}
