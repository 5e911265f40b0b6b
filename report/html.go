// SPDX-License-Identifier: MIT

// This file makes the page of a verdict, see package page: what is told at once, and
// the events in lanes. html_state.go adds the state after each step.

package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"

	"mmcheck/checker"
	"mmcheck/model"
	"mmcheck/report/page"
)

// HTML writes a page that stands alone.
func HTML(w io.Writer, m Meta, r *checker.Result, src Source) error {
	var text strings.Builder
	if err := Text(&text, m, r, src); err != nil {
		return err
	}
	p := &page.Page{Verdict: string(r.Verdict), Text: text.String(), Command: m.Command}
	if r.Finding != nil {
		s := newStory(r, m.Full)
		p.Title, p.Wrong = s.title(), s.wrong()
		p.Facts = append(checkFacts(m, r), page.Fact{Name: "schedule", Value: s.length()})
		p.Notes = s.pageNotes(src)
		p.Lanes = s.lanes(newStory(r, true), src)
		p.Data.Table = within(p.Text, strings.Join(s.table(), "\n")+"\n")
	} else {
		p.Title, _, _ = strings.Cut(text.String(), "\n")
		p.Facts = checkFacts(m, r)
		p.Lists = verdictLists(r)
		p.Code = neverRan(r, src)
	}
	return page.Write(w, p)
}

// within says where a text lies in another, as scripts count.
func within(text, part string) [2]int {
	before, _, _ := strings.Cut(text, part)
	first := len(utf16.Encode([]rune(before)))
	return [2]int{first, first + len(utf16.Encode([]rune(part)))}
}

// checkFacts says what was checked.
func checkFacts(m Meta, r *checker.Result) []page.Fact {
	facts := []page.Fact{{Name: "spec", Value: subject(m)}}
	add := func(name string, values ...string) {
		if text := strings.Join(values, ", "); text != "" {
			facts = append(facts, page.Fact{Name: name, Value: text})
		}
	}
	kernel := r.Program.Kernel
	if r.Program.StandIn != "" {
		kernel += " (not modelled: " + r.Program.StandIn + " stands in)"
	}
	add("kernel", kernel)
	add("memory model", memoryModel)
	add("bounds", r.Program.Bounds...)
	add("replaced by the spec", r.Program.Replaced...)
	add("assumed", r.Assumed...)
	add("search", strings.TrimSpace(figures(r)))
	return facts
}

// length says how long a schedule is, and whether there is a shorter one.
func (s *story) length() string {
	kind := "shortest"
	if !s.find.Shortest {
		kind = "not proven shortest"
	}
	tr := s.find.Trace
	return fmt.Sprintf("%s, %s, %s", plural(int64(len(tr.Steps)), "step"), switches(tr.Switches()), kind)
}

func (s *story) pageNotes(src Source) []page.Note {
	var out []page.Note
	for _, n := range s.notes {
		x := page.Note{Text: n.text}
		if n.by != nil {
			x.Step = n.by.n + 1
		}
		if at := shownAt(n.at); at != nil && at.Pos.File != "" {
			x.Where, x.Code = fmt.Sprintf("%s:%d", at.Pos.File, at.Pos.Line), at.Text
			if src != nil && x.Code == "" {
				line, _ := sourceLine(src(at.Pos.File), at.Pos.Line)
				x.Code = strings.TrimSpace(line)
			}
		}
		out = append(out, x)
	}
	if ids := propertyIDs(s.find.Also); len(ids) > 0 {
		out = append(out, page.Note{Text: "the same step also breaks " + strings.Join(ids, ", ")})
	}
	return out
}

// lanes lays the events out; full is the same story with every step.
func (s *story) lanes(full *story, src Source) *page.Lanes {
	involved := s.involved() // numbered as in the table; behind them those that nothing depends on
	for _, t := range full.involved() {
		if !slices.Contains(involved, t) {
			involved = append(involved, t)
		}
	}
	l := &page.Lanes{Single: len(involved) > maxColumns}
	for i, t := range involved {
		l.Threads = append(l.Threads, page.Thread{CPU: cpuName(i), Name: t.Name})
	}
	b := newTimeline(full, involved)
	l.Objects = b.names()
	l.Data = b.data(src)
	l.Data.Single = l.Single
	for _, n := range s.notes {
		at := 0
		if n.by != nil {
			at = n.by.n + 1
		}
		l.Data.Notes = append(l.Data.Notes, at)
	}
	l.Data.Cycle = s.circle()
	l.Rows = s.rows(b)
	l.Legend = legendOf(l)
	return l
}

// circle says who waits for whom in the end.
func (s *story) circle() string {
	var parts []string
	for _, w := range s.waiters() {
		what := ""
		if l := lockAt(s.last(), w.Point); l != nil {
			what = " for " + l.Name
		}
		if by := strings.Join(threadNames(w.For), " and "); by != "" && len(s.find.Waits) > 0 {
			parts = append(parts, w.Thread.Name+" waits"+what+", in the way: "+by)
		}
	}
	return strings.Join(parts, "; ")
}

// rows are the lines of the table, and between threads why another one goes on.
func (s *story) rows(b *timeline) []page.Row {
	var out []page.Row
	step := 0 // the last that a row stood for
	var last *model.Thread
	for _, e := range s.events() {
		t := slices.Index(b.threads, e.thread)
		for _, f := range e.facts {
			step = max(step, f.n+1)
		}
		if last != nil && last != e.thread {
			if why := b.whyAt(s.arrival(e, step)); why != "" {
				out = append(out, page.Row{Kind: page.Why, Thread: t, Text: why})
			}
		}
		last = e.thread
		r := page.Row{Kind: page.Step, Thread: t, Depth: min(e.depth, 4), Text: e.text, Says: strings.Join(e.says, ", "), Bad: e.bad}
		switch {
		case e.kind == eventCall:
			r.Kind = page.Call
		case e.kind == eventGap:
			r.Kind = page.Gap
		case len(e.facts) > 0:
			r.Step = e.facts[len(e.facts)-1].n + 1
		default: // a wait, at the end
			step = len(s.facts)
			r.Step = step
		}
		if e.bad {
			r.Wrong = s.wrongAt(e)
		}
		r.Holds, r.Lives = b.holdsAt(step), b.livesAt(step, r.Step == step)
		out = append(out, r)
	}
	return out
}

// arrival is the step in which the thread of an event, which lies at or behind step,
// took over.
func (s *story) arrival(e *event, step int) int {
	n := step
	if len(e.facts) > 0 {
		n = e.facts[0].n + 1
	} else { // a call or gap before its first step
		for n < len(s.facts) && s.facts[n].Thread != e.thread {
			n++
		}
		n++
	}
	for n > 1 && n <= len(s.facts) && s.facts[n-2].Thread == e.thread {
		n--
	}
	return n
}

func legendOf(l *page.Lanes) []string {
	var out []string
	if !l.Single {
		out = append(out, "left edge: solid, has a lock (for writing); double, has one for reading; dotted, waits")
	}
	if len(l.Objects) > 0 {
		out = append(out, "narrow columns, the life of an object: thin, allocated; thick, others can find it; hatched, no longer; \u2715 freed; dotted, gone")
	}
	return out
}

// verdictLists tell what a verdict without a schedule stands on.
func verdictLists(r *checker.Result) []page.List {
	var checked []string
	for _, p := range r.Checked {
		checked = append(checked, p.ID+": "+p.Short)
	}
	var lists []page.List
	if l := r.Limit; l != nil {
		items := []string{"stopped at " + l.What}
		if l.Raise != "" {
			items = append(items, "raise it with "+l.Raise)
		}
		lists = append(lists, page.List{Name: "Not every interleaving was tried", Items: items})
	}
	if c := r.Coverage; c != nil {
		var items []string
		if line := missed(c, true); line != "" {
			items = append(items, line+tried(r))
		}
		if u := untried(c); u != "" {
			items = append(items, strings.TrimPrefix(u, ", but "))
		}
		for _, t := range c.Waiting {
			items = append(items, "thread "+t.Name+" never got beyond its first lock"+tried(r))
		}
		for _, f := range unrunOf(c) {
			if !f.own {
				items = append(items, fmt.Sprintf("%s: in %s(): lines %s never ran", f.at[0].File, f.name, lines(f.at)))
			}
		}
		lists = append(lists, page.List{Name: "What was executed", Items: items})
	}
	return append(lists, page.List{Name: "Looked for, and not found", Items: checked})
}

// neverRan is the spec, with what was never executed marked.
func neverRan(r *checker.Result, src Source) []page.Marked {
	file := r.Program.Name
	if src == nil || src(file) == nil {
		return nil
	}
	never := map[int]bool{}
	if r.Coverage != nil {
		for _, s := range r.Coverage.Never {
			if s.Own && s.Pos.File == file {
				never[s.Pos.Line] = true
			}
		}
	}
	out := page.Marked{File: file}
	for i, text := range strings.Split(strings.TrimSuffix(string(src(file)), "\n"), "\n") {
		out.Lines = append(out.Lines, page.Line{N: i + 1, Text: text, Mark: never[i+1]})
	}
	return []page.Marked{out}
}
