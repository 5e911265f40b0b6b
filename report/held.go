// SPDX-License-Identifier: MIT

// This file tells who holds which lock since when, and who waits for whom.

package report

import (
	"strings"

	"mmcheck/checker"
	"mmcheck/model"
)

// tellWaits tells of a deadlock: who waits for what, and where it was taken.
func (s *story) tellWaits() []note {
	var out []note
	for _, w := range s.waiters() {
		out = append(out, s.tellWait(w, lockAt(s.last(), w.Point))...)
	}
	return out
}

func (s *story) tellWait(w checker.Wait, l *model.Instance) []note {
	text := w.Thread.Name + " waits here"
	if l != nil {
		text += " for " + l.Name
	}
	out := []note{{text: text + s.holders(w, l), at: w.Point.Step.Site}}
	for _, t := range w.For {
		if l == nil || holdOf(s.last(), l, t) == holdNone {
			continue
		}
		if f := s.taken(l, t); f != nil {
			out = append(out, s.note(f, roleNone, "%s %s by %s since here", l.Name, holdOf(s.last(), l, t).manner(l), t.Name))
		}
	}
	return out
}

// holders says in whose way a waiting thread is.
func (s *story) holders(w checker.Wait, l *model.Instance) string {
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

// turnsOn reports whether the violation turns on t holding l.
func (s *story) turnsOn(l *model.Instance, t *model.Thread) bool {
	switch s.find.Property.ID {
	case "atomic-sleep":
		return t == s.bad.Thread && l.Type.Kind.Name == "spinlock"
	case "bad-free":
		return l == s.lock()
	case "data-race":
		return t == s.bad.Thread || t == s.meeting().Thread
	}
	return t == s.bad.Thread || l == s.lock()
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
