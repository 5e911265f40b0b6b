// SPDX-License-Identifier: MIT

// This file lists all that is wrong with a program, not only what comes first: it
// searches again, and what is known by then is passed over. So each search is one that
// is trusted for a single violation, with all its options, and each schedule is as
// short as if nothing else were wrong. A known error ends its path as before: what
// comes behind the use of freed memory says little.
//
// Two violations are one if they break the same property at the same place. The place
// of an access is the expression and, where that is in a header, the line of the spec
// that led there; it does not matter which thread comes by. Of a data race it is both
// accesses, of a deadlock where threads wait, of a hang who hangs, of a circle of locks
// their classes. What is wrong when all has ended has no place: there it is what is
// said of it, without the numbers of objects.

package checker

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"mmcheck/checker/property"
	"mmcheck/checker/symmetry"
	"mmcheck/model"
)

// Causes are the distinct violations of a program.
type Causes struct {
	Found []*Result // in the order in which searches found them: errors first unless asked otherwise, short ones first
	// Rest is what a search for more came to: it holds if these are all. It is nil if as
	// many were found as were wanted.
	Rest *Result
}

// All lists the violations of p that differ in property or place, at most some number
// of them. The production search finds them, or the plain one.
func All(p *model.Program, o Options, plainly bool, most int) (*Causes, error) {
	search := production(o)
	if plainly {
		search = searchPlainly
	}
	if err := o.checkFingerprint(); err != nil {
		return nil, err
	}
	return allBy(search, p, o, most)
}

func allBy(search planSearch, p *model.Program, o Options, most int) (*Causes, error) {
	if o.Checkpoint != "" {
		return nil, errors.New("internal error: a checkpoint keeps a single search")
	}
	pl, err := seal(p, o)
	if err != nil {
		return nil, err
	}
	pl.known = map[cause]bool{}
	all := &Causes{}
	for len(all.Found) < most {
		r, err := pl.inOrder(o, search)
		if err != nil {
			return nil, err
		}
		if r.Verdict != Violated {
			all.Rest = r
			break
		}
		causes := pl.causesOf(r.Finding)
		if len(pl.known) > 0 && pl.knowsAll(causes) {
			return nil, fmt.Errorf("internal error: %s is found a second time", causes[0])
		}
		for _, c := range causes {
			pl.known[c] = true
		}
		all.Found = append(all.Found, r)
	}
	return all, nil
}

// cause is what tells violations apart.
type cause string

// knows reports whether a violation is known.
func (pl *plan) knows(c func() cause) bool { return len(pl.known) > 0 && pl.known[c()] }

// knowsAll reports whether all of some causes are known.
func (pl *plan) knowsAll(causes []cause) bool {
	return !slices.ContainsFunc(causes, func(c cause) bool { return !pl.known[c] })
}

// causesOf is what a finding shows: one thing, or circles in which threads wait.
func (pl *plan) causesOf(f *Finding) []cause {
	if f.Waits != nil && !f.Hang {
		return causesOfWaits(f.Property, f.Waits)
	}
	return []cause{pl.causeOf(f)}
}

func (pl *plan) causeOf(f *Finding) cause {
	last := func() TraceStep { return f.Trace.Steps[len(f.Trace.Steps)-1] }
	switch {
	case f.Order != nil:
		return causeOfText(f.Property, f.Text)
	case f.Race != nil:
		return causeOfRace(f.Property, f.Race, f.Trace.Steps[len(f.Trace.Steps)-2].Before)
	case f.Hang:
		var threads []*model.Thread
		for _, w := range f.Waits {
			threads = append(threads, w.Thread)
		}
		return causeOfHang(threads, f.Text)
	case f.Thread != nil:
		return causeOfCheck(&f.Check, last().Point)
	}
	return causeOfText(f.Property, f.Text)
}

func causeOfCheck(c *model.Check, point *model.Block) cause {
	at := c.At
	if at == nil {
		at = point.Step.Site
	}
	return cause(c.Prop + ": " + c.Text + " at " + placeOf(at))
}

func causesOfState(pl *plan, j property.Judgement, s model.State, blocked uint64) []cause {
	if blocked != 0 {
		return causesOfWaits(j.Property, property.WaitsFor(pl.Prog, s, blocked))
	}
	return []cause{causeOfText(j.Property, j.Text)}
}

// causesOfWaits is for each circle where its threads wait, or where all do if there is
// none.
func causesOfWaits(p *property.Property, waits []property.Wait) (out []cause) {
	var all []string
	for _, w := range waits {
		all = append(all, placeOf(w.Point.Step.Site))
	}
	for i := range waits {
		var circle []string
		for j := range waits {
			if waits[i].Cycle && waits[j].Cycle && leads(waits, i, j) && leads(waits, j, i) {
				circle = append(circle, all[j])
			}
		}
		if circle != nil {
			out = append(out, causeOfPlaces(p, circle))
		}
	}
	if out == nil {
		out = []cause{causeOfPlaces(p, all)}
	}
	return out
}

// leads reports whether one of some threads that wait does so for another, if need be
// through others.
func leads(waits []property.Wait, from, to int) bool {
	seen, work := map[*model.Thread]bool{}, []*model.Thread{waits[from].Thread}
	for len(work) > 0 {
		t := work[0]
		work = work[1:]
		for _, w := range waits {
			for _, next := range w.For {
				if w.Thread == t && !seen[next] {
					seen[next] = true
					work = append(work, next)
				}
			}
		}
	}
	return seen[waits[to].Thread]
}

func causeOfHang(threads []*model.Thread, text string) cause {
	var names []string
	for _, t := range threads {
		names = append(names, t.Name)
	}
	slices.Sort(names)
	return causeOfText(property.Deadlock, text+": "+strings.Join(names, " "))
}

func causeOfRace(p *property.Property, r *property.Race, s model.State) cause {
	var places []string
	for _, x := range []*property.RaceSide{&r.First, &r.Second} {
		at := x.At
		if at == nil {
			at = x.Thread.Point(s).Step.Site
		}
		places = append(places, placeOf(at))
	}
	return causeOfPlaces(p, places)
}

func causeOfPlaces(p *property.Property, places []string) cause {
	slices.Sort(places)
	return cause(p.ID + " at " + strings.Join(slices.Compact(places), ", "))
}

func causeOfText(p *property.Property, text string) cause {
	return cause(p.ID + ": " + withoutNumbers(text))
}

var numbers = regexp.MustCompile(`#[0-9]+`)

// withoutNumbers leaves of the names of objects and threads what several have in common.
func withoutNumbers(text string) string { return numbers.ReplaceAllString(text, "") }

// symmetry tells what may change places. Where causes are told apart these are no
// threads with code of their own, equal as it may be: it stands at other places.
func (pl *plan) symmetry() *symmetry.Symmetry {
	y := symmetry.New(pl.Prog)
	if pl.known == nil || y == nil {
		return y
	}
	for _, group := range y.Alike() {
		for _, n := range group {
			if withoutNumbers(pl.Prog.Threads[n-1].Name) != withoutNumbers(pl.Prog.Threads[group[0]-1].Name) {
				return nil
			}
		}
	}
	return y
}

// placeOf names a place in the source: the expression, and the last call on the way
// there that is not in a header.
func placeOf(at *model.Site) string {
	text := fmt.Sprintf("%s:%d:%d %s", at.Pos.File, at.Pos.Line, at.Pos.Col, at.Text)
	if !inHeader(at.Pos) {
		return text
	}
	for _, call := range slices.Backward(at.Stack) {
		if !inHeader(call.Call) {
			return fmt.Sprintf("%s, called in %s:%d:%d", text, call.Call.File, call.Call.Line, call.Call.Col)
		}
	}
	return text
}

// inHeader reports whether a position is in the shipped headers.
func inHeader(p model.Pos) bool { return strings.HasPrefix(p.File, "<") }

// shows reports whether a check that failed at a step is the one to show for a property.
func (pl *plan) shows(p *property.Property, v *model.Violation, point *model.Block) bool {
	return v.Check.Prop == p.ID && !pl.knows(func() cause { return causeOfCheck(&v.Check, point) })
}

// races are the pairs of accesses that break a property together in s, without those
// that are known.
func (pl *plan) races(s model.State) (*property.Property, []*property.Race) {
	return pl.racesOf(s, pl.Reach(s))
}

// racesOf does the same where it is known what threads may do next.
func (pl *plan) racesOf(s model.State, next []property.RaceSide) (*property.Property, []*property.Race) {
	p, all := pl.Races(next)
	fresh := slices.DeleteFunc(all, func(r *property.Race) bool {
		return pl.knows(func() cause { return causeOfRace(p, r, s) })
	})
	if len(fresh) == 0 {
		return nil, nil
	}
	return p, fresh
}

// racing is the property that such a pair breaks in s, or nil.
func (pl *plan) racing(s model.State) *property.Property {
	p, _ := pl.races(s)
	return p
}
