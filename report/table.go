// SPDX-License-Identifier: MIT

// This file lays out the race table, in the form that maintainers ask for in a
// changelog: a column for each CPU, time downwards, one event a line, plain
// spaces, at most 75 columns.

package report

import (
	"strings"

	"mmcheck/model"
)

const (
	tableWidth = 75
	columnGap  = 2
	minColumn  = 30 // of two columns, so that tables look alike
)

// table returns the lines of the race table.
func (s *story) table() []string {
	threads := s.involved()
	evs := s.events()
	widths := columnWidths(threads, evs)
	t := layout{threads: threads, widths: widths}
	for i, th := range threads {
		name := cpuName(i) + ": " + th.Name
		t.put(i, 0, name)
		t.below(i, strings.Repeat("-", len(cut(name, widths[i]))))
	}
	t.flush()
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

func cpuName(i int) string { return "CPU" + string(rune('0'+i%10)) }

// layout places text in columns.
type layout struct {
	threads []*model.Thread
	widths  []int
	lines   []string
	pending [][]string // lines of each column that stand beside each other
}

// put starts a line of column i.
func (t *layout) put(i, indent int, text string) {
	if t.pending == nil {
		t.pending = make([][]string, len(t.widths))
	}
	t.pending[i] = append(t.pending[i], strings.Repeat(" ", indent)+cut(text, t.widths[i]-indent))
}

// below adds another line to column i.
func (t *layout) below(i int, text string) { t.put(i, 0, text) }

// flush ends the lines that stand beside each other.
func (t *layout) flush() {
	for row := 0; ; row++ {
		line, more := "", false
		for i, col := range t.pending {
			if row < len(col) {
				more = true
				line += strings.Repeat(" ", max(0, t.offset(i)-len(line))) + col[row]
			}
		}
		if !more {
			break
		}
		t.lines = append(t.lines, strings.TrimRight(line, " "))
	}
	t.pending = nil
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
	text := cut(e.text, w-indent)
	switch beside := text + "  // " + says; {
	case says == "":
		t.put(i, indent, text)
	case indent+len(beside) <= w:
		t.put(i, indent, beside)
	default:
		t.put(i, indent, text)
		for _, l := range wrap(says, w-indent-3) {
			t.put(i, indent, "// "+l)
		}
	}
	if e.bad {
		t.flush()
		t.put(i, indent, strings.Repeat("^", len(text)))
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
func columnWidths(threads []*model.Thread, evs []*event) []int {
	n := len(threads)
	need, want := make([]int, n), make([]int, n)
	t := layout{threads: threads}
	for i, th := range threads {
		need[i] = len(cpuName(i)+": ") + len(th.Name)
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
	return share(tableWidth-columnGap*(n-1), need, want)
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
// is too long is cut.
func wrap(text string, n int) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		word = cut(word, n)
		last := len(lines) - 1
		if last >= 0 && len(lines[last])+1+len(word) <= n {
			lines[last] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}
