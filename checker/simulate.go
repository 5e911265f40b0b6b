// SPDX-License-Identifier: MIT

// This file tries random schedules, for programs with too many states to visit
// them all. Each schedule runs to its end, or to a bound, and every property is
// checked on the way. Nothing is remembered between schedules, so memory does
// not limit their number; a program is never found to hold.
//
// A schedule is determined by the seed and its number. It either switches
// threads at every step or keeps to a thread for a while: bugs that need few
// context switches in the right places are rare among evenly mixed schedules.

package checker

import (
	"cmp"
	"context"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"mmcheck/checker/property"
	"mmcheck/model"
)

// What a simulation does unless it is told otherwise.
const (
	DefaultRuns     = 10_000
	DefaultMaxDepth = 10_000
)

// Simulation tells what a Result of Simulate rests on; the number of schedules
// and of their steps are in its Stats.
type Simulation struct {
	Seed     uint64
	MaxDepth int   // steps after which a schedule is broken off
	Cut      int64 // schedules that were
	Longest  int   // steps of the longest schedule
}

// schedule is one schedule: the moves made, the first violation that was looked
// for, and the first other one.
type schedule struct {
	moves         []move
	wanted, other *broken
	limit         *model.Limit
	cut           bool
	noted         []uint64 // facts, as a set
}

// round is the number of schedules after which findings are looked at: a fixed
// one, so that what is reported does not depend on the number of workers.
const round = 256

// Simulate runs p along random schedules.
func Simulate(p *model.Program, o Options) (*Result, error) {
	start := time.Now()
	pl, err := seal(p, o)
	if err != nil {
		return nil, err
	}
	m := &simulation{pl: pl, o: o, start: start, ctx: o.Context}
	if m.ctx == nil {
		m.ctx = context.Background()
	}
	m.o.Runs, m.o.MaxDepth = cmp.Or(o.Runs, DefaultRuns), cmp.Or(o.MaxDepth, DefaultMaxDepth)
	m.facts = Simulation{Seed: o.Seed, MaxDepth: m.o.MaxDepth}
	for m.stats.Runs < m.o.Runs && m.wanted == nil && m.limit == nil {
		if err := m.round(); err != nil {
			return nil, err
		}
	}
	return m.result()
}

// simulation is one in progress.
type simulation struct {
	pl            *plan
	o             Options
	start         time.Time
	ctx           context.Context
	stats         Stats
	facts         Simulation
	wanted, other *schedule // the first schedules that show something
	bound         *model.Limit
	limit         *LimitHit
	noted         []uint64 // facts, as a set
}

// round tries a number of schedules on all workers and takes them into account
// in their order.
func (m *simulation) round() error {
	schedules := make([]*schedule, min(round, m.o.Runs-m.stats.Runs))
	var taken atomic.Int64
	var failed atomic.Value
	var wg sync.WaitGroup
	for range min(m.o.workers(), len(schedules)) {
		wg.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					failed.Store(fmt.Errorf("internal error: %v", r))
				}
			}()
			for i := taken.Add(1) - 1; i < int64(len(schedules)) && m.stop() == nil; i = taken.Add(1) - 1 {
				schedules[i] = m.schedule(uint64(m.stats.Runs + i))
			}
		})
	}
	wg.Wait()
	m.limit = m.stop()
	for _, w := range schedules {
		if w != nil && m.wanted == nil {
			m.count(w)
		}
	}
	if err, ok := failed.Load().(error); ok {
		return err
	}
	m.stats.Elapsed = time.Since(m.start)
	if m.o.Progress != nil {
		m.o.Progress(m.stats)
	}
	return nil
}

// count adds a schedule to the figures.
func (m *simulation) count(w *schedule) {
	m.stats.Runs++
	m.stats.Transitions += int64(len(w.moves))
	m.noted = joinFacts(m.noted, w.noted)
	m.facts.Longest = max(m.facts.Longest, len(w.moves))
	if w.cut {
		m.facts.Cut++
	}
	if w.wanted != nil {
		m.wanted = w
	}
	if w.other != nil && m.other == nil {
		m.other = w
	}
	if w.limit != nil && m.bound == nil {
		m.bound = w.limit
	}
}

// stop names the limit that was reached.
func (m *simulation) stop() *LimitHit {
	switch {
	case m.ctx.Err() != nil:
		return &LimitHit{What: "an interrupt"}
	case m.o.TimeLimit > 0 && time.Since(m.start) > m.o.TimeLimit:
		return &LimitHit{What: fmt.Sprintf("the time limit of %v", m.o.TimeLimit), Raise: "--time-limit"}
	}
	return nil
}

// schedule runs schedule number n.
func (m *simulation) schedule(n uint64) *schedule {
	rnd := rand.New(rand.NewPCG(m.o.Seed, n))
	stay := []float64{0, 0.5, 0.9, 0.98}[n%4]
	w := &schedule{}
	s, last := m.pl.Prog.Initial, uint64(0)
	for {
		for _, b := range judged(m.pl, s) {
			w.broke(m.pl, b)
		}
		_, running := m.pl.Prog.Waiting(s)
		w.cut = len(w.moves) == m.o.MaxDepth && running != 0
		if running == 0 || w.cut || w.wanted != nil {
			return w
		}
		if last&running == 0 || rnd.Float64() >= stay {
			last = pickBit(rnd, running)
		}
		next := w.step(m.pl, s, m.choose(rnd, s, last))
		if next == nil {
			return w
		}
		s = next
	}
}

// pickBit draws one of the bits of a set.
func pickBit(rnd *rand.Rand, set uint64) uint64 {
	for n := rnd.IntN(bits.OnesCount64(set)); n > 0; n-- {
		set &= set - 1
	}
	return set & -set
}

// choose draws an enabled alternative of a thread that can go on.
func (m *simulation) choose(rnd *rand.Rand, s model.State, bit uint64) move {
	t := m.pl.Prog.ThreadsOf(bit)[0]
	alts := t.Point(s).Step.Alts
	best, seen := 0, 0
	for a := range alts {
		if model.Enabled(s, &alts[a]) {
			if seen++; rnd.IntN(seen) == 0 {
				best = a
			}
		}
	}
	return move{t.Num - 1, best}
}

// step makes a move; it returns nil where the schedule ends with it.
func (w *schedule) step(pl *plan, s model.State, mv move) model.State {
	out := pl.Prog.Threads[mv.thread].Fire(s, mv.alt, pl.Fatal)
	w.moves = append(w.moves, mv)
	for _, n := range out.Noted {
		w.noted = joinFacts(w.noted, factSet(n))
	}
	for _, v := range out.Broken {
		w.broke(pl, broken{thread: mv.thread + 1, alt: mv.alt, prop: property.ByID(v.Check.Prop), text: v.Check.Text})
	}
	if out.Limit != nil {
		w.limit = out.Limit
	}
	if out.Fatal || out.Limit != nil || w.wanted != nil {
		return nil
	}
	return out.Next
}

// judged is what is wrong with a state by itself, and with what can be done next.
func judged(pl *plan, s model.State) []broken {
	f := &findings{pl: pl}
	blocked, running := pl.Prog.Waiting(s)
	f.judge(nil, s, blocked, running)
	out := f.shown()
	if pl.pairs != nil && pl.pairs.Near(s) {
		if p := pl.racing(s); p != nil {
			out = append(out, broken{prop: p, text: property.TextOfRace})
		}
	}
	return out
}

// broke keeps the first violation of each kind.
func (w *schedule) broke(pl *plan, b broken) {
	b.length = len(w.moves)
	switch {
	case pl.prefer(b.prop) && w.wanted == nil:
		w.wanted = &b
	case !pl.prefer(b.prop) && w.other == nil:
		w.other = &b
	}
}

// result turns what the schedules showed into a verdict.
func (m *simulation) result() (*Result, error) {
	m.stats.Elapsed = time.Since(m.start)
	r := &Result{Program: m.pl.Prog, Verdict: Unknown, Stats: m.stats, Find: m.o.Find, Checked: m.pl.Props, Simulation: &m.facts}
	r.Limit = m.limit
	if r.Limit == nil && m.bound != nil {
		r.Limit = &LimitHit{What: m.bound.What, Raise: m.bound.Hint}
	}
	w, b := m.wanted, (*broken)(nil)
	switch {
	case w != nil:
		b = w.wanted
	case m.other != nil:
		w, b = m.other, m.other.other
	default:
		r.Coverage, r.Assumed, r.Orders = m.pl.coverage(m.noted), m.pl.assumed(m.noted), m.pl.ordered(m.noted)
		return r, nil
	}
	r.Verdict, r.Limit = Violated, nil
	var err error
	if r.Finding, err = shorten(m.pl, w.moves[:b.length], b.prop); err == nil {
		r.Assumed = m.pl.assumed(m.pl.notedBy(r.Finding.Trace))
	}
	return r, err
}
