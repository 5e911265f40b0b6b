// SPDX-License-Identifier: MIT

// This file follows the pointer that a violating step used: where it comes
// from, since when it is stale, who freed or changed the object.

package report

import (
	"strings"

	"mmcheck/model"
)

// pointer is what the schedule tells about the pointer that was used.
type pointer struct {
	lookup *fact // of a pointer that was kept in memory: how that came there
	origin *fact // the step that obtained it; nil: the thread had it from the start
	drop   *fact // the step that gave up the last lock that kept it stable
	free   *fact // the step that freed the object
	reuse  *fact // the step that handed its memory out again
}

// tellPointer follows the pointer of the violating step.
func (s *story) tellPointer() []note {
	p := s.life()
	var out []note
	if p.lookup != nil {
		out = append(out, s.note(p.lookup, roleLookup, "%s looked up here by %s%s", s.obj.Name, p.lookup.Thread.Name, s.under(p.lookup)))
	}
	dropped := func() {
		out = append(out, s.note(p.drop, roleDrop, "%s dropped here: %s may change or go away from now on", p.drop.lost().Name, s.obj.Name))
	}
	early := p.drop != nil && p.origin != nil && p.drop.n < p.origin.n
	if early {
		dropped()
	}
	if p.origin != nil {
		what, how := s.obj.Name, "looked up"
		if s.obj.Local != nil {
			what = "pointer to " + s.obj.Local.String()
		}
		switch {
		case p.origin.allocated == s.obj:
			how = "allocated"
		case !p.origin.looked:
			how = "loaded"
		}
		out = append(out, s.note(p.origin, roleLookup, "%s %s here%s", what, how, s.under(p.origin)))
	}
	if p.drop != nil && !early {
		dropped()
	}
	switch {
	case s.obj.Local != nil && s.obj.Local.Thread == s.prog.InitThread():
		out = append(out, note{text: s.obj.Local.String() + " was on the stack of INIT, which has ended", at: &model.Site{Pos: s.obj.Local.Thread.Pos}})
	case p.free == nil:
	case s.obj.Local != nil:
		out = append(out, s.note(p.free, roleFree, "%s goes out of scope here, on the stack of %s", s.obj.Local, p.free.Thread.Name))
	default:
		out = append(out, s.note(p.free, roleFree, "%s freed here by %s", s.obj.Name, p.free.Thread.Name))
	}
	if p.reuse != nil {
		out = append(out, s.note(p.reuse, roleNone, "its memory is handed out again here to %s", p.reuse.Thread.Name))
	}
	return out
}

// under says which locks the thread of f held after it, and whether under RCU.
func (s *story) under(f *fact) string {
	var held []string
	for _, l := range locksOf(s.prog) {
		if h := holdOf(f.After, l, f.Thread); h != holdNone {
			held = append(held, l.Name+" "+h.manner(l))
		}
	}
	in := ""
	if model.Eval(f.After, s.prog.InReadSection(f.Thread.Num)) != 0 {
		in = ", in an RCU read section"
	}
	switch {
	case held != nil:
		return ", with " + strings.Join(held, ", ") + in
	case in != "":
		return in
	}
	return ", with no lock held"
}

// life tells how the pointer was obtained, and where it went stale.
func (s *story) life() pointer {
	t := s.bad.Thread
	var p pointer
	if s.find.Life == model.LifeDead {
		p.free, p.reuse = s.freeing()
	}
	first := s.knownSince(t)
	used := s.pointerUsed(func(to *model.Type, x int64) bool { return whole(instanceOf(to, x)) == s.obj })
	p.origin = used.by
	if used.loaded && s.obj.Type.Name == model.TrackedTag {
		p.lookup = s.lookedUp(used)
	}
	if p.origin == nil {
		p.origin = s.firstKnown(first)
	} else if p.origin.Thread == t {
		first = p.origin.n
	}
	if s.obj.Local != nil && !used.loaded {
		p.origin = nil // made from its address
	}
	for _, f := range s.facts[min(first, s.bad.n):s.bad.n] {
		if f.Thread == t && f.lost() != nil && s.goesStale(f) {
			p.drop = f
		}
	}
	if p.drop == nil && p.origin != nil {
		p.drop = s.dropAfter(p.origin)
	}
	if p.drop == nil && p.lookup != nil {
		p.drop = s.dropAfter(p.lookup)
	}
	return p
}

// firstKnown is the step, from the first on, that gave the thread a pointer to
// the object.
func (s *story) firstKnown(first int) *fact {
	t := s.bad.Thread
	for _, f := range s.facts[first:s.bad.n] {
		if f.Thread == t && (f.found != nil && whole(f.found) == s.obj || !s.knows(f.Before, t) && s.knows(f.After, t)) {
			return f
		}
	}
	return nil
}

// dropAfter is the step in which the thread gave up the last of the locks that
// kept the object stable when it got its pointer, nil if it still holds one.
// Pointers that lie in memory do not tell themselves.
func (s *story) dropAfter(origin *fact) *fact {
	var drop *fact
	for _, f := range s.facts[origin.n : s.bad.n+1] {
		if f.Thread != origin.Thread {
			continue
		}
		if drop == nil && s.stabilises(f.Before, f.lost()) && !s.stabilised(f) {
			drop = f
		}
	}
	return drop
}

// stabilises reports whether lock l keeps the object stable in st.
func (s *story) stabilises(st model.State, l *model.Instance) bool {
	if l == nil || s.obj.Type.Name != model.TrackedTag {
		return false
	}
	for _, x := range s.prog.Stabilisers() {
		if lt, inst := x.Lock(s.prog, model.Int(s.obj.Num)); lt == l.Type && model.Eval(st, inst) == int64(l.Num) {
			return true
		}
	}
	return false
}

// stabilised reports whether the thread of f holds such a lock after f.
func (s *story) stabilised(f *fact) bool {
	for _, l := range locksOf(s.prog) {
		if holdOf(f.After, l, f.Thread) != holdNone && s.stabilises(f.Before, l) {
			return true
		}
	}
	return false
}

// freeing is the last step that freed the object, and the one that handed its
// memory out again.
func (s *story) freeing() (free, reuse *fact) {
	for _, f := range s.facts[:s.bad.n] {
		if f.ends(s.obj) {
			free, reuse = f, nil
		}
		if f.allocated == s.obj && free != nil {
			reuse = f
		}
	}
	return free, reuse
}

// knownSince is the first step of the unbroken stretch, up to the violation,
// in which thread t has a pointer to the object.
func (s *story) knownSince(t *model.Thread) int {
	i := s.bad.n
	for i > 0 && (s.facts[i-1].Thread != t || s.knows(s.facts[i-1].After, t)) {
		i--
		if f := s.facts[i]; f.Thread == t && !s.knows(f.Before, t) {
			break
		}
	}
	return i
}

// knows reports whether t has a pointer to, or into, the object.
func (s *story) knows(st model.State, t *model.Thread) bool {
	found := false
	s.pointers(st, t, func(*model.Var, int) { found = true })
	return found
}

// pointers calls f on every pointer of t to, or into, the object.
func (s *story) pointers(st model.State, t *model.Thread, f func(v *model.Var, i int)) {
	for _, v := range s.prog.Vars {
		for i := 0; v.Points != nil && i < v.Len; i++ {
			if ownedBy(v, i, t) && whole(instanceOf(v.Points, st[v.Off()+i])) == s.obj {
				f(v, i)
			}
		}
	}
}

// ownedBy reports whether element i of v is a local of t.
func ownedBy(v *model.Var, i int, t *model.Thread) bool {
	if v.Type == nil {
		return v.Thread == t.Num
	}
	in := whole(instanceOf(v.Type, int64(i/v.Width)))
	return in != nil && in.Thread == t.Num
}

// goesStale reports whether a pointer to the object lost its last stabilising
// hold in step f.
func (s *story) goesStale(f *fact) bool {
	stale := false
	s.pointers(f.Before, f.Thread, func(v *model.Var, i int) {
		if v.Life == nil || f.After[v.Off()+i] != f.Before[v.Off()+i] {
			return
		}
		before, after := f.Before[v.Life.Off()+i], f.After[v.Life.Off()+i]
		stale = stale || before > model.LifeDead && after == 0
	})
	return stale
}
