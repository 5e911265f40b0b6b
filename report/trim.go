// SPDX-License-Identifier: MIT

// This file shortens long schedules: a race table must fit a changelog.

package report

import (
	"slices"

	"mmcheck/model"
)

// fullLength is how many steps are shown without asking what they are for.
const fullLength = 10

// trim hides, in a long schedule, what the race would be the same without:
// look-ups that found nothing of interest, and critical sections in which
// nothing else is shown.
func (c *calls) trim(s *story) {
	if len(c.shownActs()) <= fullLength {
		return
	}
	for _, a := range c.shownActs() {
		if a.f != nil && a.f.looked && !s.told(a) && !s.visits(a.f) && !s.compares(a.f) {
			a.shown = false
		}
	}
	for c.trimSections(s) {
	}
}

func (c *calls) shownActs() []*act {
	var out []*act
	for _, a := range c.acts {
		if a.shown {
			out = append(out, a)
		}
	}
	return out
}

// told reports whether an act is the violation or in its notes.
func (s *story) told(a *act) bool {
	return a.bad || slices.ContainsFunc(s.notes, func(n note) bool { return n.by != nil && n.by == a.f })
}

// visits reports whether a step of a walk of the reverse mapping, which missed
// an entry, found a vma: the order of the visits is what the walk is about.
func (s *story) visits(f *fact) bool {
	return len(s.entry) > 0 && s.bad != nil && f.tree().Rmap() && f.found != nil && f.Thread == s.bad.Thread
}

// compares reports whether a failed assertion looked at what a look-up found.
func (s *story) compares(f *fact) bool {
	if s.bad == nil || s.find.Property.ID != "assert" || f.Thread != s.bad.Thread {
		return false
	}
	for _, far := range s.slice.reads[f] {
		if far <= atOnce+1 {
			return true
		}
	}
	return false
}

// trimSections hides one level of empty critical sections, and reports whether
// it found any: a lock taken and given up by a thread that shows nothing else
// in between, and that nobody waited for.
func (c *calls) trimSections(s *story) bool {
	prev := map[*model.Thread]*act{}
	found := false
	for _, a := range c.shownActs() {
		p := prev[a.thread]
		prev[a.thread] = a
		if p == nil || p.f == nil || a.f == nil || s.told(p) || s.told(a) {
			continue
		}
		if l := p.f.gained(); l != nil && l == a.f.lost() && len(p.f.locks) == 1 && len(a.f.locks) == 1 && !c.contended(l) {
			p.shown, a.shown, found = false, false, true
			prev[a.thread] = nil
		}
	}
	return found
}

// contended reports whether some thread had to wait for l, or tried in vain.
func (c *calls) contended(l *model.Instance) bool {
	return slices.ContainsFunc(c.acts, func(a *act) bool {
		return a.f == nil || a.f.queued == l || a.f.tried == l
	})
}
