// SPDX-License-Identifier: MIT

// This file finds the schedule to show. The search keeps no parents; from the
// shortest violations we go back level by level, keeping the states that can
// still lead to one of them, and note for each how few context switches that
// takes. The schedule then follows the cheapest way forward. It is executed by
// the plain interpreter, which must meet the same violation.

package checker

import (
	"fmt"
	"slices"
	"unsafe"

	"mmcheck/checker/property"
	"mmcheck/model"
)

// ways gives, for a state and the thread that moved last (0: none), the least
// number of context switches on the way to a violation. States are named by
// the bytes of their words.
type ways map[string][]int

const noWay = 1 << 30

// name is how ways know a state; it is valid as long as the words are.
func name(words []uint64) string {
	return unsafe.String((*byte)(unsafe.Pointer(unsafe.SliceData(words))), 8*len(words))
}

// trace builds the finding for the shortest violations found.
func (e *explorer) trace(found []broken) (*Finding, error) {
	last := len(e.pl.Prog.Threads) + 1
	targets := ways{}
	for _, b := range found {
		w := targets.at(b.at, last)
		cost := e.showing(&b)
		for t := range w {
			w[t] = min(w[t], cost(t))
		}
	}
	r, moved, err := e.walk(targets, found[0].level())
	if err != nil {
		return nil, err
	}
	return e.finish(found, Trace{Initial: e.pl.Prog.Initial, Steps: r.steps}, r.s, moved)
}

// walk finds the cheapest schedule to some states of a level. It returns the thread that
// moved last, too.
func (e *explorer) walk(targets ways, level int) (*replayer, int, error) {
	steps := []ways{targets}
	for d := level - 1; d >= 0; d-- {
		steps = append(steps, e.backward(d, steps[len(steps)-1], len(e.pl.Prog.Threads)+1))
	}
	return e.forward(steps)
}

// switchCost is 1 when thread t moves after another thread.
func switchCost(last, t int) int {
	if last == 0 || t == 0 || last == t {
		return 0
	}
	return 1
}

// showing gives the context switches that a violation takes from its state on,
// by the thread that moved last.
func (e *explorer) showing(b *broken) func(last int) int {
	if b.prop.Pair == nil {
		return func(last int) int { return switchCost(last, b.thread) }
	}
	_, races := e.pl.races(e.space.state(b.at))
	return func(last int) int {
		best := noWay
		for _, r := range races {
			n, _ := switches(r, last)
			best = min(best, n)
		}
		return best
	}
}

func (w ways) at(state []uint64, last int) []int {
	if w[name(state)] == nil {
		costs := make([]int, last)
		for t := range costs {
			costs[t] = noWay
		}
		w[name(slices.Clone(state))] = costs
	}
	return w[name(state)]
}

// wordsNamed are those of a state.
func wordsNamed(name string) []uint64 {
	return unsafe.Slice((*uint64)(unsafe.Pointer(unsafe.StringData(name))), len(name)/8)
}

// has returns a test whether a state is one of w. A bitmap answers for most that
// are not.
func (w ways) has() func([]uint64) bool {
	n := 64
	for n < 16*len(w) {
		n *= 2
	}
	bitmap := make([]uint64, n/64)
	at := func(state []uint64) (word *uint64, bit uint64) {
		h := hash(state) & uint64(n-1)
		return &bitmap[h/64], 1 << (h % 64)
	}
	for state := range w {
		word, bit := at(wordsNamed(state))
		*word |= bit
	}
	return func(state []uint64) bool {
		if word, bit := at(state); *word&bit == 0 {
			return false
		}
		_, ok := w[name(state)]
		return ok
	}
}

// backward computes the ways of one level from those of the next.
func (e *explorer) backward(level int, next ways, last int) ways {
	now := ways{}
	for _, step := range e.space.edges(level, next) {
		costs := next[name(step.to)]
		w := now.at(step.from, last)
		for t := range w {
			w[t] = min(w[t], switchCost(t, step.thread)+costs[step.thread])
		}
	}
	return now
}

// forward walks the cheapest schedule. steps[i] holds the ways of the states
// that are i transitions away from the end.
func (e *explorer) forward(steps []ways) (r *replayer, last int, err error) {
	best, from := noWay, model.State(nil)
	for _, start := range e.pl.starts() {
		words, fits := e.space.pack(start)
		if costs := steps[len(steps)-1][name(words)]; fits && costs != nil && costs[0] < best {
			best, from = costs[0], start
		}
	}
	if best == noWay {
		return nil, 0, fmt.Errorf("internal error: no schedule of %d steps begins where it should", len(steps)-1)
	}
	if r, err = e.pl.wayTo(from); err != nil {
		return nil, 0, err
	}
	if n := len(r.steps); n > 0 {
		last = r.steps[n-1].Thread.Num
	}
	for i := len(steps) - 2; i >= 0; i-- {
		step, ok := e.cheapest(r.s, last, steps[i])
		if !ok {
			return nil, 0, fmt.Errorf("internal error: no way on after %d steps of a schedule, %d before its end", len(r.steps), i+1)
		}
		r.steps = append(r.steps, step)
		r.s, last = step.After, step.Thread.Num
	}
	return r, last, nil
}

// cheapest is the transition from s, after thread last, from which the fewest
// context switches follow; the first of several.
func (e *explorer) cheapest(s model.State, last int, next ways) (step TraceStep, ok bool) {
	best := noWay
	for _, t := range e.pl.Prog.Threads {
		b := t.Point(s)
		for a := 0; b != nil && a < len(b.Step.Alts); a++ {
			if !model.Enabled(s, &b.Step.Alts[a]) {
				continue
			}
			out := t.Fire(s, a, e.pl.Fatal)
			if out.Fatal || out.Limit != nil {
				continue
			}
			words, fits := e.space.pack(out.Next)
			if costs := next[name(words)]; fits && costs != nil && switchCost(last, t.Num)+costs[t.Num] < best {
				best, ok = switchCost(last, t.Num)+costs[t.Num], true
				step = TraceStep{Thread: t, Point: b, Alt: a, Before: s, After: out.Next}
			}
		}
	}
	return step, ok
}

// finish adds the violating transition, if it is one, and confirms it.
func (e *explorer) finish(found []broken, tr Trace, s model.State, last int) (*Finding, error) {
	b, ok := e.choose(found, s, last)
	if !ok {
		return nil, fmt.Errorf("internal error: the schedule does not lead to the violation")
	}
	f := &Finding{Property: b.prop, Text: b.text, Shortest: !e.cut && e.pl.cut == nil}
	if b.thread == 0 {
		f.Trace = tr
		return f, e.confirmState(f, s)
	}
	t := e.pl.Prog.Threads[b.thread-1]
	point := t.Point(s)
	out := t.Fire(s, b.alt, e.pl.Fatal)
	f.Trace, f.Thread, f.At = Trace{Initial: tr.Initial, Steps: append(tr.Steps, TraceStep{t, point, b.alt, s, out.Next})}, t, point.Step.Site
	return f, f.confirm(e.pl, out)
}

// choose picks, among the violations of state s, the one that needs no switch,
// then the first in order of thread and alternative.
func (e *explorer) choose(found []broken, s model.State, last int) (broken, bool) {
	here, fits := e.space.pack(s)
	var best broken
	ok := false
	for _, b := range found {
		if !fits || !slices.Equal(b.at, here) {
			continue
		}
		c, o := switchCost(last, b.thread), switchCost(last, best.thread)
		if !ok || c < o || c == o && (b.thread < best.thread || b.thread == best.thread && b.alt < best.alt) {
			best, ok = b, true
		}
	}
	return best, ok
}

// confirm checks that the last transition broke the property, and takes over
// what it says of the object.
func (f *Finding) confirm(pl *plan, out model.Outcome) error {
	point := f.Trace.Steps[len(f.Trace.Steps)-1].Point
	seen := map[*property.Property]bool{f.Property: true}
	ok := false
	for _, v := range out.Broken {
		p := property.ByID(v.Check.Prop)
		if !ok && pl.shows(f.Property, &v, point) {
			ok = true
			f.Check, f.Obj, f.Life, f.Text = v.Check, v.Obj, v.Life, v.Check.Text
			if v.Check.At != nil {
				f.At = v.Check.At
			}
		}
		if !seen[p] {
			seen[p] = true
			f.Also = append(f.Also, p)
		}
	}
	if !ok {
		return fmt.Errorf("internal error: the schedule does not break %s when it is executed again", f.Property.ID)
	}
	return nil
}

// confirmState does the same for a state that is wrong by itself.
func (e *explorer) confirmState(f *Finding, s model.State) error {
	if f.Property.Pair != nil {
		return e.confirmRace(f, s)
	}
	p := e.pl.Prog
	blocked, running := p.Waiting(s)
	judged := e.pl.Judge(s, blocked, running)
	switch {
	case judged == nil && f.Property == property.Deadlock && blocked|running != 0:
		return e.confirmHang(f, s)
	case !slices.ContainsFunc(judged, func(j property.Judgement) bool { return j.Property == f.Property }):
		return fmt.Errorf("internal error: the last state does not break %s", f.Property.ID)
	case blocked|running == 0:
		if n := len(f.Trace.Steps); n > 0 {
			f.At = f.Trace.Steps[n-1].Point.Step.Site
		}
		return nil
	}
	f.Waits = property.WaitsFor(p, s, blocked)
	f.At = f.Waits[0].Point.Step.Site
	for _, w := range f.Waits {
		if w.Cycle {
			f.At = w.Point.Step.Site
			break
		}
	}
	return nil
}
