// SPDX-License-Identifier: MIT

// This file finds out which steps the end of a schedule depends on: a dynamic
// slice (Korel and Laski; Agrawal and Horgan), backwards from what the violated
// check looked at. What a transition writes depends on what it computed it from
// (data) and on the branches that decided that it was made at all (control,
// control.go); a thread that has waited depends on what ended its wait.

package report

import (
	"slices"

	"mmcheck/model"
)

// node is one thing that a step of the schedule did: a write, a branch, a wait.
type node struct {
	by    *fact
	elem  int          // element written, -1 if none
	new   int64        // what it holds then
	reads []int        // elements looked at
	from  []*node      // who wrote each of these; nil for what is from before the schedule
	up    *node        // the branch that decided that it happened, or nil
	wait  bool         // the guard of a step
	check *model.Check // a check that failed
	noted int          // the fact that was noted last, -1 if none was
	in    bool         // in the slice
	seq   int          // position among all nodes
}

// slice is what the end depends on.
type slice struct {
	graph *flowGraph
	nodes map[*fact][]*node
	reads map[*fact]map[int]int   // what the steps in it look at, and how far that is from the end
	start *node                   // the check that failed, nil if it is none
	size  int                     // number of nodes
	waits map[*model.Thread]*node // what the parties of a deadlock wait for
	last  map[*model.Thread]*fact // the last step of each thread in it

	decides map[*node]bool // writes that a branch in it, of a later step, looked at
}

// flowGraph collects the nodes of a schedule.
type flowGraph struct {
	nodes  map[*fact][]*node
	writer map[int]*node
	open   map[*model.Thread]*regions
	waits  map[*model.Thread]*node // of a deadlock
	start  *node                   // the check that failed
	taken  []taken                 // the branches, in order
	writes map[wayTo]bool          // what may be written behind a way, as far as asked for
	size   int                     // number of nodes
}

func newFlowGraph(s *story) *flowGraph {
	g := &flowGraph{nodes: map[*fact][]*node{}, writer: map[int]*node{}, open: map[*model.Thread]*regions{}, waits: map[*model.Thread]*node{}, writes: map[wayTo]bool{}}
	for _, t := range s.prog.Threads {
		g.open[t] = newRegions(t)
	}
	for _, f := range s.facts {
		g.step(f)
	}
	return g
}

// step adds what one step did.
func (g *flowGraph) step(f *fact) {
	r := g.open[f.Thread]
	r.enter(f.Point)
	var choice *node
	branches := map[*model.Block]*node{}
	if a := f.alt; a.Guard != nil || len(f.Point.Step.Alts) > 1 {
		n := g.add(&node{by: f, elem: -1, reads: f.guardReads(), up: r.top(), wait: a.Guard != nil})
		if len(f.Point.Step.Alts) > 1 {
			r.branch(f.Point, n)
			choice = n
		}
	}
	var done []*node
	for _, e := range f.effects {
		if e.Block != nil && !e.Branch {
			r.enter(e.Block)
			done = append(done, nil)
			continue
		}
		n := &node{by: f, elem: e.Elem, new: e.New, reads: e.Reads, up: r.top(), check: e.Check, noted: e.Noted}
		if e.Under >= 0 {
			n.up = done[e.Under]
		}
		done = append(done, g.add(n))
		if e.Branch {
			r.branch(e.Block, n)
			branches[e.Block] = n
		}
		if e.Elem >= 0 {
			g.writer[e.Elem] = n
		}
	}
	g.took(f, choice, branches)
}

func (g *flowGraph) add(n *node) *node {
	for _, e := range n.reads {
		n.from = append(n.from, g.writer[e])
	}
	g.size++
	n.seq = g.size
	g.nodes[n.by] = append(g.nodes[n.by], n)
	return n
}

// guardReads are the elements that the alternatives of a step were chosen by.
func (f *fact) guardReads() []int {
	var out []int
	for i := range f.Point.Step.Alts {
		if g := f.Point.Step.Alts[i].Guard; g != nil {
			out = append(out, model.Reads(f.Before, g)...)
		}
	}
	return out
}

// newSlice goes backwards from the violation.
func newSlice(s *story) *slice {
	g := newFlowGraph(s)
	sl := &slice{graph: g, nodes: g.nodes, waits: g.waits, reads: map[*fact]map[int]int{}, last: map[*model.Thread]*fact{}, decides: map[*node]bool{}}
	for _, n := range s.criteria(g) {
		sl.add(n)
	}
	sl.start = g.start
	sl.size = g.size
	for _, n := range append(sl.beside(s), sl.omitted(s, g)...) {
		sl.add(n)
	}
	for sl.waiting(s) {
	}
	for _, ns := range sl.nodes {
		for _, n := range ns {
			for _, w := range n.from {
				if n.in && n.elem < 0 && n.check == nil && w != nil && w.by != n.by {
					sl.decides[w] = true
				}
			}
		}
	}
	return sl
}

// add takes a node, and all that it depends on, into the slice; nearest first.
func (sl *slice) add(n *node) {
	for level, far := []*node{n}, 1; len(level) > 0; far++ {
		var next []*node
		for _, n := range level {
			if n == nil || n.in {
				continue
			}
			n.in = true
			sl.note(n, far)
			next = append(append(append(next, n.from...), n.up), sl.graph.unwritten(n)...)
		}
		level = next
	}
}

// note keeps what a node of the slice looks at.
func (sl *slice) note(n *node, far int) {
	if n.by == nil {
		return
	}
	if sl.reads[n.by] == nil {
		sl.reads[n.by] = map[int]int{}
	}
	for _, e := range n.reads {
		if old, ok := sl.reads[n.by][e]; !ok || far < old {
			sl.reads[n.by][e] = far
		}
	}
	if l := sl.last[n.by.Thread]; l == nil || l.n < n.by.n {
		sl.last[n.by.Thread] = n.by
	}
}

// atOnce is how far from the end something lies that the violated check looked
// at: a branch, what it compared, and where that was loaded from.
const atOnce = 3

// beside lists the writes to what the violated check looked at, and to the same
// array beside it, that the end does not depend on: what was overwritten, and
// what was changed instead.
func (sl *slice) beside(s *story) []*node {
	type array struct {
		v *model.Var
		n int
	}
	looked := map[array]bool{}
	for f, reads := range sl.reads {
		for e, far := range reads {
			if far <= atOnce && s.tells(f, e) {
				c := f.changeAt(e)
				looked[array{c.v, c.i / c.v.Width}] = true
			}
		}
	}
	var out []*node
	for _, f := range s.facts {
		for _, n := range sl.nodes[f] {
			if n.elem < 0 || n.in {
				continue
			}
			if c := f.changeAt(n.elem); looked[array{c.v, c.i / c.v.Width}] {
				out = append(out, n)
			}
		}
	}
	return out
}

// has reports whether anything that a step did is in the slice.
func (sl *slice) has(f *fact) bool {
	return slices.ContainsFunc(sl.nodes[f], func(n *node) bool { return n.in })
}

// waiting adds what ended waits: of the threads in the slice, the steps that could
// not be taken at first, and those that made them possible. It reports whether
// there was anything new.
func (sl *slice) waiting(s *story) bool {
	found := false
	for _, f := range s.facts {
		l := sl.last[f.Thread]
		if f.alt.Guard == nil || l == nil || l.n < f.n {
			continue
		}
		by := s.enabler(f)
		for _, n := range sl.nodes[f] {
			if by != nil && n.wait && !n.in {
				sl.add(n)
				found = true
			}
		}
		for _, n := range sl.nodes[by] {
			if by != nil && !n.in && n.elem >= 0 && slices.Contains(f.guardReads(), n.elem) {
				sl.add(n)
				found = true
			}
		}
	}
	return found
}

// enabler is the step that made the guard of f true, which was false at first, or
// was made false by another thread, as that of a lock which somebody else gives up
// than took it; nil if it was not, or if that is only that other threads have ended.
func (s *story) enabler(f *fact) *fact {
	holds := func(st model.State) bool { return model.Eval(f.seenBy(s.prog, st), f.alt.Guard) != 0 }
	if f.Thread.Final {
		return nil
	}
	var on *fact
	for _, by := range slices.Backward(s.facts[:f.n]) {
		switch {
		case by.Thread == f.Thread:
		case on == nil && holds(by.After) && !holds(by.Before):
			on = by
		case on != nil && holds(by.Before) && !holds(by.After):
			if by.Thread == on.Thread {
				return nil
			}
			return on
		}
	}
	if holds(s.find.Trace.Initial) {
		return nil
	}
	return on
}

// seenBy is an earlier state as the thread of f would have found it, with what
// is its own as it was in the end.
func (f *fact) seenBy(p *model.Program, st model.State) model.State {
	out := slices.Clone(st)
	for _, v := range p.Vars {
		for i := 0; i < v.Len; i++ {
			if ownedBy(v, i, f.Thread) {
				out[v.Off()+i] = f.Before[v.Off()+i]
			}
		}
	}
	return out
}

// criteria are the nodes that the slice starts from.
func (s *story) criteria(g *flowGraph) []*node {
	switch {
	case len(s.find.Waits) > 0:
		return s.waitCriteria(g)
	case s.find.Race != nil:
		return append(slices.Clone(g.nodes[s.bad]), g.nodes[s.meeting()]...)
	case s.bad != nil:
		return s.checkCriteria(g)
	}
	return s.stateCriteria(g)
}

// checkCriteria is the check that failed; what its step did before counts too.
func (s *story) checkCriteria(g *flowGraph) []*node {
	for _, n := range slices.Backward(g.nodes[s.bad]) {
		if n.check != nil && n.check.Prop == s.find.Check.Prop && n.check.Text == s.find.Check.Text {
			g.start = n
			return []*node{n}
		}
	}
	return g.nodes[s.bad]
}

// waitCriteria are the waits of a deadlock: what their guards look at, and how
// the threads came there.
func (s *story) waitCriteria(g *flowGraph) []*node {
	var out []*node
	for _, w := range s.waiters() {
		r := g.open[w.Thread]
		r.enter(w.Point)
		n := &node{elem: -1, up: r.top()}
		for _, e := range guardsOf(w.Point, s.last()) {
			n.reads = append(n.reads, e)
			n.from = append(n.from, g.writer[e])
		}
		g.waits[w.Thread] = n
		out = append(out, n)
	}
	return out
}

// guardsOf are the elements that the guards of a scheduling point look at.
func guardsOf(b *model.Block, st model.State) []int {
	var out []int
	for i := range b.Step.Alts {
		if g := b.Step.Alts[i].Guard; g != nil {
			out = append(out, model.Reads(st, g)...)
		}
	}
	return out
}

// stateCriteria are, for a state that no check found wrong, the last changes of
// what it is about: the object and the entries of page tables.
func (s *story) stateCriteria(g *flowGraph) []*node {
	var out []*node
	for _, f := range s.facts {
		for _, n := range g.nodes[f] {
			if n.elem >= 0 && g.writer[n.elem] == n && s.about(n.elem) {
				out = append(out, n)
			}
		}
	}
	return out
}

// about reports whether the violation, which is one of a state, is about an
// element.
func (s *story) about(elem int) bool {
	v := varAt(s.prog, elem)
	i := elem - v.Off()
	if s.entry[element{v, i}] {
		return true
	}
	c := change{v: v, i: i}
	return s.obj != nil && whole(c.owner()) == s.obj
}
