// SPDX-License-Identifier: MIT

// This file is the breadth-first search itself, level by level. How states are
// kept and expanded is a space's business: the reference interpreter's
// (reference.go) or the production search's (search.go).

package checker

import (
	"cmp"
	"context"
	"fmt"
	"math/bits"
	"slices"
	"time"

	"mmcheck/model"
)

// id names a state within a space.
type id uint64

// space is a set of states with a way to expand them.
type space interface {
	// reset empties the space and adds the initial state.
	reset() id
	// expand visits all states of a level and returns the states first seen
	// from there. It stops early, with complete false, when stop says so.
	expand(level []id, found *findings, stop func() *LimitHit) (next []id, complete bool)
	// widen reports whether some state did not fit; the search must then start
	// again.
	widen() bool
	state(n id) model.State
	find(s model.State) (id, bool)
	stats() Stats // States, Transitions, StateBits, Memory
}

// Check explores p with the production search.
func Check(p *model.Program, o Options) (*Result, error) {
	return check(p, o, func(pl *plan) space { return newSearch(pl, o.workers()) })
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
	if e.ctx == nil {
		e.ctx = context.Background()
	}
	for again := true; again; {
		e.explore()
		again = e.space.widen()
	}
	return e.result()
}

// explorer is one search in progress.
type explorer struct {
	pl     *plan
	o      Options
	space  space
	start  time.Time
	ctx    context.Context
	levels [][]id // states by distance from the initial state
	wanted *findings
	other  *findings
	limit  *LimitHit
	cut    bool // the last level was not finished
	told   time.Time
	guess  int64 // about how many states there are
}

// explore runs the search until a level shows what is wanted, nothing is left,
// or a limit is hit.
func (e *explorer) explore() {
	e.levels, e.limit, e.guess = [][]id{{e.space.reset()}}, nil, 0
	e.wanted, e.other = newFindings(e.pl), newFindings(e.pl)
	for depth := 0; ; depth++ {
		level := e.levels[depth]
		found := newFindings(e.pl)
		found.settled = e.other.any()
		next, complete := e.space.expand(level, found, e.stop)
		e.keep(found, depth)
		e.cut = !complete
		if e.cut || len(next) == 0 || e.wanted.any() {
			return
		}
		e.levels = append(e.levels, next)
		e.guess = estimate(e.sizes())
		if e.limit = e.tooLarge(); e.limit != nil {
			return
		}
	}
}

// keep sorts the findings of a level into wanted and other ones; of each, only
// the shortest are kept.
func (e *explorer) keep(found *findings, depth int) {
	for _, b := range found.all {
		b.length = depth + 1
		if b.thread == 0 {
			b.length = depth
		}
		if e.pl.prefer(b.prop) {
			e.wanted.add(b)
		} else {
			e.other.add(b)
		}
	}
	if found.limit != nil && e.wanted.limit == nil {
		e.wanted.limit = found.limit
	}
}

// stop is asked often during a level; it names the limit that was reached.
func (e *explorer) stop() *LimitHit {
	switch {
	case e.ctx.Err() != nil:
		e.limit = &LimitHit{What: "an interrupt"}
	case e.o.TimeLimit > 0 && time.Since(e.start) > e.o.TimeLimit:
		e.limit = &LimitHit{What: fmt.Sprintf("the time limit of %v", e.o.TimeLimit), Raise: "--time-limit"}
	case e.o.MaxMemory > 0 && e.space.stats().Memory > e.o.MaxMemory:
		e.limit = e.memoryLimit()
	default:
		e.progress()
		return nil
	}
	return e.limit
}

func (e *explorer) memoryLimit() *LimitHit {
	return &LimitHit{What: fmt.Sprintf("the memory limit of %d MiB", e.o.MaxMemory>>20), Raise: "--max-memory"}
}

// tooLarge is asked between levels, so that what is counted does not depend on
// the number of workers.
func (e *explorer) tooLarge() *LimitHit {
	s := e.space.stats()
	switch {
	case e.o.MaxStates > 0 && s.States > e.o.MaxStates:
		return &LimitHit{What: fmt.Sprintf("the limit of %d states", e.o.MaxStates), Raise: "--max-states"}
	case e.o.MaxMemory > 0 && s.Memory > e.o.MaxMemory:
		return e.memoryLimit()
	}
	return nil
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
	s.Depth = len(e.levels) - 1
	s.Frontier = int64(len(e.levels[len(e.levels)-1]))
	s.Estimate = e.guess
	s.Elapsed = time.Since(e.start)
	return s
}

// sizes lists the numbers of states by distance from the initial state.
func (e *explorer) sizes() []int64 {
	var out []int64
	for _, l := range e.levels {
		out = append(out, int64(len(l)))
	}
	return out
}

// result turns what was found into a verdict. What was found first is wrong
// whatever was not searched; without a finding, a limit leaves it unknown.
func (e *explorer) result() (*Result, error) {
	r := &Result{Program: e.pl.prog, Verdict: Holds, Stats: e.stats(), Find: e.o.Find, Checked: e.pl.props}
	found := e.wanted
	if !found.any() {
		found = e.other
	}
	switch {
	case found.any():
		r.Verdict = Violated
		var err error
		if r.Finding, err = e.trace(found); err != nil {
			return nil, err
		}
	case e.limit != nil:
		r.Verdict, r.Limit = Unknown, e.limit
	case e.wanted.limit != nil:
		l := e.wanted.limit
		r.Verdict, r.Limit = Unknown, &LimitHit{What: l.What, Raise: l.Hint}
	default:
		r.Stats.Frontier = 0
	}
	return r, nil
}

// broken is a violation met by the search: a transition out of a state, or,
// with thread 0, the state itself.
type broken struct {
	at     id
	thread int
	alt    int
	prop   *Property
	text   string
	length int
}

// findings collects the violations of a level, or the shortest of a search.
type findings struct {
	pl      *plan
	all     []broken
	limit   *model.Limit
	settled bool // nothing is wanted any more but what is preferred
}

func newFindings(pl *plan) *findings { return &findings{pl: pl} }

func (f *findings) any() bool { return len(f.all) > 0 }

// add keeps b if nothing shorter, or of a better rank, is known.
func (f *findings) add(b broken) {
	if len(f.all) > 0 {
		c := cmp.Or(cmp.Compare(b.length, f.all[0].length), cmp.Compare(f.pl.rank(b.prop.ID), f.pl.rank(f.all[0].prop.ID)))
		if c > 0 {
			return
		}
		if c < 0 {
			f.all = f.all[:0]
		}
	}
	f.all = append(f.all, b)
}

// transition records what a transition broke.
func (f *findings) transition(at id, thread, alt int, vs []model.Violation, l *model.Limit) {
	for i := range vs {
		f.broke(at, thread, alt, &vs[i].Check)
	}
	f.limits(l)
}

func (f *findings) broke(at id, thread, alt int, c *model.Check) {
	f.note(broken{at: at, thread: thread, alt: alt, prop: PropertyByID(c.Prop), text: c.Text})
}

func (f *findings) note(b broken) {
	if !f.settled || f.pl.prefer(b.prop) {
		f.all = append(f.all, b)
	}
}

// limits remembers a bound that was met, always the same one of several.
func (f *findings) limits(l *model.Limit) {
	if l != nil && (f.limit == nil || l.What < f.limit.What) {
		f.limit = l
	}
}

// judge records what state s breaks by itself, and reports whether the search
// may go on from it.
func (f *findings) judge(at id, s model.State, blocked, running uint64) bool {
	var p *Property
	var text string
	switch {
	case blocked != 0:
		p, text = f.pl.stuck(s, blocked, running)
	case running == 0:
		p, text = f.pl.final(s)
	}
	if p == nil {
		return true
	}
	f.note(broken{at: at, prop: p, text: text})
	return p.Severity != Error
}

// merge adds the findings of another worker.
func (f *findings) merge(o *findings) {
	f.all = append(f.all, o.all...)
	f.limits(o.limit)
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
