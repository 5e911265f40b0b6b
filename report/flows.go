// SPDX-License-Identifier: MIT

// This file finds the steps by which threads tell each other something, or miss
// it: a value that one has written and another one reads, and a value that one
// has read before another one changes it. A schedule in which these are left out
// cannot be followed.

package report

import (
	"slices"

	"mmcheck/model"
)

// maxFlows bounds the steps that are shown for this alone; with more the table
// would be about nothing else, and only those to and from the thread that
// breaks the property are taken, or none.
const maxFlows = 20

// flows lists the steps that hand something from one thread to another, or
// overtake it. What is in locks and other cells is told by these.
func (s *story) flows() map[*fact]bool {
	all, near := map[*fact]bool{}, map[*fact]bool{}
	for i, f := range s.facts {
		if f.freed != nil || f.allocated != nil {
			continue // that is told anyway
		}
		for _, c := range f.stores() {
			if c.old == c.new {
				continue
			}
			for _, r := range s.readers(i, c) {
				all[f], all[r] = true, true
				if s.bad != nil && (f.Thread == s.bad.Thread || r.Thread == s.bad.Thread) {
					near[f], near[r] = true, true
				}
			}
		}
	}
	switch {
	case len(all) <= maxFlows:
		return all
	case len(near) <= maxFlows:
		return near
	}
	return nil
}

// readers are the steps of other threads that read what step i writes: the
// first of each that finds the new value, and the last that found the old one,
// if its thread goes on afterwards.
func (s *story) readers(i int, c change) (out []*fact) {
	reads := func(f *fact) bool {
		return f.Thread != s.facts[i].Thread && slices.ContainsFunc(f.loads(), func(l change) bool { return l.v == c.v && l.i == c.i })
	}
	writes := func(f *fact) bool {
		return f.freed == nil && f.allocated == nil && slices.ContainsFunc(f.stores(), func(w change) bool { return w.v == c.v && w.i == c.i })
	}
	seen := map[*model.Thread]bool{}
	for _, f := range s.facts[i+1:] {
		if !seen[f.Thread] && reads(f) {
			seen[f.Thread] = true
			out = append(out, f)
		}
		if writes(f) {
			break
		}
	}
	late := map[*model.Thread]bool{}
	for _, f := range s.facts[i+1:] {
		late[f.Thread] = true
	}
	for _, f := range slices.Backward(s.facts[:i]) {
		if late[f.Thread] && reads(f) {
			late[f.Thread] = false
			out = append(out, f)
		}
		if writes(f) {
			break
		}
	}
	return out
}
