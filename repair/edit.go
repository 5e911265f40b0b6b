// SPDX-License-Identifier: MIT

// This file defines a proposal: edits of a text, and how they are made.

package repair

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// Edit puts text in the place of some bytes.
type Edit = udiff.Edit

func edit(from, to int, text string) Edit { return Edit{Start: from, End: to, New: text} }

// Proposal is a change of a spec that may be right.
type Proposal struct {
	What  string // in the imperative: "downgrade mmap_lock in brk()"
	Where string // there, if that may be done in several places: "before line 12"
	Edits []Edit // apart from each other
}

// String says what is changed, and where.
func (p *Proposal) String() string { return strings.TrimSpace(p.What + " " + p.Where) }

// Apply makes the changes; it returns "" if two of them are in each other's way.
func (p *Proposal) Apply(text string) string {
	out, err := udiff.Apply(text, p.Edits)
	if err != nil {
		return ""
	}
	return out
}

// Diff is the change of a file in the form that patch -p1 takes.
func (p *Proposal) Diff(file, text string) string {
	file = strings.TrimPrefix(file, "/")
	return udiff.Unified("a/"+file, "b/"+file, text, p.Apply(text))
}

// Origin is where a byte of the changed text was before, -1 if it is new.
func (p *Proposal) Origin(at int) int {
	es := slices.Clone(p.Edits)
	udiff.SortEdits(es)
	for _, e := range es {
		switch {
		case at < e.Start:
			return at
		case at < e.Start+len(e.New):
			return -1
		}
		at += e.End - e.Start - len(e.New)
	}
	return at
}

// Join is both proposals at once.
func Join(a, b *Proposal) *Proposal {
	return &Proposal{What: a.String() + ", and " + b.String(), Edits: append(slices.Clip(a.Edits), b.Edits...)}
}

// lines is the text of a statement with the lines that it has for itself; whole says
// that there is nothing else on them.
func (st *Stmt) lines() (from, to int, whole bool) {
	s := st.Func.src
	from, to = s.toks[st.from].From, s.toks[st.to-1].To
	start, end := strings.LastIndexByte(s.Text[:from], '\n')+1, len(s.Text)
	if n := strings.IndexByte(s.Text[to:], '\n'); n >= 0 {
		end = to + n + 1
	}
	tail := strings.TrimSpace(s.Text[to:end])
	if strings.TrimSpace(s.Text[start:from]) != "" || tail != "" && !strings.HasPrefix(tail, "/*") && !strings.HasPrefix(tail, "//") {
		return from, to, false
	}
	return start, end, true
}

// indent is the white space before a statement that begins a line, "\t" else.
func (st *Stmt) indent() string {
	from, _, whole := st.lines()
	text := st.Func.src.Text[from:]
	if !whole {
		return "\t"
	}
	return text[:len(text)-len(strings.TrimLeft(text, " \t"))]
}

// remove takes a statement away.
func (st *Stmt) remove() Edit {
	from, to, whole := st.lines()
	if st.index() < 0 || !whole {
		s := st.Func.src
		return edit(s.toks[st.from].From, s.toks[st.to-1].To, ";")
	}
	return edit(from, to, "")
}

// replace puts another statement in the place of one.
func (st *Stmt) replace(text string) Edit {
	s := st.Func.src
	return edit(s.toks[st.from].From, s.toks[st.to-1].To, text)
}

// before puts a statement before one, which must be in a block.
func (st *Stmt) before(text string) Edit {
	from, _, whole := st.lines()
	if !whole {
		return edit(from, from, text+" ")
	}
	return edit(from, from, st.indent()+text+"\n")
}

// first puts a statement before one, in a block with it where it is in none.
func (st *Stmt) first(text string) Edit {
	if st.index() >= 0 {
		return st.before(text)
	}
	s, in := st.Func.src, st.Parent.indent()
	return edit(s.toks[st.from-1].To, s.toks[st.to-1].To, fmt.Sprintf(" {\n%s\t%s\n%s\t%s\n%s}", in, text, in, st.text(), in))
}

// after puts a statement behind one, which must be in a block.
func (st *Stmt) after(text string) Edit {
	_, to, whole := st.lines()
	if !whole {
		return edit(to, to, " "+text)
	}
	return edit(to, to, st.indent()+text+"\n")
}

// rename gives a call another function.
func (s *Source) rename(c Call, name string) Edit {
	return edit(s.toks[c.at.from].From, s.toks[c.at.from].To, name)
}

// text is a statement as it is written, on one line.
func (st *Stmt) text() string {
	return strings.Join(strings.Fields(st.Func.src.words(st.span)), " ")
}

// Line is where a statement begins, from 1.
func (st *Stmt) Line() int { return st.Func.src.toks[st.from].Line }

// lastLine is where it ends.
func (st *Stmt) lastLine() int { return st.Func.src.toks[st.to-1].Line }
