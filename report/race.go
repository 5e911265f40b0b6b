// SPDX-License-Identifier: MIT

// This file tells of two accesses that are made at the same time: the last two
// steps of the schedule.

package report

import (
	"mmcheck/checker/property"
	"mmcheck/model"
)

// meeting is the step of the first of two accesses, nil if it is no such story.
func (s *story) meeting() *fact {
	if s.find.Race == nil {
		return nil
	}
	return s.facts[len(s.facts)-2]
}

// sideSite is where an access that step f makes stands.
func sideSite(r *property.RaceSide, f *fact) *model.Site {
	if r.At != nil {
		return r.At
	}
	return f.site
}

// tellRace points to the other access.
func (s *story) tellRace() []note {
	r, f := &s.find.Race.First, s.meeting()
	return []note{{text: r.What() + " here by " + f.Thread.Name, at: sideSite(r, f), by: f}}
}

// raceObject is the heap object that the location lies in, or nil.
func (s *story) raceObject() *model.Instance {
	u := s.find.Race.Second
	if in := whole(instanceOf(u.V.Type, int64((u.Elem-u.V.Off())/u.V.Width))); in != nil && in.Heap {
		return in
	}
	return nil
}

// raceFunctions names the functions of both accesses.
func (s *story) raceFunctions() []string {
	r, f := &s.find.Race.First, s.meeting()
	return []string{innermost(f.Thread, sideSite(r, f)), innermost(s.bad.Thread, s.at)}
}

// wrongAt is what the table says below a violating event.
func (s *story) wrongAt(e *event) string {
	if f := s.meeting(); f != nil && len(e.facts) > 0 && e.facts[len(e.facts)-1] == f {
		return s.find.Race.First.What() + " of " + s.find.Race.Where
	}
	return s.wrong()
}
