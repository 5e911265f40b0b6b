// SPDX-License-Identifier: MIT

// This file prints places the way compilers do: position, severity, text, the
// source line and a caret.

package report

import (
	"bytes"
	"fmt"
	"strings"

	"mmcheck/model"
)

// shownAt is where a step is shown to the reader: a native operation in inline
// functions is shown where the outermost of these was called.
func shownAt(at *model.Site) *model.Site {
	if at.Op == "" {
		return at
	}
	return outside(at)
}

// outside is where the outermost of the inline functions around a place was
// called.
func outside(at *model.Site) *model.Site {
	n := len(at.Stack)
	for n > 0 && at.Stack[n-1].Inline {
		n--
	}
	if n == len(at.Stack) {
		return at
	}
	fr := at.Stack[n]
	return &model.Site{Pos: fr.Call, Text: fr.Text, Stack: at.Stack[:n]}
}

// diagnostic prints one message about a place.
func diagnostic(at *model.Site, severity, text string, src Source) string {
	var b strings.Builder
	pos := at.Pos
	if pos.File != "" {
		fmt.Fprintf(&b, "%s:%d:%d: ", model.Printable(pos.File), pos.Line, pos.Col)
	}
	fmt.Fprintf(&b, "%s: %s\n", severity, model.Printable(text))
	if src == nil {
		return b.String()
	}
	line, ok := sourceLine(src(pos.File), pos.Line)
	if !ok {
		return b.String()
	}
	fmt.Fprintf(&b, "%5d | %s\n", pos.Line, model.PrintableLine(line))
	if pos.Col > 0 && pos.Col <= len(line) {
		fmt.Fprintf(&b, "      | %s\n", caret(line, pos.Col, endColumn(at, line)))
	}
	return b.String()
}

// endColumn is the column behind what a site covers on its line.
func endColumn(at *model.Site, line string) int {
	rest := line[at.Pos.Col-1:]
	switch {
	case at.End > at.Pos.Col:
		return min(at.End, len(line)+1)
	case at.Text != "" && strings.HasPrefix(rest, at.Text):
		return at.Pos.Col + len(at.Text)
	}
	return at.Pos.Col + 1
}

// caret marks the columns from col to end; tabs are kept so that it lines up
// in any terminal.
func caret(line string, col, end int) string {
	var b strings.Builder
	for _, r := range line[:col-1] {
		if r != '\t' {
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String() + "^" + strings.Repeat("~", max(0, end-col-1))
}

// sourceLine returns line n of a file, counted from 1, without its line end.
func sourceLine(src []byte, n int) (string, bool) {
	for ; n > 1; n-- {
		i := bytes.IndexByte(src, '\n')
		if i < 0 {
			return "", false
		}
		src = src[i+1:]
	}
	if n < 1 || len(src) == 0 {
		return "", false
	}
	line, _, _ := bytes.Cut(src, []byte{'\n'})
	return strings.TrimRight(string(line), "\r"), true
}

// place is where the violation is shown; for a state that no step broke, where
// the first thread concerned stands, or where the last pointer was lost.
func (s *story) place() *model.Site {
	switch {
	case len(s.find.Waits) > 0:
		return outside(s.waiters()[0].Point.Step.Site)
	case s.bad == nil && s.loss() != nil:
		return shownAt(s.loss().site)
	case s.at != nil:
		return shownAt(s.at)
	}
	return nil
}
