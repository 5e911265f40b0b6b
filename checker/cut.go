// SPDX-License-Identifier: MIT

// This file cuts one search into parts that know nothing of each other, for several
// machines.
//
// A search, with reductions or without, is a walk through a graph: what a state leads to
// depends on nothing but the state, not on what was stored before, nor on the order in
// which states come (por/sticky.go is why it need not). All parts explore the same first
// levels of this graph, until one is wide enough. Its states, in order, are dealt out:
// each part goes on from its own, and does not know what the others do. Nothing is lost:
//
//   - The states of the first levels are expanded by each part.
//   - Any other state that the whole search expands lies behind one of the level that was
//     dealt out, on a way through the graph, and so is expanded by the part that has it.
//     Which transitions are taken there is the same as in the whole search. Therefore
//     the parts together meet all that it meets, no more and no less.
//   - The states of a part are closed: all that the graph leads to from them are among
//     them, those of the first levels again if a loop leads back. So it is known of each
//     whether threads hang there, as in a whole search. Where they hang in a state of the
//     first levels, they do in all that follow: either some of these lie in a part, or all
//     lie in the first levels, which are looked through, too. (A state behind the level
//     that was dealt out is not known there, and whatever leads to one does not hang.)
//   - Which locks are requested in which order is noted for the first levels and the part;
//     a schedule that makes a circle lies in one part, which then notes all of it. The
//     second search, for that circle, is not cut: its states are others.
//
// Where schedules of two parts come together again, both go on from there: parts
// overlap. How much is up to the program.

package checker

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"mmcheck/model"
)

// Part is one of some parts of a search, from 1; the zero value is all of it.
type Part struct{ N, Of int }

const (
	// startsWanted is how many states each part goes on from, if there is such a level
	// before levels shrink or many states were seen. Parts overlap the less, the later
	// they begin.
	startsWanted = 256
	firstWanted  = 1_000_000
	// steadySteps are looked at to tell what changes seldom.
	steadySteps = 5000
)

// cut is what the search of a part goes on from.
type cut struct {
	starts []model.State
	facts  []uint64                                   // noted before
	way    func(start model.State) (*replayer, error) // the schedule that leads to one of the starts
}

// starts are the states that a search begins with.
func (pl *plan) starts() []model.State {
	if pl.cut == nil {
		return []model.State{pl.Prog.Initial}
	}
	return pl.cut.starts
}

// wayTo is the schedule that leads to one of them.
func (pl *plan) wayTo(start model.State) (*replayer, error) {
	if pl.cut == nil {
		return newReplayer(pl), nil
	}
	return pl.cut.way(start)
}

// partly is a result of a search that may have been asked for a part. A part by itself
// never holds.
func (o Options) partly(r *Result, err error) (*Result, error) {
	if o.Part.Of > 0 && err == nil && r.Verdict == Holds {
		r.Verdict, r.PartHolds = Unknown, true
		r.Limit = &LimitHit{What: fmt.Sprintf("the end of part %d of %d", o.Part.N, o.Part.Of)}
	}
	return r, err
}

// searchPart explores first levels up to a wide one, and what follows from the states of
// a part. begin makes a search.
func searchPart(pl *plan, o Options, begin func(pl *plan) (*explorer, error)) (*Result, []uint64, error) {
	first, err := begin(pl)
	if err != nil {
		return nil, nil, err
	}
	defer first.free()
	if first.exploreTo(o.wide()) {
		return first.judged()
	}
	first.hangs(first.depth)
	part := *pl
	part.cut = &cut{first.part(), first.space.noted(), first.wayTo}
	if len(first.found.wanted) > 0 || first.limit != nil || len(part.cut.starts) == 0 {
		return first.judged()
	}
	e, err := begin(&part)
	if err != nil {
		return nil, nil, err
	}
	defer e.free()
	e.explore(everything)
	r, noted, err := e.judged()
	if err != nil {
		return nil, nil, err
	}
	if len(first.found.other) > 0 && len(e.found.wanted) == 0 {
		limit := r.Limit
		if r, noted, err = first.judged(); err == nil && r.Limit == nil {
			r.Limit = limit
		}
		return r, noted, err
	}
	before := first.stats()
	r.Stats.States += before.States - first.space.size(first.depth)
	r.Stats.Transitions += before.Transitions
	r.Stats.Depth += first.depth
	r.Ended = r.Ended || first.found.ended
	if hit := first.hit(); hit != nil && r.Verdict == Holds {
		r.Verdict, r.Limit = Unknown, hit
	}
	return r, noted, nil
}

// wide is how many states the level has that is dealt out.
func (o Options) wide() int64 {
	each := o.startsEach
	if each == 0 {
		each = startsWanted
	}
	return each * int64(o.Part.Of)
}

// exploreTo explores until a level is wide enough, or much was seen; it returns true if
// the search is over with that.
func (e *explorer) exploreTo(wide int64) bool {
	for {
		n := e.space.stats().States
		if e.space.size(e.depth) >= wide || n >= firstWanted || n >= firstStates && e.shrinks() {
			return false
		}
		if e.explore(n) {
			return true
		}
	}
}

// part are the states of the level at hand that a part goes on from, always the same
// ones. States that are alike go together: they have more in common in what follows.
// For S5 of bench, cut in eight, the largest part is a fifth smaller than by the order of
// variables.
func (e *explorer) part() []model.State {
	var all []model.State
	e.space.(levelled).each(e.depth, func(words []uint64) bool {
		all = append(all, e.space.state(words))
		return true
	})
	order := e.pl.steadyFirst()
	slices.SortFunc(all, func(a, b model.State) int {
		for _, i := range order {
			if a[i] != b[i] {
				return cmp.Compare(a[i], b[i])
			}
		}
		return 0
	})
	n, of := e.o.Part.N, e.o.Part.Of
	return all[len(all)*(n-1)/of : len(all)*n/of]
}

// wayTo is a schedule to a state of the level at hand.
func (e *explorer) wayTo(s model.State) (*replayer, error) {
	words, ok := e.space.pack(s)
	if !ok {
		return nil, errors.New("internal error: a state does not fit where it came from")
	}
	if e.reduced {
		return e.followReduced(words, e.depth)
	}
	targets := ways{}
	costs := targets.at(words, len(e.pl.Prog.Threads)+1)
	for t := range costs {
		costs[t] = 0
	}
	r, _, err := e.walk(targets, e.depth)
	return r, err
}

// steadyFirst lists the elements of a state, those first that change seldom in random
// schedules. States that differ in such a one have little in common in what follows.
func (pl *plan) steadyFirst() []int {
	changes := make([]int, pl.Prog.Size)
	rnd := rand.New(rand.NewPCG(1, 3))
	s := pl.Prog.Initial
	for range steadySteps {
		_, running := pl.Prog.Waiting(s)
		if running == 0 {
			s = pl.Prog.Initial
			continue
		}
		t := pl.Prog.ThreadsOf(pickBit(rnd, running))[0]
		alts, alt, seen := t.Point(s).Step.Alts, 0, 0
		for a := range alts {
			if model.Enabled(s, &alts[a]) {
				if seen++; rnd.IntN(seen) == 0 {
					alt = a
				}
			}
		}
		out := t.Fire(s, alt, pl.Fatal)
		if out.Fatal || out.Limit != nil {
			s = pl.Prog.Initial
			continue
		}
		for i, x := range out.Next {
			if x != s[i] {
				changes[i]++
			}
		}
		s = out.Next
	}
	order := make([]int, len(changes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(changes[i], changes[j]) })
	return order
}
