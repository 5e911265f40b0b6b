// SPDX-License-Identifier: MIT

// This file writes the results as text of 80 columns. It is pure: results in,
// text out.

package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

const textWidth = 80

// results is everything that a run of this program found.
type results struct {
	Machine    machine
	Family     []*measured
	Buggy      []*measured
	Benchmarks []benchmark
	Missing    []string // programs that are not installed
}

// rows returns the members that a section is about.
func (r *results) rows(s *section) []*measured {
	all := r.Family
	if s.buggy {
		all = r.Buggy
	}
	return slices.DeleteFunc(slices.Clone(all), func(m *measured) bool { return m.States < s.from })
}

// writeText writes all tables.
func writeText(w io.Writer, r *results) {
	for i := range sections {
		s := &sections[i]
		rows := r.rows(s)
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintf(w, "%d. %s\n\n%s\n\n", i+1, s.title, fold(s.text, textWidth))
		writeGrid(w, grid(s, rows))
		writeCommands(w, s, rows)
		writeFailures(w, s, rows)
		fmt.Fprintln(w)
	}
	writeBenchmarks(w, r.Benchmarks)
	for _, program := range r.Missing {
		fmt.Fprintf(w, "%s is not installed: no figures of SPIN (Debian packages spin, gcc)\n", program)
	}
}

// grid fills in the cells of a section, heads first.
func grid(s *section, rows []*measured) [][]string {
	head := []string{"size"}
	for _, c := range s.columns {
		head = append(head, c.head)
	}
	cells := [][]string{head}
	for _, m := range rows {
		line := []string{m.Name}
		for _, c := range s.columns {
			line = append(line, cell(c, m))
		}
		cells = append(cells, line)
	}
	return cells
}

func cell(c column, m *measured) string {
	x := c.value(m)
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "-"
	}
	return c.format(x)
}

// writeGrid aligns cells: the first column left, figures right.
func writeGrid(w io.Writer, cells [][]string) {
	widths := make([]int, len(cells[0]))
	for _, line := range cells {
		for i, c := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	for _, line := range cells {
		var b strings.Builder
		fmt.Fprintf(&b, "  %-*s", widths[0], line[0])
		for i, c := range line[1:] {
			fmt.Fprintf(&b, "  %*s", widths[i+1], c)
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

// writeCommands writes what was run, once for all sizes.
func writeCommands(w io.Writer, s *section, rows []*measured) {
	fmt.Fprintln(w)
	for _, role := range s.roles {
		var seen []string
		for _, m := range rows {
			if r := m.Runs[role]; r != nil {
				if c := m.generic(r.Command); !slices.Contains(seen, c) {
					seen = append(seen, c)
					fmt.Fprintf(w, "  %s:\n    %s\n", role, continued(c, textWidth-4))
				}
			}
		}
	}
}

// generic replaces what differs from size to size.
func (s *size) generic(command string) string {
	command = strings.ReplaceAll(command, "-D "+strings.Join(s.Defines, " -D "), "$SIZE")
	command = strings.ReplaceAll(command, "-D"+strings.Join(s.Defines, " -D"), "$SIZE")
	return strings.ReplaceAll(command, fmt.Sprintf("-w%d", s.Table), "-w$W")
}

// writeFailures says why figures are missing.
func writeFailures(w io.Writer, s *section, rows []*measured) {
	for _, m := range rows {
		for _, role := range s.roles {
			if r := m.Runs[role]; r != nil && r.Failure != "" {
				fmt.Fprintf(w, "  %s: %s\n", m.Name, fold(role+": "+r.Failure, textWidth-8))
			}
		}
	}
}

// writeBenchmarks writes the figures of single functions.
func writeBenchmarks(w io.Writer, all []benchmark) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(w, "%d. Functions of the search\n\n", len(sections)+1)
	cells := [][]string{{"benchmark", "ns/op", "states/s", "B/op", "allocs/op"}}
	for _, b := range all {
		rate := "-"
		if b.StatesPerSecond > 0 {
			rate = count(b.StatesPerSecond)
		}
		cells = append(cells, []string{b.Package + " " + b.Name, tenth(b.Nanoseconds), rate, count(b.Bytes), count(b.Allocations)})
	}
	writeGrid(w, cells)
	fmt.Fprintf(w, "\n  %s\n\n", strings.Join(benchCommand("$TIME"), " "))
}

// fold breaks text at blanks so that no line is wider than width.
func fold(text string, width int) string { return breakLines(text, width, "\n") }

// continued breaks a command so that it can still be pasted.
func continued(command string, width int) string { return breakLines(command, width-2, " \\\n      ") }

func breakLines(text string, width int, with string) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+n > width:
			b.WriteString(with)
			column = len(with) - strings.LastIndex(with, "\n") - 1
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}
