// SPDX-License-Identifier: MIT

// This file tells which values a failed assertion has compared.

package report

import (
	"regexp"
	"slices"
	"strings"

	"mmcheck/model"
)

// values lists what a failed assertion looked at and what that was, such as
// "counted == 1". What it names is told, whether it was loaded just now, kept in a
// local before, or is a constant that nobody writes.
func (s *story) values() []string {
	if s.slice.start == nil || s.find.Property.ID != "assert" {
		return nil
	}
	text, _ := strings.CutSuffix(s.find.Text, " triggered")
	var out []string
	told := func(name string) bool {
		return slices.ContainsFunc(out, func(t string) bool { return strings.HasPrefix(t, name+" == ") })
	}
	add := func(name, value string) { // the last value comes first
		if !told(name) {
			out = append(out, name+" == "+value)
		}
	}
	for n := s.slice.start.up; n != nil && n.by != nil && n.by.Thread == s.bad.Thread; n = n.up {
		for i, e := range n.reads {
			s.compared(n, i, e, text, add)
		}
	}
	for _, w := range paths.FindAllString(text, -1) {
		if c, ok := s.static(w); ok {
			add(w, c.value())
		}
	}
	return out
}

// compared tells of one element that a branch looked at, if the text of the
// assertion names it.
func (s *story) compared(n *node, i, e int, text string, add func(name, value string)) {
	v := varAt(s.prog, e)
	x := s.value(n, i)
	if v.Base != nil || v.Beside != nil {
		return // one element does not tell the value
	}
	if v.Kind == model.Register && !v.Temp {
		name := v.Name[strings.LastIndex(v.Name, ".")+1:]
		if names(text, name) && text != "assert("+name+")" && text != "assert(!"+name+")" {
			add(name, valueText(v, x))
		}
		return
	}
	for w := n.from[i]; w != nil && w.by.Thread == n.by.Thread; w = w.only() {
		for _, e := range w.reads {
			c := w.by.changeAt(e)
			if c.old == x && w.by.shares(c) && c.v.Points == nil && names(text, c.v.Name[strings.LastIndex(c.v.Name, ".")+1:]) {
				add(c.name(), valueText(c.v, x))
				return
			}
		}
	}
}

// only is the node that a plain copy was made from, nil if n is none.
func (n *node) only() *node {
	if len(n.from) == 1 {
		return n.from[0]
	}
	return nil
}

// names reports whether a text has a word in it.
func names(text, word string) bool {
	return slices.Contains(words.FindAllString(text, -1), word)
}

var (
	words = regexp.MustCompile(`[A-Za-z_][A-Za-z_0-9]*`)
	paths = regexp.MustCompile(`[A-Za-z_][A-Za-z_0-9]*(?:\.[A-Za-z_][A-Za-z_0-9]*|\[[0-9]+\])*`)
)

// static is the static object of that name, as it is in the end.
func (s *story) static(name string) (change, bool) {
	for _, v := range s.prog.Vars {
		if v.Kind != model.Memory || v.Thread != 0 || v.Type == nil && v.Name != name && !strings.HasPrefix(name, v.Name+"[") {
			continue
		}
		for i := v.First(); i < v.Len; i++ {
			if in := instanceOf(v.Type, int64(i/v.Width)); in != nil && (in.Heap || in.Thread != 0) {
				continue
			}
			if v.ElemName(i) == name {
				return changeOf(s.prog, v.Off()+i, s.last(), s.last()), true
			}
		}
	}
	return change{}, false
}
