// SPDX-License-Identifier: MIT

// This file follows a pointer back, from copy to copy, to where its thread got it.

package report

import "mmcheck/model"

// source is where a value came from: the step that looked it up, loaded or made
// it, and the element of shared memory that it was loaded from, if any.
type source struct {
	by     *fact
	made   *node // what made it, if it was not loaded
	loaded bool
	from   change
	writer *node // who wrote that element, nil if it was from before the schedule
}

// value is what a node found in the i-th element that it looked at.
func (s *story) value(n *node, i int) int64 {
	if w := n.from[i]; w != nil {
		return w.new
	}
	return s.find.Trace.Initial[n.reads[i]]
}

// pointerUsed is the source of the pointer that the violated check was about: one
// that fits, by what it points to. It has none if the thread had it from the
// start.
func (s *story) pointerUsed(fits func(t *model.Type, x int64) bool) source {
	n := s.slice.start
	if n == nil {
		return source{}
	}
	for i, e := range n.reads {
		if v := varAt(s.prog, e); v.Points != nil && fits(v.Points, s.value(n, i)) {
			return s.follow(n, s.value(n, i))
		}
	}
	return source{}
}

// follow goes back from a node that has looked at pointer x.
func (s *story) follow(n *node, x int64) source {
	for range s.slice.size {
		i := s.copied(n, x)
		if i < 0 {
			return source{by: n.by, made: n}
		}
		e, w := n.reads[i], n.from[i]
		v := varAt(s.prog, e)
		if c := (change{v: v, i: e - v.Off(), old: x, new: x}); !ownedBy(v, c.i, n.by.Thread) {
			return source{by: n.by, loaded: v.Kind == model.Memory, from: c, writer: w}
		}
		if w == nil {
			break
		}
		n = w
	}
	return source{}
}

// lookedUp is the look-up that a pointer in memory goes back to, whoever has stored
// it there; nil if there is none in the schedule.
func (s *story) lookedUp(o source) *fact {
	for range s.slice.size {
		if o.by == nil || o.by.looked {
			return o.by
		}
		if o.writer == nil {
			return nil
		}
		o = s.follow(o.writer, o.writer.new)
	}
	return nil
}

// copied is which of the elements that a node looked at holds pointer x, -1 if
// none does: the node made it.
func (s *story) copied(n *node, x int64) int {
	for i, e := range n.reads {
		if varAt(s.prog, e).Points != nil && s.value(n, i) == x {
			return i
		}
	}
	return -1
}
