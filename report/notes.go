// SPDX-License-Identifier: MIT

// This file tells what happened before a violation: the "note:" lines.

package report

import (
	"fmt"
	"slices"
	"strings"

	"mmcheck/model"
)

// note is one "note:" line below a violation.
type note struct {
	text string
	at   *model.Site
	by   *fact // the step it is about, or nil
	role role
}

// role says what a step is in the story, for pictures.
type role uint8

const (
	roleNone role = iota
	roleLookup
	roleDrop // a lock given up, on which a pointer depended
	roleFree
	roleBad
)

// tell writes the notes, in the order of the reader's questions.
func (s *story) tell() []note {
	var out []note
	switch id := s.find.Property.ID; {
	case len(s.find.Waits) > 0:
		out = s.tellWaits()
	case id == "leak":
		out = s.tellLeak()
	case s.find.Race != nil:
		out = s.tellRace()
	case s.bad == nil && id == "refcount":
		out = s.tellCounted()
	case s.bad == nil:
		out = s.tellLost()
	case id == "vma-tree":
		out = s.tellTree()
	case id == "null-deref":
		out = s.tellNull()
	case s.find.Check.Type.IsNode():
		out = s.tellWalk()
	case s.obj != nil:
		out = append(s.tellPointer(), s.tellSeen()...)
	default:
		out = s.tellSeen()
	}
	if s.bad != nil {
		out = append(s.tellCaller(), append(out, s.tellLocks()...)...)
	}
	return slices.CompactFunc(out, func(a, b note) bool { return a.text == b.text && a.at == b.at })
}

func (s *story) note(f *fact, r role, format string, args ...any) note {
	return note{fmt.Sprintf(format, args...), f.site, f, r}
}

// tellLeak tells where a leaked object was allocated and last known.
func (s *story) tellLeak() []note {
	var out []note
	for _, f := range s.facts {
		if f.allocated == s.obj && s.obj != nil {
			out = append(out, s.note(f, roleLookup, "%s allocated here by %s", s.obj.Name, f.Thread.Name))
		}
	}
	for i := len(s.facts) - 1; i >= 0 && s.obj != nil; i-- {
		if f := s.facts[i]; s.referred(f.Before) && !s.referred(f.After) {
			return append(out, s.note(f, roleDrop, "the last pointer to it is lost here"))
		}
	}
	return out
}

// referred reports whether anything points to the object.
func (s *story) referred(st model.State) bool {
	for _, v := range s.prog.Vars {
		for i := 0; v.Points != nil && i < v.Len; i++ {
			if whole(instanceOf(v.Points, st[v.Off()+i])) == s.obj {
				return true
			}
		}
	}
	return false
}

// tellTree tells what last changed the tree and the vmas in it: their ranges, or
// what they say of being in it.
func (s *story) tellTree() []note {
	var out []note
	tree, field := false, false
	marks := strings.Contains(s.find.Text, "detached")
	for i := s.bad.n; i >= 0; i-- {
		f := s.facts[i]
		if cs := f.treeStore(); len(cs) > 0 && !tree && !marks {
			tree = true
			out = append(out, s.note(f, roleNone, "the tree was last changed here"))
		}
		for _, c := range f.stores() {
			mark := strings.Contains(c.name(), ".detached") || strings.Contains(c.name(), ".vm_refcnt")
			if o := whole(c.owner()); o != nil && o.Type.Name == model.TrackedTag && !field && mark == marks {
				field = true
				out = append(out, s.note(f, roleNone, "%s set to %s here", c.name(), c.value()))
			}
		}
	}
	return out
}

// tellWalk tells where a walk over a tree came to the node that it stands on, and what
// became of that since.
func (s *story) tellWalk() []note {
	node := s.find.Check.Type
	var lost []note
	for i := s.bad.n - 1; i >= 0; i-- {
		f := s.facts[i]
		for _, e := range f.effects {
			if e.Elem < 0 {
				continue
			}
			c := f.changeAt(e.Elem)
			switch {
			case c.v.Type != node || int64(c.i) != s.find.Obj:
			case c.v.Names == model.ThreadValue:
				return append([]note{s.note(f, roleLookup, "the walk came to that node here%s", s.under(f))}, lost...)
			case lost != nil || c.old == c.new:
			case c.v.Of != nil:
				lost = []note{s.note(f, roleDrop, "the tree has another node in its place from here on")}
			default:
				lost = []note{s.note(f, roleDrop, "nothing keeps that node in the tree from here on")}
			}
		}
	}
	return nil
}

// tellNull tells where the thread got the NULL, or the error pointer, from.
func (s *story) tellNull() []note {
	o := s.pointerUsed(func(_ *model.Type, x int64) bool { return x <= 0 })
	switch {
	case o.by == nil:
		return nil
	case o.by.looked && (o.made == nil || o.made.new == 0):
		return s.tellMissed(o.by)
	case !o.loaded:
		out := []note{s.tellMade(o)}
		if o.by.looked && o.by.found == nil {
			out = append(out, s.tellMissed(o.by)...)
		}
		return out
	}
	what := "NULL"
	if o.from.new < 0 {
		what = o.from.value()
	}
	out := []note{s.note(o.by, roleLookup, "%s loaded here from %s", what, o.from.name())}
	for _, f := range slices.Backward(s.facts[:o.by.n]) {
		for _, c := range f.stores() {
			if c.v == o.from.v && c.i == o.from.i {
				return append(out, s.note(f, roleNone, "%s set to %s here by %s", c.name(), c.value(), f.Thread.Name))
			}
		}
	}
	return out
}

// tellMissed tells of a look-up that found nothing, and why.
func (s *story) tellMissed(f *fact) []note {
	return append([]note{s.note(f, roleLookup, "NULL returned here%s", s.under(f))}, s.tellRemoval(f.n)...)
}

// tellMade tells where a pointer was made. This is the statement that was begun last,
// if that is one of the function with the local; else all that is known is the step
// that it belongs to.
func (s *story) tellMade(o source) note {
	if m := o.made; m != nil && m.elem >= 0 && m.noted >= 0 && m.noted < len(s.prog.Statements) {
		st := s.prog.Statements[m.noted]
		name := varAt(s.prog, m.elem).Name
		in, _, _ := strings.Cut(o.by.Thread.Name, "#")
		if i := strings.LastIndex(name, "."); i >= 0 {
			in = name[:i]
		}
		if st.Func == in {
			return note{"the pointer comes from here", &model.Site{Pos: st.Pos}, o.by, roleLookup}
		}
		caller, _, _ := strings.Cut(o.by.Thread.Name, "#")
		for _, fr := range o.by.site.Stack {
			if caller == in {
				return note{"the pointer is made behind this call", &model.Site{Pos: fr.Call, Text: fr.Text}, o.by, roleLookup}
			}
			caller = fr.Func
		}
	}
	return s.note(o.by, roleLookup, "the pointer is made behind this")
}

// tellRemoval tells who last took something out of a tree before step n.
func (s *story) tellRemoval(n int) []note {
	for i := n - 1; i >= 0; i-- {
		f := s.facts[i]
		for _, c := range f.treeStore() {
			if c.new == 0 && f.Thread != s.bad.Thread {
				return []note{s.note(f, roleNone, "%s taken out of the tree here by %s", valueText(c.v, c.old), f.Thread.Name)}
			}
		}
	}
	return nil
}

// tellCaller names the place in the thread's own file from which the function
// with the violation was called, where that lies in another file.
func (s *story) tellCaller() []note {
	at := s.place()
	if at == nil {
		return nil
	}
	return calledFrom(s.bad.Thread, at)
}

// calledFrom names the place in a thread's own file from which a function in
// another file was called.
func calledFrom(t *model.Thread, at *model.Site) []note {
	home := t.Pos.File
	if home == "" || at.Pos.File == home {
		return nil
	}
	for i := len(at.Stack) - 1; i >= 0; i-- {
		if fr := at.Stack[i]; fr.Call.File == home {
			at := &model.Site{Pos: fr.Call, Text: fr.Text, Stack: at.Stack[:i]}
			return []note{{text: "in " + fr.Func + "(), called here", at: at}}
		}
	}
	return nil
}
