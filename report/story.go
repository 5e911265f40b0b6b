// SPDX-License-Identifier: MIT

// This file makes a Result ready to be told: the facts of the schedule, the
// object concerned, the threads that take part, and the names for it all.

package report

import (
	"slices"
	"strings"

	"mmcheck/checker"
	"mmcheck/checker/property"
	"mmcheck/model"
)

// story is a violation with everything that renderers say about it.
type story struct {
	res   *checker.Result
	prog  *model.Program
	find  *checker.Finding
	full  bool // show every step
	facts []*fact
	bad   *fact           // the step that breaks the property; nil if a state does
	at    *model.Site     // where it shows
	obj   *model.Instance // the heap object concerned, or the local variable that is out of scope, or nil
	tree  *calls
	notes []note
	watch map[element]bool // what a failed assertion looked at
	entry map[element]bool // page-table entries that the violation is about
	slice *slice           // what the end depends on
	flow  map[*fact]bool   // steps by which threads tell each other something
}

// newStory reads the finding of r, which must be violated; full shows every step.
func newStory(r *checker.Result, full bool) *story {
	s := &story{res: r, full: full, prog: r.Program, find: r.Finding, facts: factsOf(r.Program, r.Finding.Trace, fatal(r))}
	if n := len(s.facts); n > 0 && (s.find.Check.Prop != "" || s.find.Race != nil) {
		s.bad = s.facts[n-1]
	}
	s.at = s.find.At
	if s.at == nil && s.bad != nil {
		s.at = s.bad.site
	}
	s.obj = s.object()
	s.watch = s.watchList()
	s.entry = s.entryWatch()
	s.slice = newSlice(s)
	s.flow = s.flows()
	s.notes = s.tell()
	s.tree = newCalls(s)
	return s
}

// fatal says at which properties a transition of the schedule was ended.
func fatal(r *checker.Result) func(prop string) bool {
	return func(prop string) bool {
		p := property.ByID(prop)
		return p != nil && p.Severity == property.Error && slices.Contains(r.Checked, p)
	}
}

// object is the heap object, or dead local variable, that the violation is about:
// that of the check, or the one whose name opens the text.
func (s *story) object() *model.Instance {
	if s.find.Race != nil {
		return s.raceObject()
	}
	if s.find.Check.Type.IsNode() {
		return nil
	}
	if in := whole(instanceOf(s.find.Check.Type, s.find.Obj)); in != nil && (in.Heap || in.Local != nil && s.find.Life == model.LifeDead) {
		return in
	}
	if l := whole(s.lock()); l != nil && l.Heap {
		return l
	}
	if s.bad != nil {
		return s.checkedObject()
	}
	first, _, _ := strings.Cut(s.find.Text, " ")
	for _, t := range s.prog.Types {
		for _, in := range t.Instances {
			if in.Heap && in.Name == first {
				return in
			}
		}
	}
	return nil
}

// checkedObject is, for an assertion, the heap object that the thread looked
// at last in the same call, unless it has found nothing since.
func (s *story) checkedObject() *model.Instance {
	for i := len(s.facts) - 1; i >= 0; i-- {
		f := s.facts[i]
		if f.Thread == s.bad.Thread && f.looked && f.found == nil {
			return nil
		}
		if f.Thread != s.bad.Thread || !sameCall(f.site, s.at) {
			continue
		}
		for _, l := range f.loads() {
			if in := whole(l.owner()); in != nil && in.Heap {
				return in
			}
		}
	}
	return nil
}

// sameCall reports whether two sites lie in the same function call.
func sameCall(a, b *model.Site) bool {
	return slices.EqualFunc(a.Stack, b.Stack, func(x, y model.Frame) bool { return x.Func == y.Func && x.Call == y.Call })
}

// lock is the lock that the violation is about, or nil.
func (s *story) lock() *model.Instance {
	l := s.find.Check.Lock
	if l.Type == nil || s.bad == nil || l.Inst == nil {
		return nil
	}
	return instanceOf(l.Type, model.Eval(s.bad.Before, l.Inst))
}

// wrong says what is wrong, with the name of the object or lock.
func (s *story) wrong() string {
	text := s.find.Text
	if values := s.values(); values != nil {
		text += ": " + strings.Join(values, ", ")
	}
	if in := instanceOf(s.find.Check.Type, s.find.Obj); in != nil {
		text = strings.Replace(text, "freed "+model.ShortName(in.Type.Name), "freed "+typeName(in), 1)
	}
	if s.obj != nil && s.obj.Local != nil {
		return strings.Replace(text, "a local variable that is", s.obj.Local.String()+", which is", 1)
	}
	for _, in := range []*model.Instance{s.obj, s.lock()} {
		if in != nil {
			if strings.Contains(text, in.Name) {
				return text
			}
			return text + " (" + in.Name + ")"
		}
	}
	return text
}

// last is the state that the schedule ends in.
func (s *story) last() model.State {
	if n := len(s.facts); n > 0 {
		return s.facts[n-1].After
	}
	return s.find.Trace.Initial
}

// title is the first line of a report: the property and where it shows.
func (s *story) title() string {
	t := "BUG: mmcheck: " + s.find.Property.ID
	if names := s.functions(); len(names) > 0 {
		t += " in " + strings.Join(names, " / ")
	}
	return t
}

// functions names the function where the violation shows, and those of the
// other threads that have a part in it.
func (s *story) functions() []string {
	var names []string
	if len(s.find.Waits) > 0 {
		for _, w := range s.waiters() {
			names = append(names, innermost(w.Thread, w.Point.Step.Site))
		}
		return names
	}
	if s.find.Race != nil {
		return s.raceFunctions()
	}
	for _, d := range s.find.Order {
		names = append(names, innermost(d.Thread, outside(s.facts[d.Step].site)))
	}
	if names != nil {
		return names
	}
	if t := s.thread(); t != nil && s.at != nil {
		names = append(names, innermost(t, s.at))
	}
	if f := s.loss(); f != nil && s.bad == nil {
		names = append(names, innermost(f.Thread, f.site))
	}
	if f := s.otherParty(); f != nil {
		names = append(names, s.tree.doing(f))
	}
	return names
}

// loss is the step in which a pointer or lock was given up, as the notes tell.
func (s *story) loss() *fact {
	for _, n := range s.notes {
		if n.role == roleDrop {
			return n.by
		}
	}
	return nil
}

// thread is the thread that shows the violation, or nil.
func (s *story) thread() *model.Thread {
	if s.find.Thread == nil && s.bad != nil {
		return s.bad.Thread
	}
	return s.find.Thread
}

// waiters are the waits on a cycle, or all if there is no cycle.
func (s *story) waiters() []property.Wait {
	var cycle []property.Wait
	for _, w := range s.find.Waits {
		if w.Cycle {
			cycle = append(cycle, w)
		}
	}
	if cycle == nil {
		return s.find.Waits
	}
	return cycle
}

// otherParty is the step of another thread that made the violation possible:
// the free, or the last change that the violating thread saw.
func (s *story) otherParty() *fact {
	if s.bad == nil || s.find.Property.Severity == property.Rule {
		return nil
	}
	for i := len(s.facts) - 1; i >= 0 && s.obj != nil; i-- {
		if f := s.facts[i]; f.ends(s.obj) && f.Thread != s.bad.Thread && f != s.bad {
			return f
		}
	}
	if fs := s.seenChanges(); len(fs) > 0 {
		return fs[0].by
	}
	for _, n := range s.notes {
		if n.by != nil && n.by.Thread != s.bad.Thread {
			return n.by
		}
	}
	return nil
}

// innermost is the function that a site lies in, as shown to the reader.
func innermost(t *model.Thread, at *model.Site) string {
	for i := len(at.Stack) - 1; i >= 0; i-- {
		if !at.Stack[i].Inline {
			return at.Stack[i].Func
		}
	}
	return t.Name
}

// involved lists the threads of which something is shown, in their order in the
// program.
func (s *story) involved() []*model.Thread {
	var out []*model.Thread
	for _, t := range s.prog.Threads {
		if slices.ContainsFunc(s.tree.acts, func(a *act) bool { return a.shown && a.thread == t }) {
			out = append(out, t)
		}
	}
	return out
}
