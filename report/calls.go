// SPDX-License-Identifier: MIT

// This file groups the steps of each thread into function calls, and decides
// which steps are worth a line.

package report

import (
	"slices"
	"strings"

	"mmcheck/model"
)

// act is one thing that a thread does: a step, the violation itself where it
// shows behind its step, or a wait that never ends.
type act struct {
	thread *model.Thread
	site   *model.Site
	f      *fact // nil for a wait
	shown  bool
	bad    bool
	place  int // position among all acts
	in     *call
	says   []string
}

// call is one run of an inlined function; the root is a thread's own body.
type call struct {
	frame  model.Frame
	up     *call
	acts   []*act // in it and in what it calls
	direct int    // shown acts in its own body
	folded bool   // shown as one line
	hidden bool   // not shown, since all it does is to call another function
}

// calls is the whole schedule, grouped.
type calls struct {
	acts  []*act
	all   []*call
	roots map[*model.Thread]*call
	open  map[*model.Thread]*call // the innermost call that a thread is in
}

func newCalls(s *story) *calls {
	c := &calls{roots: map[*model.Thread]*call{}, open: map[*model.Thread]*call{}}
	for _, f := range s.facts {
		at := f.site
		behind := f == s.bad && s.at != f.site
		a := &act{thread: f.Thread, site: at, f: f, bad: f == s.bad && !behind || f == s.meeting()}
		a.shown = a.bad || s.full || s.matters(f)
		a.says = s.says(f)
		for _, k := range s.kept(f) {
			a.says = append(a.says, "then "+k.v.Name[strings.LastIndex(k.v.Name, ".")+1:]+" == "+k.value())
		}
		c.add(a)
		if behind {
			c.add(&act{thread: f.Thread, site: s.at, f: f, bad: true, shown: true})
		}
	}
	for _, w := range s.find.Waits {
		if a := s.waitAct(w.Thread, w.Point); a != nil {
			c.add(a)
		}
	}
	if !s.full {
		c.trim(s)
	}
	for _, a := range c.acts {
		if a.shown {
			a.in.direct++
		}
	}
	if !s.full {
		c.fold()
	}
	return c
}

// waitAct shows a thread that waits without having queued, as for a spinlock.
func (s *story) waitAct(t *model.Thread, b *model.Block) *act {
	l := lockAt(s.last(), b)
	for i := len(s.facts) - 1; i >= 0; i-- {
		if f := s.facts[i]; f.Thread == t {
			if f.queued != nil && f.queued == l {
				return nil
			}
			break
		}
	}
	a := &act{thread: t, site: b.Step.Site, shown: true}
	if h := s.interrupting(t); h != nil {
		a.says = []string{"interrupted by " + h.Name}
	} else if l != nil {
		a.says = []string{"waits for " + l.Name}
	} else {
		a.says = []string{"waits" + s.waitsFor(t)}
	}
	return a
}

// waitsFor names what a thread waits for that is no lock.
func (s *story) waitsFor(t *model.Thread) string {
	var names []string
	for _, w := range s.find.Waits {
		if w.Thread == t {
			conditions, locks := s.awaits(w)
			for _, c := range conditions {
				names = append(names, c.text())
			}
			for _, l := range locks {
				names = append(names, l.Name+" is "+strings.TrimPrefix(s.holding(l, t), "which is "))
			}
			for _, r := range s.rcuReaders(w) {
				article, section := s.section(r)
				names = append(names, r.Name+" is in "+article+" "+section)
			}
		}
	}
	if names == nil {
		return ""
	}
	return ": " + strings.Join(names, ", ")
}

// matters reports whether a step is worth a line.
func (s *story) matters(f *fact) bool {
	switch {
	case f.looked && !s.slice.has(f) && !s.visits(f):
		return false
	case f.touchesLock(), len(f.locks) > 0, f.tree() != model.NoTree, f.kind != nil && f.kind.Notable, f.freed != nil, f.allocated != nil:
		return true
	case f.alt.Label == model.PlacedLabel:
		return len(f.prog.AddressOrder(f.After)) > 1 // one alone has no order
	case strings.HasPrefix(f.alt.Label, "nondet"), s.watches(f), s.touchesEntry(f), s.flow[f], s.kept(f) != nil:
		return true
	case slices.ContainsFunc(s.notes, func(n note) bool { return n.by == f }):
		return true
	}
	for _, c := range f.stores() {
		if s.obj != nil && whole(c.owner()) == s.obj && c.old != c.new {
			return true
		}
	}
	return false
}

// add appends an act, entering and leaving calls as its stack says.
func (c *calls) add(a *act) {
	cur := c.open[a.thread]
	if cur == nil {
		cur = &call{}
		c.roots[a.thread] = cur
	}
	for depth := cur.depth(); depth > 0 && !cur.prefixOf(a.site.Stack, depth); depth-- {
		cur = cur.up
	}
	for _, fr := range a.site.Stack[cur.depth():] {
		cur = &call{frame: fr, up: cur}
		c.all = append(c.all, cur)
	}
	c.open[a.thread] = cur
	a.in, a.place = cur, len(c.acts)
	c.acts = append(c.acts, a)
	for k := cur; k != nil; k = k.up {
		k.acts = append(k.acts, a)
	}
}

func (k *call) depth() int {
	n := 0
	for ; k.up != nil; k = k.up {
		n++
	}
	return n
}

// prefixOf reports whether the call, at the given depth, is the frame there.
func (k *call) prefixOf(stack []model.Frame, depth int) bool {
	if depth > len(stack) {
		return false
	}
	fr := stack[depth-1]
	return fr.Func == k.frame.Func && fr.Call == k.frame.Call
}

// shown lists the acts of a call that are worth a line.
func (k *call) shown() []*act {
	var out []*act
	for _, a := range k.acts {
		if a.shown {
			out = append(out, a)
		}
	}
	return out
}

// maxFolded is how many shown steps an inline function may have to be one line.
const maxFolded = 3

// fold decides how each call is shown, outermost first.
func (c *calls) fold() {
	for _, k := range c.all {
		switch {
		case k.up.isFolded():
			k.folded = true
		case k.frame.Inline:
			k.folded = c.foldsInline(k)
		default:
			k.folded = k.wraps()
		}
	}
	for _, k := range c.all {
		k.hidden = !k.folded && c.passesThrough(k)
	}
}

func (k *call) isFolded() bool { return k != nil && k.folded }

// foldsInline reports whether an inline function fits one line: little happens
// in it, no other thread comes in between, and the violation is not a plain
// access inside it.
func (c *calls) foldsInline(k *call) bool {
	acts := k.shown()
	if len(acts) == 0 || len(acts) > maxFolded {
		return len(acts) == 0
	}
	for _, a := range acts {
		if a.bad && a.plain() {
			return false
		}
	}
	for _, a := range c.acts[acts[0].place : acts[len(acts)-1].place+1] {
		if a.shown && a.thread != acts[0].thread {
			return false
		}
	}
	return true
}

// plain reports whether an act is not a native operation.
func (a *act) plain() bool { return model.FindOp(a.site.Op) == nil || a.site.Op == "" }

// wraps reports whether a function does nothing worth a line but one native
// operation, as vm_area_free() does.
func (k *call) wraps() bool {
	acts := k.shown()
	return len(acts) == 1 && k.direct == 1 && !acts[0].plain() && !acts[0].bad
}

// passesThrough reports whether a function needs no line: all that it does is
// to call one other. Of a system call and the function behind it, the system
// call is shown.
func (c *calls) passesThrough(k *call) bool {
	if k.up.up != nil && k.up.up.up == nil && c.only(k.up) == k {
		return true
	}
	return k.up.up != nil && c.only(k) != nil
}

// only is the call that is all of what k does, nil if there is more to it.
func (c *calls) only(k *call) *call {
	var only *call
	for _, j := range c.all {
		if j.up != k || len(j.shown()) == 0 {
			continue
		}
		if only != nil || j.folded {
			return nil
		}
		only = j
	}
	if k.direct > 0 {
		return nil
	}
	return only
}

// doing names the function that a step is part of: the innermost one that did
// more than this step.
func (c *calls) doing(f *fact) string {
	for _, a := range c.acts {
		if a.f != f {
			continue
		}
		best := a.thread.Name
		for k := a.in; k.up != nil; k = k.up {
			if k.frame.Inline {
				continue
			}
			best = k.frame.Func
			if len(k.shown()) > 1 {
				return best
			}
		}
		return best
	}
	return ""
}
