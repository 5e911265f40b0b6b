// SPDX-License-Identifier: MIT

// This file finds out what a failed assertion looked at, and who changed it.

package report

import (
	"slices"

	"mmcheck/model"
)

// seen is a change by another thread of something that an assertion looked at.
type seen struct {
	change
	by *fact
}

// seenChanges lists, for an assertion, the latest changes by other threads of
// what its function had read just before.
func (s *story) seenChanges() []seen {
	if s.bad == nil || s.find.Property.ID != "assert" {
		return nil
	}
	var out []seen
	done := map[string]bool{}
	for i := len(s.facts) - 1; i >= 0 && len(out) < maxSeen; i-- {
		f := s.facts[i]
		if f.Thread != s.bad.Thread {
			continue
		}
		if !sameCall(f.site, s.at) {
			break
		}
		for _, l := range f.loads() {
			if c, ok := s.writer(l, i); ok && !done[l.name()] {
				done[l.name()] = true
				out = append(out, c)
			}
		}
	}
	return out
}

// maxSeen is how many changes are told of.
const maxSeen = 3

// writer is the last step before i that wrote element l, if another thread's.
func (s *story) writer(l change, i int) (seen, bool) {
	for i--; i >= 0; i-- {
		for _, c := range s.facts[i].stores() {
			if c.v == l.v && c.i == l.i {
				return seen{c, s.facts[i]}, s.facts[i].Thread != s.bad.Thread
			}
		}
	}
	return seen{}, false
}

// tellSeen tells of the changes that made an assertion fail.
func (s *story) tellSeen() []note {
	var out []note
	for _, c := range s.seenChanges() {
		out = append(out, s.note(c.by, roleNone, "%s set to %s here by %s", c.name(), valueText(c.v, c.new), c.by.Thread.Name))
	}
	return out
}

// element is one element of the state.
type element struct {
	v *model.Var
	i int
}

// watchList lists the elements, outside of the heap, that a failed assertion
// looked at: every access to them is worth a line.
func (s *story) watchList() map[element]bool {
	watch := map[element]bool{}
	if s.bad == nil || s.find.Property.ID != "assert" {
		return watch
	}
	for _, f := range s.facts {
		if f.Thread != s.bad.Thread || !sameCall(f.site, s.at) {
			continue
		}
		for _, l := range f.loads() {
			if in := whole(l.owner()); in == nil || !in.Heap {
				watch[element{l.v, l.i}] = true
			}
		}
	}
	return watch
}

// watches reports whether a step reads or writes something on the watch list.
func (s *story) watches(f *fact) bool {
	return slices.ContainsFunc(append(f.loads(), f.stores()...), func(c change) bool { return s.watch[element{c.v, c.i}] })
}
