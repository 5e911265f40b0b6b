// SPDX-License-Identifier: MIT

// This file finds the pairs of accesses in a state that break a property together,
// by trying what each thread can do next. That is how the reference judges, and how
// every finding is confirmed; racing_pair.go finds them without trying.

package property

import (
	"fmt"

	"mmcheck/model"
)

// Race is two accesses of different threads that may be made at the same time.
type Race struct {
	First, Second RaceSide // in the order shown
	Where         string   // the location, such as "vma#1.vm_flags"
}

// RaceSide is one of them.
type RaceSide struct {
	Thread *model.Thread
	Alt    int // the alternative of its next step
	model.Used
}

// What says what kind of access it is.
func (r *RaceSide) What() string {
	return [...]string{"plain", "marked", "racy"}[r.Mark] + " " + [...]string{"read", "write"}[r.Mode]
}

// Text says what is wrong, in a few words.
func (r *Race) Text() string {
	return fmt.Sprintf("%s and %s of %s at the same time", r.First.What(), r.Second.What(), r.Where)
}

// Reach lists the accesses that the threads may make next in s.
func (w *Woven) Reach(s model.State) (out []RaceSide) {
	for _, t := range w.Prog.Threads {
		b := t.Point(s)
		for i := 0; b != nil && i < len(b.Step.Alts); i++ {
			if model.Enabled(s, &b.Step.Alts[i]) {
				out = append(out, Sides(t, i, t.Fire(s, i, w.Fatal))...)
			}
		}
	}
	return out
}

// Sides are the accesses of one transition.
func Sides(t *model.Thread, alt int, out model.Outcome) (all []RaceSide) {
	for _, u := range out.Used {
		all = append(all, RaceSide{t, alt, u})
	}
	return all
}

// Races lists the pairs of accesses that break a property together.
func (w *Woven) Races(next []RaceSide) (p *Property, out []*Race) {
	for _, p = range w.Props {
		if p.Pair == nil || !w.Broken(p, TextOfRace) {
			continue
		}
		for i, b := range next {
			for _, a := range next[:i] {
				if a.Thread != b.Thread && p.Pair(a.Used, b.Used) {
					out = append(out, &Race{First: a, Second: b, Where: a.V.ElemName(a.Elem - a.V.Off())})
				}
			}
		}
		if out != nil {
			return p, out
		}
	}
	return nil, nil
}

// TextOfRace stands for the text of a race until it is known which one is shown.
const TextOfRace = "access and access of a location at the same time"

// Racing is the property that two accesses which may be made in s break, or nil.
func (w *Woven) Racing(s model.State) *Property {
	p, _ := w.Races(w.Reach(s))
	return p
}
