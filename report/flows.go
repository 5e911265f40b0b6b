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
	var steps []*accesses
	for _, f := range s.facts {
		steps = append(steps, newAccesses(f))
	}
	all, near := map[*fact]bool{}, map[*fact]bool{}
	for i, a := range steps {
		for _, e := range a.changes {
			for _, r := range readers(steps, i, e) {
				all[a.by], all[r] = true, true
				if s.bad != nil && (a.by.Thread == s.bad.Thread || r.Thread == s.bad.Thread) {
					near[a.by], near[r] = true, true
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

// accesses are the elements of shared memory that a step reads and writes. What
// an allocation or a free does to an object is told anyway.
type accesses struct {
	by      *fact
	reads   []element
	writes  []element
	changes []element // those of writes that hold another value then
}

func newAccesses(f *fact) *accesses {
	a := &accesses{by: f}
	for _, c := range f.loads() {
		a.reads = append(a.reads, element{c.v, c.i})
	}
	if f.freed != nil || f.allocated != nil {
		return a
	}
	for _, c := range f.stores() {
		a.writes = append(a.writes, element{c.v, c.i})
		if c.old != c.new {
			a.changes = append(a.changes, element{c.v, c.i})
		}
	}
	return a
}

// readers are the steps of other threads that read what step i writes: the
// first of each that finds the new value, and the last that found the old one,
// if its thread goes on afterwards.
func readers(steps []*accesses, i int, e element) (out []*fact) {
	mine := steps[i].by.Thread
	seen, late := map[*model.Thread]bool{mine: true}, map[*model.Thread]bool{}
	written := false
	for _, a := range steps[i+1:] {
		if th := a.by.Thread; th != mine {
			late[th] = true
			if !written && !seen[th] && slices.Contains(a.reads, e) {
				seen[th] = true
				out = append(out, a.by)
			}
		}
		written = written || slices.Contains(a.writes, e)
	}
	for _, a := range slices.Backward(steps[:i]) {
		if late[a.by.Thread] && slices.Contains(a.reads, e) {
			late[a.by.Thread] = false
			out = append(out, a.by)
		}
		if slices.Contains(a.writes, e) {
			break
		}
	}
	return out
}
