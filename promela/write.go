// SPDX-License-Identifier: MIT

// This file writes a program: declarations, then one process for each thread
// and one for deadlocks.

package promela

import (
	"bytes"
	"fmt"
	"strings"

	"mmcheck/model"
)

// writer writes one program.
type writer struct {
	*decls
	stops      *stops
	o          Options
	buf        bytes.Buffer
	line       int
	depth      int
	lines      map[int]Firing
	tables     map[string]string // by name and content
	tableDecls []string
	labels     int
}

func newWriter(p *model.Program, g *Graph, st *stops, o Options) *writer {
	return &writer{decls: newDecls(p, g), stops: st, o: o, line: 1, lines: map[int]Firing{}, tables: map[string]string{}}
}

// put writes one line.
func (w *writer) put(format string, args ...any) {
	w.buf.WriteString(strings.Repeat("\t", w.depth))
	fmt.Fprintf(&w.buf, format, args...)
	w.buf.WriteByte('\n')
	w.line++
}

// program writes everything. Processes are written twice: their first writing
// finds the tables, which must be declared before.
func (w *writer) program() {
	w.processes()
	w.buf.Reset()
	w.line, w.labels, w.lines = 1, 0, map[int]Firing{}
	w.header()
	w.put("%s stop = 0;", ctype(0, int64(len(w.stops.list))))
	for _, x := range w.all {
		w.put("%s", x.declare(w.p.Initial))
	}
	for _, t := range w.tableDecls {
		w.put("%s", t)
	}
	if w.monitored() {
		w.monitorVars()
	}
	w.processes()
}

func (w *writer) processes() {
	for _, t := range w.p.Threads {
		w.thread(t)
	}
	if w.monitored() {
		w.monitor()
	}
}

func (w *writer) header() {
	w.put("/* %s as Promela, written by mmcheck.", comment(w.p.Name))
	w.put(" *")
	if w.g.Whole {
		w.put(" * %d states, and %d in which a path was stopped.", w.g.States, w.g.Stopped)
	} else {
		w.put(" * More than %d states; the widths are those of the C types.", w.g.States)
	}
	w.put(" *   spin -a -o1 -o2 -o3 FILE")
	w.put(" *   gcc -O2 -DSAFETY -DNOREDUCE -DNOFAIR -DVECTORSZ=%d -o pan pan.c", w.vector())
	w.put(" *   ./pan -c0 -m1000000")
	w.put(" *")
	w.put(" * \"assertion violated (N<0)\" means:")
	for _, s := range w.stops.list {
		end := ""
		if !s.Fatal {
			end = " (the path goes on)"
		}
		w.put(" * %4d  %s%s", s.Num, comment(s.String()), end)
	}
	w.put(" */")
}

// comment makes s safe inside a comment.
func comment(s string) string {
	s = strings.ReplaceAll(s, "*/", "* /")
	return strings.ReplaceAll(strings.ReplaceAll(s, "/*", "/ *"), "\n", " ")
}

// vector is an upper bound of the bytes in SPIN's state.
func (w *writer) vector() int {
	n := 256 + 8*(len(w.p.Threads)+4)*2
	for _, x := range w.all {
		n += 8
		if x.array {
			n += 4 * x.v.Len
		}
	}
	return max(1024, n)
}

// thread writes the process of t.
func (w *writer) thread(t *model.Thread) {
	w.put("")
	w.put("active proctype %s()", w.procName(t))
	w.put("{")
	w.put("end:\tdo")
	start := w.line
	for _, b := range t.Points {
		for i := range b.Step.Alts {
			w.option(t, b, i)
		}
	}
	if w.line == start { // a loop must have an option
		w.put("\t:: false")
	}
	w.put("\tod")
	w.put("}")
}

func (w *writer) procName(t *model.Thread) string {
	return fmt.Sprintf("thread_%d_%s", t.Num, identifier(t.Name))
}

func (w *writer) pc(t *model.Thread) string { return w.expr(model.Ld(t.PC)) }
