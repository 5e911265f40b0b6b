// SPDX-License-Identifier: MIT

// This file draws what stands between the lanes of the picture: the object
// concerned at the turning points of its life, or the locks of a deadlock. Each
// box stands beside the step that it belongs to. Since a row holds one step
// only, the edge between them runs straight, whatever lanes it crosses.

package report

import (
	"fmt"
	"slices"
	"strings"

	"mmcheck/checker/property"
	"mmcheck/model"
)

// mood is how a box is coloured.
type mood uint8

const (
	moodPlain  mood = iota
	moodRead        // a lock held for reading
	moodWrite       // a lock held for writing
	moodDead        // a freed object
	moodStale       // what the violating step finds
	moodBlocks      // a lock that somebody waits for
)

// item is one box between the lanes.
type item struct {
	row    int // the step that it stands beside
	title  string
	fields []string
	mood   mood
	label  string // of the edge from the step
}

// items lists the boxes that a story needs, by row, one a row.
func (s *story) items(rows []*event) []*item {
	var out []*item
	switch {
	case len(s.find.Waits) > 0:
		out = s.lockItems(rows)
	case s.obj != nil:
		out = s.lifeItems(rows)
	}
	out = slices.DeleteFunc(out, func(it *item) bool { return it.row < 0 })
	slices.SortStableFunc(out, func(a, b *item) int { return a.row - b.row })
	return slices.CompactFunc(out, func(a, b *item) bool { return a.row == b.row })
}

// rowOf is the row that shows a step, or -1.
func rowOf(rows []*event, f *fact) int {
	return slices.IndexFunc(rows, func(e *event) bool { return f != nil && slices.Contains(e.facts, f) })
}

// lifeItems shows the object when it was looked up, when it was changed, when
// it was freed, and when the violating step came to it.
func (s *story) lifeItems(rows []*event) []*item {
	bad := slices.IndexFunc(rows, func(e *event) bool { return e.bad })
	out := []*item{s.badItem(bad)}
	for _, n := range s.notes {
		if n.by == nil {
			continue
		}
		r := rowOf(rows, n.by)
		switch {
		case n.role == roleLookup && n.by.allocated != nil:
			out = append(out, &item{row: r, title: s.obj.Name, fields: []string{"allocated"}, label: "allocates"})
		case n.role == roleLookup:
			out = append(out, &item{row: r, title: s.obj.Name, fields: s.fields(n.by.After), label: "points to"})
		case n.role == roleFree:
			out = append(out, s.deadItem(r))
		case len(n.by.stores()) > 0:
			out = append(out, &item{row: r, title: s.obj.Name, fields: s.fields(n.by.After), label: "writes"})
		}
	}
	return out
}

// deadItem is the object when its life ended.
func (s *story) deadItem(row int) *item {
	it := &item{row: row, title: s.obj.Name + " " + strings.ToUpper(s.death()), mood: moodDead, label: "frees"}
	if s.obj.Local != nil {
		it.label = "leaves"
	}
	return it
}

// death is what became of the object in the end.
func (s *story) death() string {
	if s.obj.Local != nil {
		return "gone"
	}
	return "freed"
}

// badItem is the object as the violating step finds it.
func (s *story) badItem(row int) *item {
	it := &item{row: row, title: s.obj.Name, mood: moodStale, label: "uses"}
	for _, n := range s.notes {
		switch {
		case n.by == nil:
		case n.role == roleFree:
			it.label, it.fields = "stale pointer", []string{fmt.Sprintf("%s in step %d", s.death(), n.by.n+1)}
		case n.role == roleDrop && it.fields == nil:
			it.label, it.fields = "stale pointer", []string{fmt.Sprintf("stale since step %d", n.by.n+1)}
		}
	}
	if s.find.Life != model.LifeDead {
		it.fields = append(it.fields, s.fields(s.last())...)
	}
	return it
}

// maxFields is how many fields of an object are shown.
const maxFields = 3

// fields lists the first few values of the object's fields that are not zero.
func (s *story) fields(st model.State) []string {
	var out []string
	for _, f := range s.obj.Type.Fields {
		if f.Var == nil || f.Count != 1 || f.Var.Points != nil || len(out) == maxFields {
			continue
		}
		if x := st[f.Var.Off()+s.obj.Num]; x != 0 {
			out = append(out, f.Name+" "+valueText(f.Var, x))
		}
	}
	return out
}

// lockItems shows each lock of a deadlock where it was taken, and again where
// somebody began to wait for it.
func (s *story) lockItems(rows []*event) []*item {
	var out []*item
	for _, w := range s.waiters() {
		l := lockAt(s.last(), w.Point)
		if l == nil {
			continue
		}
		out = append(out, s.waitItem(rows, w, l))
		for _, t := range s.prog.Threads {
			h := holdOf(s.last(), l, t)
			if h == holdNone {
				continue
			}
			it := &item{row: rowOf(rows, s.taken(l, t)), title: l.Name, fields: []string{h.manner(l)}, label: "takes", mood: moodWrite}
			if h == holdRead {
				it.mood = moodRead
			}
			out = append(out, it)
		}
	}
	return out
}

// waitItem is a lock as a waiting thread finds it.
func (s *story) waitItem(rows []*event, w property.Wait, l *model.Instance) *item {
	it := &item{title: l.Name, mood: moodBlocks, label: "waits for"}
	for _, t := range w.For {
		if holdOf(s.last(), l, t) == holdNone {
			it.fields = append(it.fields, "asked for by "+t.Name)
		} else {
			it.fields = append(it.fields, "held by "+t.Name)
		}
	}
	it.row = len(rows) - 1
	for it.row >= 0 && rows[it.row].thread != w.Thread {
		it.row--
	}
	return it
}

// objectLane is the cluster of the items.
func (d *drawing) objectLane() string {
	if len(d.items) == 0 {
		return ""
	}
	label := "  object  "
	if len(d.find.Waits) > 0 {
		label = "  locks  "
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n  subgraph cluster_objects { label=%q; labeljust=l; fontname=\"Helvetica-Bold\"; fontsize=12;\n", label)
	b.WriteString("    style=\"rounded,dashed\"; color=\"#cbd5e1\"; fontcolor=\"#64748b\"; margin=14;\n")
	b.WriteString("    ho [shape=point, style=invis, width=0.01, height=0.01];\n")
	last, width := "ho", 0
	for _, it := range d.items {
		width = max(width, it.width())
	}
	for i, it := range d.items {
		name := fmt.Sprintf("o%d", i+1)
		fmt.Fprintf(&b, "    %s [shape=plain, style=solid, width=0, height=0, label=<%s>];\n", name, it.table(width))
		style := "style=invis, weight=20"
		if i > 0 && len(d.find.Waits) == 0 {
			style = `style=dotted, weight=20, arrowhead=none, color="` + inkFaint + `"`
			if it.mood == moodDead || d.items[i-1].mood == moodDead {
				style = `style=dotted, weight=20, arrowhead=none, color="` + inkRed + `"`
			}
		}
		b.WriteString("    " + last + " -> " + name + " [" + style + "];\n")
		last = name
	}
	b.WriteString(d.foot(last, "eo"))
	return b.String()
}

// colours of a box by mood: line, head, title.
var moodInk = map[mood][3]string{
	moodPlain:  {"#94a3b8", "#e2e8f0", inkText},
	moodRead:   {"#4ade80", "#dcfce7", inkText},
	moodWrite:  {"#60a5fa", "#dbeafe", inkText},
	moodDead:   {inkRed, inkRed, "#ffffff"},
	moodStale:  {inkRed, "#fee2e2", "#7f1d1d"},
	moodBlocks: {"#f97316", "#ffedd5", "#7c2d12"},
}

// width is what an item needs, in points: Courier is 0.6 em wide.
func (it *item) width() int {
	n := 6 * len(it.title)
	for _, f := range it.fields {
		n = max(n, 54*len(f)/10)
	}
	return n + 12
}

// table is the label of an item.
func (it *item) table(width int) string {
	ink := moodInk[it.mood]
	var b strings.Builder
	fmt.Fprintf(&b, `<table border="0" cellborder="1" cellspacing="0" cellpadding="4" color="%s" bgcolor="#ffffff">`, ink[0])
	fmt.Fprintf(&b, `<tr><td width="%d" bgcolor="%s"><font color="%s"><b>%s</b></font></td></tr>`, width, ink[1], ink[2], escape(it.title))
	var fields []string
	for _, f := range it.fields {
		fields = append(fields, small(f, 9, "#334155")+`<br align="left"/>`)
	}
	if fields != nil {
		b.WriteString(`<tr><td>` + strings.Join(fields, "") + `</td></tr>`)
	}
	b.WriteString("</table>")
	return b.String()
}

// links draws the edge between each item and its step. All are written from
// left to right, whatever the arrow, since dot orders by that what stands side
// by side.
func (d *drawing) links() string {
	var b strings.Builder
	for i, it := range d.items {
		from, to, arrow := fmt.Sprintf("s%d", it.row+1), fmt.Sprintf("o%d", i+1), ""
		if d.lanes[d.rows[it.row].thread] > d.after {
			from, to, arrow = to, from, ", dir=back"
		}
		style := `color="` + inkBlue + `", fontcolor="` + inkBlue + `"`
		switch it.mood {
		case moodStale, moodBlocks:
			style = `style=dashed, penwidth=2, arrowhead=vee, arrowtail=vee, arrowsize=0.8, color="` + inkRed + `", fontcolor="` + inkRed + `"`
		case moodDead:
			style = `color="` + inkRed + `", fontcolor="` + inkRed + `"`
		}
		fmt.Fprintf(&b, "  %s -> %s [label=%q, %s%s];\n", from, to, " "+it.label+" ", style, arrow)
	}
	return b.String()
}
