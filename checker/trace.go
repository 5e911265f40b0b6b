// SPDX-License-Identifier: MIT

// This file finds the schedule to show. The search keeps no parents; from the
// shortest violations we go back level by level, keeping the states that can
// still lead to one of them, and note for each how few context switches that
// takes. The schedule then follows the cheapest way forward. It is executed by
// the plain interpreter, which must meet the same violation.

package checker

import (
	"fmt"

	"mmcheck/model"
)

// ways gives, for a state and the thread that moved last (0: none), the least
// number of context switches on the way to a violation.
type ways map[id][]int

const noWay = 1 << 30

// trace builds the finding for the shortest violations found.
func (e *explorer) trace(found *findings) (*Finding, error) {
	length := found.all[0].length
	last := len(e.pl.prog.Threads) + 1
	depth := length
	if found.all[0].thread != 0 {
		depth--
	}
	targets := ways{}
	for _, b := range found.all {
		w := targets.at(b.at, last)
		for t := range w {
			w[t] = min(w[t], switchCost(t, b.thread))
		}
	}
	steps := []ways{targets}
	for d := depth - 1; d >= 0; d-- {
		steps = append(steps, e.backward(e.levels[d], steps[len(steps)-1], last))
	}
	return e.forward(found, steps)
}

// switchCost is 1 when thread t moves after another thread.
func switchCost(last, t int) int {
	if last == 0 || t == 0 || last == t {
		return 0
	}
	return 1
}

func (w ways) at(n id, last int) []int {
	if w[n] == nil {
		w[n] = make([]int, last)
		for t := range w[n] {
			w[n][t] = noWay
		}
	}
	return w[n]
}

// backward computes the ways of one level from those of the next.
func (e *explorer) backward(level []id, next ways, last int) ways {
	now := ways{}
	for _, n := range level {
		e.successors(e.space.state(n), func(thread, _ int, child id, _ model.State) {
			costs, ok := next[child]
			if !ok || costs[thread] == noWay {
				return
			}
			w := now.at(n, last)
			for t := range w {
				w[t] = min(w[t], switchCost(t, thread)+costs[thread])
			}
		})
	}
	return now
}

// successors calls f on every transition from s to a state of the space.
func (e *explorer) successors(s model.State, f func(thread, alt int, child id, next model.State)) {
	for _, t := range e.pl.prog.Threads {
		b := t.Point(s)
		for a := 0; b != nil && a < len(b.Step.Alts); a++ {
			if !model.Enabled(s, &b.Step.Alts[a]) {
				continue
			}
			out := t.Fire(s, a, e.pl.fatal)
			if out.Fatal || out.Limit != nil {
				continue
			}
			if n, ok := e.space.find(out.Next); ok {
				f(t.Num, a, n, out.Next)
			}
		}
	}
}

// forward walks the cheapest schedule. steps[i] holds the ways of the states
// that are i transitions away from showing the violation.
func (e *explorer) forward(found *findings, steps []ways) (*Finding, error) {
	p := e.pl.prog
	s, last := p.Initial, 0
	tr := Trace{Initial: s}
	for i := len(steps) - 2; i >= 0; i-- {
		best, thread, alt := noWay, 0, 0
		var after model.State
		e.successors(s, func(t, a int, child id, next model.State) {
			costs, ok := steps[i][child]
			if !ok {
				return
			}
			if c := switchCost(last, t) + costs[t]; c < best {
				best, thread, alt, after = c, t, a, next
			}
		})
		if after == nil {
			return nil, fmt.Errorf("internal error: no way on after %d steps of a schedule of %d", len(tr.Steps), found.all[0].length)
		}
		t := p.Threads[thread-1]
		tr.Steps = append(tr.Steps, TraceStep{Thread: t, Point: t.Point(s), Alt: alt, Before: s, After: after})
		s, last = after, thread
	}
	return e.finish(found, tr, s, last)
}

// finish adds the violating transition, if it is one, and confirms it.
func (e *explorer) finish(found *findings, tr Trace, s model.State, last int) (*Finding, error) {
	b, ok := e.choose(found, s, last)
	if !ok {
		return nil, fmt.Errorf("internal error: the schedule does not lead to the violation")
	}
	f := &Finding{Property: b.prop, Text: b.text, Shortest: !e.cut}
	if b.thread == 0 {
		f.Trace = tr
		return f, e.confirmState(f, s)
	}
	t := e.pl.prog.Threads[b.thread-1]
	point := t.Point(s)
	out := t.Fire(s, b.alt, e.pl.fatal)
	f.Trace, f.Thread, f.At = Trace{Initial: tr.Initial, Steps: append(tr.Steps, TraceStep{t, point, b.alt, s, out.Next})}, t, point.Step.Site
	return f, f.confirm(out)
}

// choose picks, among the violations of state s, the one that needs no switch,
// then the first in order of thread and alternative.
func (e *explorer) choose(found *findings, s model.State, last int) (broken, bool) {
	here, _ := e.space.find(s)
	var best broken
	ok := false
	for _, b := range found.all {
		if b.at != here {
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
func (f *Finding) confirm(out model.Outcome) error {
	seen := map[*Property]bool{f.Property: true}
	ok := false
	for _, v := range out.Broken {
		p := PropertyByID(v.Check.Prop)
		if p == f.Property && !ok {
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
	p := e.pl.prog
	blocked, running := blockedIn(p, s)
	if blocked == 0 {
		if pr, _ := e.pl.final(s); pr != f.Property {
			return fmt.Errorf("internal error: the last state does not break %s", f.Property.ID)
		}
		if n := len(f.Trace.Steps); n > 0 {
			f.At = f.Trace.Steps[n-1].Point.Step.Site
		}
		return nil
	}
	if pr, _ := e.pl.stuck(s, blocked, running); pr != f.Property {
		return fmt.Errorf("internal error: the last state does not break %s", f.Property.ID)
	}
	f.Waits = waitsFor(p, s, blocked)
	f.At = f.Waits[0].Point.Step.Site
	for _, w := range f.Waits {
		if w.Cycle {
			f.At = w.Point.Step.Site
			break
		}
	}
	return nil
}
