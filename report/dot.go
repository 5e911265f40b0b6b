// SPDX-License-Identifier: MIT

// This file renders a violation as a picture for Graphviz: a lane for each
// thread, time downwards, and between the lanes the object concerned, from the
// look-up to its end, or the locks that threads wait for.
//
// The layout is that of dot. An invisible chain of numbers gives every step its
// own rank; the lanes are clusters, kept in order by invisible edges in the top and
// in the bottom rank.

package report

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"mmcheck/checker"
	"mmcheck/model"
)

// DOT writes the picture of a violation.
func DOT(w io.Writer, m Meta, r *checker.Result, _ Source) error {
	p := &printer{w: w}
	if r.Finding == nil {
		return fmt.Errorf("no schedule to draw: the verdict is %q", r.Verdict)
	}
	d := newDrawing(newStory(r, m.Full))
	p.write("digraph counterexample {\n")
	p.write(d.head(m))
	p.write(d.gutter())
	for i := range d.threads {
		p.write(d.lane(i))
		if i == d.after {
			p.write(d.objectLane())
		}
	}
	p.write(d.ranks())
	p.write(d.links())
	p.write("}\n")
	return p.err
}

// drawing is a story laid out in rows.
type drawing struct {
	*story
	threads []*model.Thread
	lanes   map[*model.Thread]int // positions in threads
	rows    []*event              // one a row, steps only
	gaps    map[*event]bool
	items   []*item
	after   int // the object lane stands behind this thread's
	chars   int // width of a node in characters
}

func newDrawing(s *story) *drawing {
	d := &drawing{story: s, threads: s.involved(), lanes: map[*model.Thread]int{}, gaps: map[*event]bool{}, chars: 40}
	for i, t := range d.threads {
		d.lanes[t] = i
	}
	if len(d.threads) > 2 {
		d.chars = 30
	}
	gap := map[*model.Thread]bool{}
	widest := 16
	for _, e := range s.events() {
		switch e.kind {
		case eventGap:
			gap[e.thread] = true
		case eventStep:
			d.gaps[e] = gap[e.thread]
			gap[e.thread] = false
			d.rows = append(d.rows, e)
			widest = max(widest, len(e.text), len(d.where(e)))
		}
	}
	d.chars = min(d.chars, widest)
	d.items = s.items(d.rows)
	d.after = d.between()
	return d
}

// between is the thread behind whose lane the objects stand: beside the thread
// with the violation, on the side where others have a part in it.
func (d *drawing) between() int {
	at := d.lanes[d.thread()]
	if at > 0 && at == len(d.threads)-1 {
		return at - 1
	}
	if f := d.otherParty(); f != nil && at > 0 && d.lanes[f.Thread] < at {
		return at - 1
	}
	return at
}

const (
	inkText  = "#0f172a"
	inkGrey  = "#64748b"
	inkFaint = "#94a3b8"
	inkRed   = "#dc2626"
	inkBlue  = "#2563eb"
)

func (d *drawing) head(m Meta) string {
	title := d.find.Property.ID + ": " + d.wrong()
	tr := d.find.Trace
	var lines []string
	for _, l := range wrap(title, 72) {
		lines = append(lines, "<b>"+escape(l)+"</b>")
	}
	sub := plural(int64(len(tr.Steps)), "step") + ", " + switches(tr.Switches())
	if m.Spec != "" {
		sub = subject(m) + ": " + sub
	}
	lines = append(lines, small(" ", 4, inkGrey))
	for _, l := range wrap(d.cycle(), 90) {
		lines = append(lines, small(l, 11, inkRed))
	}
	lines = append(lines, small(sub, 10, inkGrey), small(d.legend()+" ", 9, inkFaint), small(" ", 6, inkGrey))
	return `  graph [rankdir=TB, newrank=true, nodesep=0.5, ranksep=0.2, pad=0.3, bgcolor="#ffffff", splines=true,
         fontname="Helvetica", fontsize=15, fontcolor="` + inkText + `", labelloc=t,
         label=<` + strings.Join(lines, "<br/>") + `>];
` + fmt.Sprintf("  node  [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", color=\"#cbd5e1\", penwidth=1.1,\n"+
		"         fontname=\"Courier\", fontsize=10, fontcolor=%q, margin=\"0.12,0.06\", height=0.34, width=%.2f];\n", inkText, d.inches()) +
		"  edge  [color=\"" + inkFaint + "\", arrowsize=0.6, penwidth=1.2, fontname=\"Helvetica\", fontsize=9, fontcolor=\"#475569\"];\n"
}

// cycle is the wait-for graph of a deadlock, in words.
func (d *drawing) cycle() string {
	var parts []string
	for _, w := range d.waiters() {
		if len(w.For) > 0 {
			parts = append(parts, w.Thread.Name+" waits for "+strings.Join(threadNames(w.For), " and "))
		}
	}
	return strings.Join(parts, ", ")
}

// legend explains what lines mean where it is not evident.
func (d *drawing) legend() string {
	var parts []string
	if slices.ContainsFunc(d.facts, (*fact).touchesLock) {
		parts = append(parts, "thick line: locks held, blue for writing, green for reading")
	}
	if slices.ContainsFunc(d.rows, func(e *event) bool { return d.gaps[e] }) {
		parts = append(parts, "dashed: steps left out")
	}
	return strings.Join(parts, "; ")
}

// inches is the width of a node: Courier is 0.6 em wide.
func (d *drawing) inches() float64 { return float64(d.chars)*0.6*10/72 + 0.26 }

func small(text string, size int, color string) string {
	return fmt.Sprintf(`<font point-size="%d" color="%s">%s</font>`, size, color, escape(text))
}

// escape makes text fit for an HTML-like label.
func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(ascii(text))
}

// gutter is the chain of step numbers on the left, one for each row.
func (d *drawing) gutter() string {
	var b strings.Builder
	b.WriteString("\n  { node [shape=plaintext, style=solid, fontname=\"Helvetica\", fontcolor=\"" + inkFaint + "\", fontsize=9, margin=0, width=0.25, height=0.2];\n")
	b.WriteString("    edge [style=invis, weight=100];\n    k0 [label=\" \"];\n")
	for i, e := range d.rows {
		label := " "
		if n := len(e.facts); n > 0 {
			label = fmt.Sprint(e.facts[n-1].n + 1)
		}
		fmt.Fprintf(&b, "    k%d [label=%q];\n", i+1, label)
	}
	fmt.Fprintf(&b, "    k%d [label=\" \"];\n", len(d.rows)+1)
	for i := range d.rows {
		fmt.Fprintf(&b, "    k%d -> k%d;\n", i, i+1)
	}
	fmt.Fprintf(&b, "    k%d -> k%d;\n  }\n", len(d.rows), len(d.rows)+1)
	return b.String()
}

// lane is the cluster of one thread.
func (d *drawing) lane(i int) string {
	t := d.threads[i]
	var b strings.Builder
	fmt.Fprintf(&b, "\n  subgraph cluster_t%d { label=%s; labeljust=l; fontname=\"Helvetica-Bold\"; fontsize=12;\n", i, quote("  "+cpuName(i)+": "+t.Name+"  "))
	b.WriteString("    style=\"rounded,filled\"; color=\"#e2e8f0\"; fillcolor=\"#f8fafc\"; fontcolor=\"#334155\"; margin=14;\n")
	fmt.Fprintf(&b, "    h%d [shape=point, style=invis, width=0.01, height=0.01];\n", i)
	last := fmt.Sprintf("h%d", i)
	var prev *event
	for k, e := range d.rows {
		if e.thread != t {
			continue
		}
		name := fmt.Sprintf("s%d", k+1)
		b.WriteString("    " + name + " [" + d.node(e) + "];\n")
		b.WriteString("    " + last + " -> " + name + " [" + d.time(prev, e) + "];\n")
		last, prev = name, e
	}
	b.WriteString(d.foot(last, fmt.Sprintf("e%d", i)))
	return b.String()
}

// foot ends a lane at the height where all lanes end.
func (d *drawing) foot(last, end string) string {
	return "    " + end + " [shape=point, style=invis, width=0.01, height=0.01];\n" +
		"    " + last + " -> " + end + " [style=invis, weight=20];\n  }\n"
}

func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(ascii(text)) + `"`
}

// node is one step: what it does, what came of it, where it is.
func (d *drawing) node(e *event) string {
	lines := []string{escape(cut(e.text, d.chars))}
	if says := strings.Join(e.says, ", "); says != "" {
		for _, l := range wrap(says, d.chars) {
			lines = append(lines, small(l, 9, "#334155"))
		}
	}
	lines = append(lines, small(cut(d.where(e), d.chars+4), 8, inkGrey))
	attrs := "label=<" + strings.Join(lines, "<br/>") + ">"
	fill, line, wide := d.tint(e)
	if fill != "" {
		attrs += fmt.Sprintf(", fillcolor=%q, color=%q", fill, line)
	}
	if wide {
		attrs += ", penwidth=2.2"
	}
	return attrs
}

// where is the function and place of a step.
func (d *drawing) where(e *event) string {
	at := e.site
	place := ""
	if at.Pos.File != "" {
		place = fmt.Sprintf("%s:%d", path.Base(at.Pos.File), at.Pos.Line)
	}
	if fn := innermost(e.thread, at); fn != e.thread.Name {
		place = fn + "() " + place
	}
	return place
}

// tint is the colour of a step: fill, border, and whether it stands out.
func (d *drawing) tint(e *event) (fill, line string, wide bool) {
	if e.bad || len(e.facts) == 0 {
		return "#fee2e2", inkRed, true
	}
	for _, f := range e.facts {
		switch {
		case f.ends(d.obj):
			return "#fee2e2", inkRed, false
		case f.queued != nil || f.tried != nil:
			return "#ffedd5", "#f97316", false
		case f.downgrades():
			return "#fef9c3", "#eab308", false
		case f.granted != nil:
			return modeTint(holdOf(f.After, f.granted, f.Thread))
		}
		for _, c := range f.locks {
			if c.thread == f.Thread {
				return modeTint(max(c.from, c.to))
			}
		}
	}
	return "", "", false
}

// downgrades reports whether the step keeps a lock for reading that its thread held
// for writing.
func (f *fact) downgrades() bool {
	return slices.ContainsFunc(f.locks, func(c lockChange) bool {
		return c.thread == f.Thread && c.from == holdWrite && c.to == holdRead
	})
}

func modeTint(h hold) (fill, line string, wide bool) {
	if h == holdRead {
		return "#dcfce7", "#4ade80", false
	}
	return "#dbeafe", "#60a5fa", false
}

// time is the edge between two steps of a lane: thick and coloured while locks
// are held in between.
func (d *drawing) time(prev, e *event) string {
	if prev == nil {
		return "style=invis, weight=20"
	}
	style := "weight=20, arrowhead=none"
	switch d.holding(prev) {
	case holdWrite:
		style += `, color="#60a5fa", penwidth=4`
	case holdRead:
		style += `, color="#4ade80", penwidth=4`
	}
	if d.gaps[e] {
		style += ", style=dashed"
	}
	return style
}

// holding is the strongest hold of the thread after an event.
func (d *drawing) holding(e *event) hold {
	best := holdNone
	if len(e.facts) == 0 {
		return best
	}
	f := e.facts[len(e.facts)-1]
	for _, l := range locksOf(d.prog) {
		best = max(best, holdOf(f.After, l, f.Thread))
	}
	return best
}

// ranks puts every step, and what stands beside it, at the height of its number.
func (d *drawing) ranks() string {
	var b strings.Builder
	if len(d.threads) == 0 {
		return "" // the initial state is at fault
	}
	b.WriteString("\n  { rank=same; k0;")
	chain := []string{"k0"}
	for i := range d.threads {
		chain = append(chain, fmt.Sprintf("h%d", i))
		if i == d.after && len(d.items) > 0 {
			chain = append(chain, "ho")
		}
	}
	b.WriteString(" " + strings.Join(chain[1:], "; ") + "; }\n")
	for i := range d.rows {
		fmt.Fprintf(&b, "  { rank=same; k%d; s%d;", i+1, i+1)
		for j, it := range d.items {
			if it.row == i {
				fmt.Fprintf(&b, " o%d;", j+1)
			}
		}
		b.WriteString(" }\n")
	}
	fmt.Fprintf(&b, "  { rank=same; k%d;", len(d.rows)+1)
	for _, h := range chain[1:] {
		b.WriteString(" e" + h[1:] + ";")
	}
	b.WriteString(" }\n")
	heads := strings.Join(chain[1:], " -> ")
	fmt.Fprintf(&b, "  edge [style=invis, weight=50];\n  k0 -> %s;\n  k%d -> %s;\n", heads, len(d.rows)+1, strings.ReplaceAll(heads, "h", "e"))
	b.WriteString("  edge [style=solid, weight=1];\n")
	return b.String()
}
