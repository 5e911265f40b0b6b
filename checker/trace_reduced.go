// SPDX-License-Identifier: MIT

// This file finds the schedule of a violation that only the search with
// reductions has reached. It is a real schedule, and as short as one among the
// states that were stored can be, but there may be a shorter one.

package checker

import (
	"cmp"
	"fmt"
	"slices"

	"mmcheck/checker/symmetry"
	"mmcheck/model"
)

// traceReduced builds the finding for one of the violations found.
func (e *explorer) traceReduced(found []broken) (*Finding, error) {
	b := oneOf(found)[0]
	r, err := e.followReduced(b.at, b.level())
	if err != nil {
		return nil, err
	}
	for _, m := range b.path {
		r.take(m)
	}
	f := &Finding{Property: b.prop, Text: b.text, Shortest: e.steps && !e.cut && e.pl.cut == nil}
	f.Trace = Trace{Initial: e.pl.Prog.Initial, Steps: r.steps}
	if b.thread == 0 {
		return f, e.confirmState(f, r.s)
	}
	last := r.steps[len(r.steps)-1]
	f.Thread, f.At = last.Thread, last.Point.Step.Site
	return f, f.confirm(e.pl, r.out)
}

// followReduced executes a schedule that leads to a state of some level.
func (e *explorer) followReduced(at []uint64, level int) (*replayer, error) {
	edges := make([]edge, level)
	for d := level - 1; d >= 0; d-- {
		all := e.space.edges(d, ways{name(at): nil})
		if len(all) == 0 {
			return nil, fmt.Errorf("internal error: no way to a state of level %d", d+1)
		}
		edges[d] = slices.MinFunc(all, func(a, b edge) int {
			return cmp.Or(slices.Compare(a.from, b.from), comparePaths(a.path, b.path))
		})
		at = edges[d].from
	}
	r, err := e.pl.wayTo(e.space.state(at))
	if err != nil {
		return nil, err
	}
	for _, step := range edges {
		for _, m := range step.path {
			r.take(m)
		}
		r.change(step.parts)
	}
	return r, nil
}

// oneOf is one of some violations, always the same one, none if there are none.
func oneOf(found []broken) []broken {
	if len(found) == 0 {
		return nil
	}
	return []broken{slices.MinFunc(found, func(a, b broken) int {
		return cmp.Or(slices.Compare(a.at, b.at), comparePaths(a.path, b.path), cmp.Compare(a.thread, b.thread), cmp.Compare(a.alt, b.alt))
	})}
}

func comparePaths(a, b []move) int {
	return slices.CompareFunc(a, b, func(x, y move) int { return cmp.Or(cmp.Compare(x.thread, y.thread), cmp.Compare(x.alt, y.alt)) })
}

// replayer executes transitions found among representatives, in which threads
// may play other parts.
type replayer struct {
	pl    *plan
	s     model.State
	plays symmetry.Perm // by thread of the representative: the thread that it really is
	out   model.Outcome
	steps []TraceStep
}

// newReplayer begins with the initial state.
func newReplayer(pl *plan) *replayer {
	r := &replayer{pl: pl, s: pl.Prog.Initial, plays: make(symmetry.Perm, len(pl.Prog.Threads))}
	for i := range r.plays {
		r.plays[i] = uint8(i)
	}
	return r
}

func (r *replayer) take(m move) {
	t := r.pl.Prog.Threads[r.plays[m.thread]]
	point := t.Point(r.s)
	r.out = t.Fire(r.s, m.alt, r.pl.Fatal)
	r.steps = append(r.steps, TraceStep{t, point, m.alt, r.s, r.out.Next})
	r.s = r.out.Next
}

// change follows a change of parts.
func (r *replayer) change(parts symmetry.Perm) {
	old := slices.Clone(r.plays)
	for i, p := range parts {
		r.plays[i] = old[p]
	}
}
