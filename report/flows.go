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
// would be about nothing else. Those nearest to the end are taken.
const maxFlows = 20

// flow is a value that one thread has written and another one reads, or has read
// before.
type flow struct {
	writer, reader *fact
	far            int // from the end, in steps of the slice
}

// flows lists the steps that hand something to another thread, or overtake it,
// as far as the end depends on what was looked at. What is in locks and trees,
// and what is allocated and freed, is told by the operations on them.
func (s *story) flows() map[*fact]bool {
	var steps []*accesses
	for _, f := range s.facts {
		steps = append(steps, s.accesses(f))
	}
	var all []flow
	for i, a := range steps {
		for _, e := range a.changes {
			for _, r := range s.readers(steps, i, e) {
				all = append(all, flow{a.by, r, s.slice.reads[r][e]})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b flow) int { return a.far - b.far })
	shown := map[*fact]bool{}
	for _, x := range all {
		if len(shown) < maxFlows {
			shown[x.writer], shown[x.reader] = true, true
		}
	}
	return shown
}

// accesses are the places of the state that a step writes, and those it reads
// on which the end depends.
type accesses struct {
	by      *fact
	reads   map[int]int
	writes  []int
	changes []int // those of writes that hold another value then
}

func (s *story) accesses(f *fact) *accesses {
	a := &accesses{by: f, reads: s.slice.reads[f]}
	if f.freed != nil || f.allocated != nil {
		return a
	}
	for _, e := range f.effects {
		if e.Elem < 0 || !s.tells(f, e.Elem) || slices.Contains(a.writes, e.Elem) {
			continue
		}
		a.writes = append(a.writes, e.Elem)
		if f.Before[e.Elem] != f.After[e.Elem] {
			a.changes = append(a.changes, e.Elem)
		}
	}
	return a
}

// tells reports whether threads can tell each other something by an element: it
// is memory that they share, or the inner state of a cell that is neither a lock
// nor a tree.
func (s *story) tells(f *fact, elem int) bool {
	c := f.changeAt(elem)
	if c.v.Kind != model.Cell {
		return f.shares(c)
	}
	return c.v.Thread == 0 && !isLock(c.v.Type) && c.v.Points == nil
}

// isLock reports whether the objects of a type are locks.
func isLock(t *model.Type) bool { return t != nil && t.Kind != nil && t.Kind.Held != nil }

// readers are the steps of other threads that read what step i writes: the
// first of each that finds the new value, and the last that found the old one,
// if its thread goes on afterwards. If one of those writes there later, and what is
// written was made from the same value, the writer's own step that read it is half of
// the race: both go on with what is only one's.
func (s *story) readers(steps []*accesses, i int, e int) (out []*fact) {
	mine := steps[i].by.Thread
	seen, late, writes := map[*model.Thread]bool{mine: true}, map[*model.Thread]bool{}, map[*model.Thread]bool{}
	written := false
	for _, a := range steps[i+1:] {
		if th := a.by.Thread; th != mine {
			late[th] = true
			writes[th] = writes[th] || slices.Contains(a.writes, e)
			if !written && !seen[th] && a.reads[e] > 0 {
				seen[th] = true
				out = append(out, a.by)
			}
		}
		written = written || slices.Contains(a.writes, e)
	}
	var own *fact
	overtaken := false
	for _, a := range slices.Backward(steps[:i]) {
		switch th := a.by.Thread; {
		case a.reads[e] == 0:
		case th == mine && own == nil && s.madeFrom(steps[i].by, e, a.by):
			own = a.by
		case th != mine && (late[th] || s.overAll()):
			late[th], overtaken = false, overtaken || writes[th]
			out = append(out, a.by)
		}
		if slices.Contains(a.writes, e) {
			break
		}
	}
	if overtaken && own != nil {
		out = append(out, own)
	}
	return out
}

// madeFrom reports whether step w computed what it wrote to an element from what step r
// of the same thread had read there.
func (s *story) madeFrom(w *fact, elem int, r *fact) bool {
	seen := map[*node]bool{nil: true}
	var todo []*node
	for _, n := range s.slice.nodes[w] {
		if n.elem == elem {
			todo = append(todo, n)
		}
	}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[n] || n.by == nil || n.by.Thread != w.Thread {
			continue
		}
		seen[n] = true
		if n.by == r && slices.Contains(n.reads, elem) {
			return true
		}
		todo = append(todo, n.from...)
	}
	return false
}

// overAll reports whether the end judges what all threads have done: it does not
// matter then whether a thread goes on.
func (s *story) overAll() bool { return s.bad == nil || s.bad.Thread.Final }

// kept lists the locals of its thread that a step changed from what they were, as with
// "flags &= ~FLAG", and that decided a later branch on which the end depends; those that
// were changed because of what others share, so no counters of loops.
func (s *story) kept(f *fact) (out []change) {
	for _, n := range s.slice.nodes[f] {
		if !n.in || n.elem < 0 || n.up == nil || !s.slice.decides[n] {
			continue
		}
		c := f.changeAt(n.elem)
		own := c.v.Kind == model.Register && !c.v.Temp && c.v.Points == nil && c.old != c.new
		if own && len(n.reads) == 1 && n.reads[0] == n.elem && s.readFor(n.up, f.Thread) != nil {
			out = append(out, c)
		}
	}
	return out
}
