// SPDX-License-Identifier: MIT

// This file shows a data race at the end of a schedule: of the racing pairs of a
// state, the one that takes the fewest context switches.

package checker

import (
	"cmp"
	"fmt"
	"slices"

	"mmcheck/checker/property"
	"mmcheck/model"
)

// switches is how many context switches the two accesses take after a move of
// thread last (0: none); flip says that the second one is made first. An access
// that had to wait is made first, for the other may make it wait again.
func switches(r *property.Race, last int) (n int, flip bool) {
	plain := func(x *property.RaceSide) bool { return x.Mark == model.Unmarked }
	first, second := plain(&r.Second), plain(&r.First) // whether it may be made first
	flip = !first || second && last == r.Second.Thread.Num
	if flip {
		return 1 + switchCost(last, r.Second.Thread.Num), true
	}
	return 1 + switchCost(last, r.First.Thread.Num), false
}

// least is the race that takes the fewest context switches after a move of
// thread last, in order; the first of several.
func least(races []*property.Race, last int) *property.Race {
	best := slices.MinFunc(races, func(a, b *property.Race) int {
		m, _ := switches(a, last)
		n, _ := switches(b, last)
		return cmp.Compare(m, n)
	})
	if _, flip := switches(best, last); flip {
		best.First, best.Second = best.Second, best.First
	}
	return best
}

// confirmRace looks for the race in the state that a schedule leads to, and adds
// the two accesses to it, one after the other.
func (e *explorer) confirmRace(f *Finding, s model.State) error {
	p, races := e.pl.races(s)
	if p != f.Property {
		return fmt.Errorf("internal error: the last state does not break %s", f.Property.ID)
	}
	last := 0
	if n := len(f.Trace.Steps); n > 0 {
		last = f.Trace.Steps[n-1].Thread.Num
	}
	r := least(races, last)
	for _, x := range []*property.RaceSide{&r.First, &r.Second} {
		out := x.Thread.Fire(s, x.Alt, e.pl.Fatal)
		f.Trace.Steps = append(f.Trace.Steps, TraceStep{x.Thread, x.Thread.Point(s), x.Alt, s, out.Next})
		s = out.Next
	}
	f.Race, f.Text, f.Thread, f.At = r, r.Text(), r.Second.Thread, r.Second.At
	if f.At == nil {
		f.At = f.Trace.Steps[len(f.Trace.Steps)-1].Point.Step.Site
	}
	return nil
}
