// SPDX-License-Identifier: MIT

// This file defines diagnostics and prints them the way gcc does: position,
// severity, text, then the source line and a caret.

package cfront

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"mmcheck/model"
)

// Severity says how bad a diagnostic is.
type Severity uint8

// The severities; an Error means that there is no model.
const (
	Error Severity = iota
	Warning
	Note
)

// String names the severity as gcc does.
func (s Severity) String() string {
	return [...]string{"error", "warning", "note"}[s]
}

// Diagnostic is one message about a place in a spec.
type Diagnostic struct {
	Pos      model.Pos // File alone if no line is to blame
	Severity Severity
	Text     string
	ID       string       // rule that found it, such as "argument-count"; empty for notes
	Len      int          // bytes to underline from Pos.Col on; 0 is the same as 1
	Notes    []Diagnostic // printed below, such as "declared here"

	name string // of what is missing
}

// Name is the name of what is missing, or of the function concerned; "" if that is not
// what the diagnostic is about.
func (x Diagnostic) Name() string { return x.name }

// Diagnostics is what one run has to say.
type Diagnostics []Diagnostic

// maxPrinted is how many diagnostics are printed; the rest is counted.
const maxPrinted = 20

// HasErrors reports whether one of the diagnostics is an error.
func (d Diagnostics) HasErrors() bool {
	return slices.ContainsFunc(d, func(x Diagnostic) bool { return x.Severity == Error })
}

// Error returns all diagnostics, one a line, without source lines.
func (d Diagnostics) Error() string {
	var b strings.Builder
	for i, x := range d.Sorted() {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(x.head())
	}
	return b.String()
}

// Sorted returns the diagnostics in order of position, without repetitions.
func (d Diagnostics) Sorted() Diagnostics {
	s := slices.Clone(d)
	slices.SortStableFunc(s, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Col, b.Pos.Col), cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Text, b.Text))
	})
	return slices.CompactFunc(s, func(a, b Diagnostic) bool {
		return a.Pos == b.Pos && a.Severity == b.Severity && a.Text == b.Text
	})
}

// Print writes the diagnostics, with the source lines found in files.
func (d Diagnostics) Print(w io.Writer, files map[string][]byte) {
	s := d.Sorted()
	// Errors are never cut off in favour of warnings.
	slices.SortStableFunc(s, func(a, b Diagnostic) int { return cmp.Compare(a.Severity, b.Severity) })
	more := len(s) - maxPrinted
	if more > 0 {
		s = s[:maxPrinted]
	}
	for _, x := range s.Sorted() {
		x.print(w, files)
		for _, n := range x.Notes {
			if n.Pos == x.Pos { // the line is there
				fmt.Fprintln(w, n.head())
				continue
			}
			n.print(w, files)
		}
	}
	if more > 0 {
		fmt.Fprintf(w, "%d more\n", more)
	}
}

// head is the first line of a diagnostic. What concerns a file as a whole is
// said of its first character, so that editors find the file.
func (x Diagnostic) head() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d", model.Printable(x.Pos.File), max(x.Pos.Line, 1))
	if x.Pos.Col > 0 || x.Pos.Line == 0 {
		fmt.Fprintf(&b, ":%d", max(x.Pos.Col, 1))
	}
	fmt.Fprintf(&b, ": %s: %s", x.Severity, model.Printable(x.Text))
	if x.ID != "" {
		fmt.Fprintf(&b, " [%s]", x.ID)
	}
	return b.String()
}

func (x Diagnostic) print(w io.Writer, files map[string][]byte) {
	fmt.Fprintln(w, x.head())
	if line, ok := sourceLine(files[x.Pos.File], x.Pos.Line); ok {
		fmt.Fprintf(w, "%5d | %s\n", x.Pos.Line, printable(line))
		if x.Pos.Col > 0 {
			fmt.Fprintf(w, "      | %s\n", caret(line, x.Pos.Col, x.Len))
		}
	}
}

// sourceLine returns line n, counted from 1, without its line end.
func sourceLine(src []byte, n int) (string, bool) {
	if n < 1 {
		return "", false
	}
	for ; n > 1; n-- {
		i := bytes.IndexByte(src, '\n')
		if i < 0 {
			return "", false
		}
		src = src[i+1:]
	}
	if i := bytes.IndexByte(src, '\n'); i >= 0 {
		src = src[:i]
	}
	return strings.TrimRight(string(src), "\r"), len(src) > 0
}

// maxLine is how many runes of a source line are printed.
const maxLine = 200

// printable cuts a line to maxLine and replaces what a terminal might obey.
func printable(line string) string {
	n := 0
	for i := range line {
		if n++; n > maxLine {
			return model.PrintableLine(line[:i]) + "..."
		}
	}
	return model.PrintableLine(line)
}

// caret returns the line that marks length bytes from column col on; tabs are
// kept so that it lines up in any terminal.
func caret(line string, col, length int) string {
	if col > len(line)+1 {
		col = len(line) + 1
	}
	var b strings.Builder
	runes := 0
	for _, r := range line[:col-1] {
		if r != '\t' {
			r = ' '
		}
		b.WriteRune(r)
		if runes++; runes > maxLine {
			return ""
		}
	}
	length = min(length, len(line)-col+1, maxLine)
	return b.String() + "^" + strings.Repeat("~", max(length-1, 0))
}
