// SPDX-License-Identifier: MIT

// This file tells who holds which lock since when, and who waits for whom.

package report

import (
	"slices"
	"strings"

	"mmcheck/checker/property"
	"mmcheck/model"
)

// tellWaits tells of a deadlock: who waits for what, and where it was taken or
// set.
func (s *story) tellWaits() []note {
	var out []note
	for _, w := range s.waiters() {
		if h := s.interrupting(w.Thread); h != nil {
			out = append(out, note{text: w.Thread.Name + " is interrupted here by " + h.Name, at: outside(w.Point.Step.Site)})
		} else if l := lockAt(s.last(), w.Point); l != nil && s.blocked(w) {
			out = append(out, s.tellWait(w, l)...)
		} else {
			out = append(out, s.tellCondition(w)...)
		}
	}
	return out
}

// interrupting is the handler that runs in the midst of t in the end, nil if none does.
func (s *story) interrupting(t *model.Thread) *model.Thread {
	for _, h := range s.prog.Threads {
		if model.Eval(s.last(), h.Interrupts(t)) != 0 {
			return h
		}
	}
	return nil
}

// blocked reports whether a thread cannot take its next step; one that spins may be
// anywhere in its loop.
func (s *story) blocked(w property.Wait) bool {
	return !slices.ContainsFunc(w.Point.Step.Alts, func(a model.Alt) bool { return model.Enabled(s.last(), &a) })
}

// waitNote is the first note of a wait; what else it is for goes behind it.
func (s *story) waitNote(w property.Wait, what string) []note {
	at := outside(w.Point.Step.Site)
	how := " waits here"
	if len(w.Loop) > 0 {
		how = " goes round here for ever, as it has to wait"
	}
	out := []note{{text: w.Thread.Name + how + what, at: at}}
	return append(out, calledFrom(w.Thread, at)...)
}

// tellWait tells of a wait for a lock.
func (s *story) tellWait(w property.Wait, l *model.Instance) []note {
	out := s.waitNote(w, " for "+l.Name+s.holders(w, l))
	for _, t := range w.For {
		if f := s.taken(l, t); f != nil && holdOf(s.last(), l, t) != holdNone {
			out = append(out, s.note(f, roleNone, "%s %s by %s since here", l.Name, holdOf(s.last(), l, t).manner(l), t.Name))
		}
	}
	return out
}

// tellCondition tells of a wait for a condition: what it looks at, what that is,
// and who made it so. A counter that is a lock is spoken of as one.
func (s *story) tellCondition(w property.Wait) []note {
	var parts []string
	var later []note
	conditions, locks := s.awaits(w)
	for _, c := range conditions {
		by := s.lastChange(c)
		switch {
		case by == nil:
			parts = append(parts, c.text()+", as it was from the start")
		case by.Thread == w.Thread:
			parts = append(parts, c.text()+", set by itself")
		default:
			parts = append(parts, c.name()+", set by "+by.Thread.Name)
		}
		if by != nil {
			later = append(later, s.note(by, roleNone, "%s set to %s here by %s", c.name(), c.value(), by.Thread.Name))
		}
		holds := s.annotated(w.Thread, c)
		for _, n := range holds {
			parts[len(parts)-1] += ", " + strings.TrimSuffix(n.text, " since here")
		}
		later = append(later, holds...)
	}
	for _, l := range locks {
		parts = append(parts, l.Name+", "+s.holding(l, w.Thread))
		later = append(later, s.holdNotes(l, w.Thread)...)
	}
	for _, t := range s.rcuReaders(w) {
		_, section := s.section(t)
		parts = append(parts, "the "+section+" of "+t.Name)
		if f := s.entered(t); f != nil {
			later = append(later, s.note(f, roleNone, "%s in it since here", t.Name))
		}
	}
	what := ""
	switch {
	case parts != nil:
		what = " for " + strings.Join(parts, ", and for ")
	case len(w.Loop) > 0:
		what = " for something that no thread ever changes"
	}
	return append(s.waitNote(w, what), later...)
}

// rcuReaders lists the threads that a party waits for as a grace period does.
func (s *story) rcuReaders(w property.Wait) (out []*model.Thread) {
	for _, t := range w.For {
		if lockAt(s.last(), w.Point) == nil && model.Eval(s.last(), s.prog.IsReader(t.Num)) != 0 {
			out = append(out, t)
		}
	}
	return out
}

// section is what makes a thread a reader for RCU.
func (s *story) section(t *model.Thread) (article, name string) {
	if model.Eval(s.last(), s.prog.InReadSection(t.Num)) != 0 {
		return "an", "RCU read section"
	}
	return "a", "section without preemption"
}

// entered is the step since which a thread is a reader for RCU, nil if that is from
// before the schedule.
func (s *story) entered(t *model.Thread) *fact {
	in := s.prog.IsReader(t.Num)
	for _, f := range slices.Backward(s.facts) {
		if model.Eval(f.Before, in) == 0 && model.Eval(f.After, in) != 0 {
			return f
		}
	}
	return nil
}

// awaits sorts what a thread waits for into conditions and locks; a lock that is free,
// or the thread's own, is what one sleeps for only if there is nothing else.
func (s *story) awaits(w property.Wait) (conditions []change, locks []*model.Instance) {
	var free []*model.Instance
	for _, c := range s.awaited(w) {
		l := c.owner()
		switch {
		case l == nil || l.Type.Kind == nil || l.Type.Kind.Held == nil:
			conditions = append(conditions, c)
		case slices.Contains(locks, l) || slices.Contains(free, l):
		case s.inUse(l, w.Thread):
			locks = append(locks, l)
		default:
			free = append(free, l)
		}
	}
	if conditions == nil && locks == nil && len(w.Loop) == 0 {
		locks = free
	}
	return conditions, locks
}

// inUse reports whether another thread than t holds a lock in the end, or waits for it.
func (s *story) inUse(l *model.Instance, t *model.Thread) bool {
	return slices.ContainsFunc(s.prog.Threads, func(o *model.Thread) bool {
		return o != t && (holdOf(s.last(), l, o) != holdNone || s.waitsAt(l, o))
	})
}

// waitsAt reports whether a thread waits for a lock in the end.
func (s *story) waitsAt(l *model.Instance, t *model.Thread) bool {
	p := t.Point(s.last())
	return p != nil && p.Step != nil && p.Step.Waits != nil && lockAt(s.last(), p) == l
}

// holding says in whose hands a lock is in the end, from the view of thread t.
func (s *story) holding(l *model.Instance, t *model.Thread) string {
	var parts []string
	for _, o := range s.prog.Threads {
		switch h := holdOf(s.last(), l, o); {
		case h != holdNone && o == t:
			parts = append(parts, h.manner(l)+" by itself")
		case h != holdNone:
			parts = append(parts, h.manner(l)+" by "+o.Name)
		case o != t && s.waitsAt(l, o):
			parts = append(parts, "for which "+o.Name+" waits")
		}
	}
	if parts == nil {
		return "which is free"
	}
	return strings.Join(parts, " and ")
}

// holdNotes tells since when others than t hold a lock.
func (s *story) holdNotes(l *model.Instance, t *model.Thread) (out []note) {
	for _, o := range s.prog.Threads {
		h := holdOf(s.last(), l, o)
		if f := s.taken(l, o); h != holdNone && o != t && f != nil {
			out = append(out, s.note(f, roleNone, "%s %s by %s since here", l.Name, h.manner(l), o.Name))
		}
	}
	return out
}

// annotated tells who holds, by its annotations, a lock that lies in one object
// with what is waited for.
func (s *story) annotated(waiter *model.Thread, c change) []note {
	var out []note
	for _, l := range locksOf(s.prog) {
		if whole(c.owner()) != nil && whole(l) == whole(c.owner()) {
			out = append(out, s.holdNotes(l, waiter)...)
		}
	}
	return out
}

// lastChange is the last step that changed an element, nil if none did.
func (s *story) lastChange(c change) *fact {
	for _, f := range slices.Backward(s.facts) {
		if at := c.v.Off() + c.i; f.Before[at] != f.After[at] {
			return f
		}
	}
	return nil
}

// awaited lists what a thread that waits for a condition looks at: in the guard
// of the step, or, where that is to be woken only, before it decided to sleep.
func (s *story) awaited(w property.Wait) []change {
	if len(w.Loop) > 0 {
		return s.spunOn(w)
	}
	level := []*node{s.slice.waits[w.Thread]}
	for range maxDistance {
		var next []*node
		var out []change
		for _, n := range level {
			if n == nil {
				continue
			}
			for _, e := range n.reads {
				if c, ok := s.condition(e); ok && !slices.Contains(out, c) {
					out = append(out, c)
				}
			}
			next = append(append(next, n.from...), n.up)
		}
		if out != nil {
			return out
		}
		level = slices.DeleteFunc(next, func(n *node) bool { return n == nil || n.by != nil && n.by.Thread != w.Thread })
	}
	return nil
}

// spunOn lists what the loop that a thread spins in looks at.
func (s *story) spunOn(w property.Wait) (out []change) {
	look := func(e model.Expr) {
		g, ok := e.(model.Get)
		if !ok {
			return
		}
		i := int64(0)
		if g.I != nil {
			i = model.Eval(s.last(), g.I)
		}
		if i < 0 || i >= int64(g.V.Len) {
			return
		}
		if c, ok := s.condition(g.V.Off() + int(i)); ok && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	for _, b := range w.Loop {
		for _, a := range b.Step.Alts {
			model.WalkStmts(a.Body, func(st model.Stmt) {
				switch st.(type) {
				case model.Set, model.If:
					for _, e := range model.StmtExprs(st) {
						model.WalkExpr(e, look)
					}
				}
			})
		}
	}
	return out
}

// maxDistance is how far back, in steps of the slice, lies what a thread has
// looked at before it sleeps.
const maxDistance = 5

// condition is the element at a place of the last state, if others can change it
// and it means something to a reader: not who sleeps, and no program counter.
func (s *story) condition(elem int) (change, bool) {
	c := changeOf(s.prog, elem, s.last(), s.last())
	v := c.v
	switch in := whole(c.owner()); {
	case v.Thread != 0 || c.i < v.First() || in != nil && in.Thread != 0:
		return c, false
	case v.Kind == model.Memory:
		return c, true
	case v.Kind == model.Cell:
		return c, v.Type != nil && v.Names != model.ThreadMask
	}
	return c, false
}

// holders says in whose way a waiting thread is.
func (s *story) holders(w property.Wait, l *model.Instance) string {
	var parts []string
	for _, t := range w.For {
		switch {
		case l == nil:
			parts = append(parts, "for "+t.Name)
		case holdOf(s.last(), l, t) == holdNone:
			parts = append(parts, "behind the request of "+t.Name)
		case t == w.Thread:
			parts = append(parts, "held by itself")
		default:
			parts = append(parts, "held by "+t.Name)
		}
	}
	if parts == nil {
		return ""
	}
	return ", " + strings.Join(parts, " and ")
}

// taken is the step since which t holds l without a break and in the present
// mode, nil if it is from before the schedule. Where a releasing thread handed
// the lock over, it is the step in which t asked for it.
func (s *story) taken(l *model.Instance, t *model.Thread) *fact {
	var since *fact
	for _, f := range s.facts {
		for _, c := range f.locks {
			switch {
			case c.lock != l || c.thread != t:
			case c.to == holdNone:
				since = nil
			case f.Thread == t: // taken, or downgraded
				since = f
			case c.from == holdNone:
				since = s.request(l, t, f.n)
			}
		}
	}
	return since
}

// request is the last step before n in which t queued for l.
func (s *story) request(l *model.Instance, t *model.Thread, n int) *fact {
	for i := n - 1; i >= 0; i-- {
		if f := s.facts[i]; f.Thread == t && f.queued == l {
			return f
		}
	}
	return nil
}

// lockRules are the properties that turn on the locks the thread holds.
var lockRules = map[string]bool{
	"lock-misuse": true, "recursive-read": true, "lock-leak": true, "lock-order": true,
	"atomic-sleep": true, "bad-free": true, "unlocked-write": true, "data-race": true,
}

// tellLocks tells since when locks are held on which the violation turns.
func (s *story) tellLocks() []note {
	if s.find.Order != nil {
		return s.tellOrder()
	}
	if !lockRules[s.find.Property.ID] {
		return nil
	}
	var out []note
	state := s.bad.Before
	if s.find.Property.ID == "lock-leak" {
		state = s.last()
	}
	for _, l := range locksOf(s.prog) {
		for _, t := range s.prog.Threads {
			h := holdOf(state, l, t)
			if h == holdNone || !s.turnsOn(l, t) {
				continue
			}
			if f := s.taken(l, t); f != nil {
				out = append(out, s.note(f, roleNone, "%s %s by %s since here", l.Name, h.manner(l), t.Name))
			}
		}
	}
	if out == nil && s.find.Property.ID != "bad-free" && s.find.Race == nil {
		return s.tellRelease()
	}
	return out
}

// tellOrder tells of a circle of requests: where each was made, and since when what was
// held then.
func (s *story) tellOrder() (out []note) {
	for _, d := range s.find.Order {
		f := s.facts[d.Step]
		out = append(out, s.note(f, roleNone, "%s requested here by %s, who holds %s", d.Wanted, d.Thread.Name, d.Held))
		if f != s.bad {
			out = append(out, calledFrom(d.Thread, outside(f.site))...)
		}
		if d.Since >= 0 && d.Lock != nil {
			out = append(out, s.note(s.facts[d.Since], roleNone, "%s %s by %s since here", d.Lock.Name,
				max(holdOf(f.Before, d.Lock, d.Thread), holdOf(f.After, d.Lock, d.Thread)).manner(d.Lock), d.Thread.Name))
		}
	}
	return out
}

// turnsOn reports whether the violation turns on t holding l.
func (s *story) turnsOn(l *model.Instance, t *model.Thread) bool {
	switch s.find.Property.ID {
	case "atomic-sleep":
		f := s.taken(l, t)
		return t == s.bad.Thread && f != nil && f.entersAtomic()
	case "bad-free":
		return l == s.lock()
	case "data-race":
		return t == s.bad.Thread || t == s.meeting().Thread
	}
	return t == s.bad.Thread || l == s.lock()
}

// entersAtomic reports whether its thread may not sleep from a step on: it changed
// a cell that is the thread's own, its count of such sections.
func (f *fact) entersAtomic() bool {
	return slices.ContainsFunc(f.changes, func(c change) bool {
		return c.v.Kind == model.Cell && c.v.Thread == f.Thread.Num && c.new > c.old
	})
}

// tellRelease tells where the thread gave up the lock that it lacks.
func (s *story) tellRelease() []note {
	for i := s.bad.n - 1; i >= 0; i-- {
		f := s.facts[i]
		if l := f.lost(); l != nil && f.Thread == s.bad.Thread && (s.lock() == nil || l == s.lock()) {
			return []note{s.note(f, roleDrop, "%s released here", l.Name)}
		}
	}
	return nil
}
