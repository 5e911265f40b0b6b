// SPDX-License-Identifier: MIT

// This file lays out the race table, in the form that maintainers ask for in a
// changelog: a column for each CPU, time downwards, one event a line, plain
// spaces, at most 75 columns.

package report

import (
	"regexp"
	"strconv"
	"strings"

	"mmcheck/model"
)

const (
	tableWidth = 75
	columnGap  = 2
	minColumn  = 30 // of two columns, so that tables look alike
)

// TableStyle says how a race table looks that stands alone.
type TableStyle struct {
	Width   int  // columns at most; 0 for 75
	Tabs    bool // between columns instead of spaces
	Threads bool // "Thread A" instead of "CPU0"
	whole   bool // no text is cut
}

// table returns the lines of the race table.
func (s *story) table() []string { return s.styled(TableStyle{}) }

func (s *story) styled(style TableStyle) []string {
	threads := s.involved()
	evs := s.events()
	t := newLayout(threads, evs, style)
	t.head()
	for _, e := range evs {
		t.event(e, s.wrongAt(e))
	}
	if len(s.find.Waits) > 0 {
		t.lines = append(t.lines, "", strings.Repeat(" ", len(deadlockMark)/2)+deadlockMark)
	}
	return t.lines
}

// deadlockMark is what readers of lockdep reports look for.
const deadlockMark = "*** DEADLOCK ***"

func cpuName(i int) string { return "CPU" + strconv.Itoa(i) }

// maxColumns is how many columns have room beside each other; more threads make a
// list, with the CPU in front of each line.
const maxColumns = 4

// layout places text in columns, or in a list.
type layout struct {
	TableStyle
	threads []*model.Thread
	widths  []int
	list    bool
	alike   map[string]string // by what is left of it when cut: the first such text, "" if there are several
	lines   []string
	pending [][]string // lines of each column that stand beside each other
}

func newLayout(threads []*model.Thread, evs []*event, style TableStyle) *layout {
	t := &layout{TableStyle: style, threads: threads, list: len(threads) > maxColumns, alike: map[string]string{}}
	if t.Width == 0 {
		t.Width = tableWidth
	}
	if !t.list {
		t.widths = t.columnWidths(evs)
		t.list = t.whole && t.splits(evs)
	}
	if t.list {
		t.widths = nil
		for range threads {
			t.widths = append(t.widths, t.Width-len(t.name(len(threads)-1))-columnGap)
		}
	}
	for _, e := range evs {
		short := cut(e.text, t.widths[t.column(e.thread)]-t.indent(e))
		if other, ok := t.alike[short]; ok && other != e.text {
			t.alike[short] = ""
		} else {
			t.alike[short] = e.text
		}
	}
	return t
}

// name is what a thread is called.
func (t *layout) name(i int) string {
	switch {
	case t.Threads && i < 26:
		return "Thread " + string(rune('A'+i))
	case t.Threads:
		return "Thread " + strconv.Itoa(i)
	}
	return cpuName(i)
}

// splits reports whether a column is too narrow for some name in it.
func (t *layout) splits(evs []*event) bool {
	for i, th := range t.threads {
		if len(t.name(i)+":") > t.widths[i] || len(th.Name) > t.widths[i]-2 {
			return true
		}
	}
	for _, e := range evs {
		room := t.widths[t.column(e.thread)] - t.indent(e) - 2
		for _, name := range words.FindAllString(e.text, -1) {
			if len(name) > room {
				return true
			}
		}
	}
	return false
}

// head writes the names of the threads.
func (t *layout) head() {
	for i, th := range t.threads {
		name := t.name(i) + ": " + th.Name
		if t.list {
			t.lines = append(t.lines, cut(name, t.Width))
			continue
		}
		under := 0
		for _, l := range t.fit(name, t.widths[i]) {
			t.put(i, 0, l)
			under = max(under, len(l))
		}
		t.put(i, 0, strings.Repeat("-", under))
	}
	if t.list {
		t.lines = append(t.lines, "")
	}
	t.flush()
}

// put starts a line of column i.
func (t *layout) put(i, indent int, text string) {
	line := strings.Repeat(" ", indent) + cut(text, t.widths[i]-indent)
	if t.list {
		head := t.name(i)
		gap := t.Width - t.widths[i] - len(head)
		if t.Tabs {
			t.lines = append(t.lines, strings.TrimRight(head+"\t"+line, " \t"))
			return
		}
		t.lines = append(t.lines, strings.TrimRight(head+strings.Repeat(" ", gap)+line, " "))
		return
	}
	if t.pending == nil {
		t.pending = make([][]string, len(t.widths))
	}
	t.pending[i] = append(t.pending[i], line)
}

// fit cuts a text to n columns, or breaks it into several lines where it would
// look like another one then.
func (t *layout) fit(text string, n int) []string {
	text = ascii(text)
	if short := cut(text, n); t.alike[short] == text && (short == text || !t.whole) {
		return []string{short}
	}
	return broken(text, n)
}

// broken breaks C code into lines of at most n columns, the later ones indented.
func broken(text string, n int) []string {
	const indent = "  "
	lines := []string{""}
	for _, piece := range pieces.FindAllString(text, -1) {
		last := len(lines) - 1
		if lines[last] != "" && len(strings.TrimRight(lines[last]+piece, " ")) > n {
			lines[last] = strings.TrimRight(lines[last], " ")
			lines = append(lines, indent)
			last++
		}
		for len(lines[last])+len(piece) > n && n > len(indent)+1 {
			fits := n - len(lines[last])
			lines[last] += piece[:fits]
			piece = piece[fits:]
			lines = append(lines, indent)
			last++
		}
		lines[last] += piece
	}
	return lines
}

// pieces are the parts of C code between which a line may be broken.
var pieces = regexp.MustCompile(`[^ .(,>]*(?:->|[ .(,>]+|$)`)

// flush ends the lines that stand beside each other.
func (t *layout) flush() {
	for row := 0; ; row++ {
		line, width, more := "", 0, false
		for i, col := range t.pending {
			if row < len(col) {
				more = true
				line += t.space(width, t.offset(i)) + col[row]
				width = t.offset(i) + len(col[row])
			}
		}
		if !more {
			break
		}
		t.lines = append(t.lines, strings.TrimRight(line, " \t"))
	}
	t.pending = nil
}

// tab is how far tabs lead.
const tab = 8

// space leads from one column to another.
func (t *layout) space(from, to int) string {
	if !t.Tabs {
		return strings.Repeat(" ", max(0, to-from))
	}
	return strings.Repeat("\t", max(0, (to+tab-1)/tab-from/tab))
}

func (t *layout) offset(i int) int {
	n := 0
	for _, w := range t.widths[:i] {
		n += w + columnGap
	}
	return n
}

func (t *layout) column(th *model.Thread) int {
	for i, x := range t.threads {
		if x == th {
			return i
		}
	}
	return 0
}

// event writes one event with its comments and carets.
func (t *layout) event(e *event, wrong string) {
	i := t.column(e.thread)
	w, indent := t.widths[i], t.indent(e)
	says := strings.Join(e.says, ", ")
	text := t.fit(e.text, w-indent)
	if e.whole {
		text = broken(ascii(e.text), w-indent)
	}
	width := 0
	for n, l := range text {
		width = max(width, len(l))
		if beside := l + "  // " + says; n == len(text)-1 && says != "" && indent+len(beside) <= w {
			l, says = beside, ""
		}
		t.put(i, indent, l)
	}
	for _, l := range wrap(says, w-indent-3) {
		t.put(i, indent, "// "+l)
	}
	if e.bad {
		t.flush()
		t.put(i, indent, strings.Repeat("^", width))
		for _, l := range wrap(wrong, w-indent) {
			t.put(i, indent, l)
		}
	}
	t.flush()
}

// indent is that of the call nesting; deep nesting stops at a third of the
// column.
func (t *layout) indent(e *event) int {
	return min(2*e.depth, t.widths[t.column(e.thread)]/3)
}

// columnWidths shares the width of the table: columns that need little leave
// the rest to the others.
func (t *layout) columnWidths(evs []*event) []int {
	n := len(t.threads)
	need, want := make([]int, n), make([]int, n)
	for i, th := range t.threads {
		need[i] = len(t.name(i)+": ") + len(th.Name)
		want[i] = need[i]
	}
	for _, e := range evs {
		i := t.column(e.thread)
		text := 2*e.depth + len(e.text)
		need[i] = max(need[i], text)
		if says := strings.Join(e.says, ", "); says != "" {
			text += len("  // ") + len(says)
		}
		want[i] = max(want[i], text)
	}
	if n == 2 {
		need[0], want[0] = max(need[0], minColumn), max(want[0], minColumn)
	}
	widths := share(t.Width-columnGap*(n-1), need, want)
	if t.Tabs {
		toTabs(widths)
	}
	return widths
}

// toTabs lets each column but the first begin where a tab leads; the last one gets
// what the others lose.
func toTabs(widths []int) {
	for i := range widths[:max(0, len(widths)-1)] {
		lost := (widths[i] + columnGap) % tab
		if widths[i] <= tab {
			lost -= tab
		}
		widths[i] -= lost
		widths[len(widths)-1] += lost
	}
}

// share gives every column what it wants where the total allows, else what it
// needs and part of the rest, else an equal part, where what a narrow column
// does not need goes to the others.
func share(total int, need, want []int) []int {
	n := len(need)
	out := make([]int, n)
	if n == 0 {
		return out
	}
	if rest := total - sum(want); rest >= 0 {
		copy(out, want)
		out[n-1] += rest
		return out
	}
	if sum(need) <= total {
		copy(out, need)
		for rest, i := total-sum(need), 0; rest > 0; i = (i + 1) % n {
			if out[i] < want[i] {
				out[i]++
				rest--
			}
		}
		return out
	}
	for left, cols := total, n; cols > 0; {
		i := narrowest(need, out)
		out[i] = min(need[i], left/cols)
		left -= out[i]
		cols--
	}
	return out
}

// narrowest is the column without a width that needs least.
func narrowest(need, out []int) int {
	best := -1
	for i := range need {
		if out[i] == 0 && (best < 0 || need[i] < need[best]) {
			best = i
		}
	}
	return best
}

func sum(xs []int) int {
	n := 0
	for _, x := range xs {
		n += x
	}
	return n
}

// cut shortens text to n columns; ".." marks what is missing.
func cut(text string, n int) string {
	text = ascii(text)
	switch {
	case len(text) <= n:
		return text
	case n <= 2:
		return ".."[:max(n, 0)]
	}
	return text[:n-2] + ".."
}

// ascii replaces what does not belong into a mail by a question mark.
func ascii(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' {
			return ' '
		}
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
}

// wrap breaks text between words into lines of at most n columns; a word that
// is too long is broken where its parts meet.
func wrap(text string, n int) []string {
	var lines []string
	for _, word := range strings.Fields(strings.ReplaceAll(ascii(text), " == ", " ==\x00")) {
		word = strings.ReplaceAll(word, "\x00", " ")
		last := len(lines) - 1
		if last >= 0 && len(lines[last])+1+len(word) <= n {
			lines[last] += " " + word
			continue
		}
		for _, l := range broken(word, n) {
			lines = append(lines, strings.TrimLeft(l, " "))
		}
	}
	return lines
}
