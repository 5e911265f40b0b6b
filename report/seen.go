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
		out = append(out, s.note(c.by, roleNone, "%s set to %s here by %s", c.name(), c.value(), c.by.Thread.Name))
		out = append(out, s.decided(c)...)
	}
	return out
}

// decided tells what a thread had read that made it write a constant: in
// "if (!nr) bad = true" that is nr.
func (s *story) decided(c seen) []note {
	i := slices.IndexFunc(s.slice.nodes[c.by], func(n *node) bool { return n.elem == c.v.Off()+c.i })
	if i < 0 || len(s.slice.nodes[c.by][i].reads) > 0 {
		return nil
	}
	var out []note
	for n := s.slice.nodes[c.by][i].up; n != nil && out == nil; n = n.up {
		out = s.readFor(n, c.by.Thread)
	}
	return out
}

// readFor tells which shared memory thread t has read for what a node looked at.
func (s *story) readFor(n *node, t *model.Thread) (out []note) {
	seen := map[*node]bool{nil: true}
	for level := []*node{n}; len(level) > 0 && out == nil; {
		var next []*node
		for _, n := range level {
			if seen[n] || n.by != nil && n.by.Thread != t {
				continue
			}
			seen[n] = true
			for _, e := range n.reads {
				if n.by == nil || !n.by.shares(n.by.changeAt(e)) {
					continue
				}
				c := n.by.changeAt(e)
				c.new = c.old
				out = append(out, s.note(n.by, roleNone, "%s here in %s, which decided that", c.text(), t.Name))
			}
			next = append(next, n.from...)
		}
		level = next
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
