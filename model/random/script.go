// SPDX-License-Identifier: MIT

// This file defines Script, a random program before it is lowered, and its
// text form.

package random

import (
	"fmt"
	"strings"
)

// Script is a small program: what runs first, the threads, what runs last.
type Script struct {
	Init    []Stmt
	Threads []Thread
	Final   []Stmt // empty: there is no FINAL thread

	// Callbacks are what __mmcheck_call_rcu has called, with the object around
	// the rcu_head in a; the first one is number 1.
	Callbacks [][]Stmt
}

// Thread is one thread, or several identical ones, or the handler of an interrupt.
type Thread struct {
	Copies int // 0: a handler
	Body   []Stmt
}

// Stmt is a statement: an operation, its operands, and what it encloses.
type Stmt struct {
	Dst    string // where the result of a native operation goes, "" if nowhere
	Op     string
	Args   []string
	Bodies [][]Stmt
}

// String is the text form of a script, which Parse reads.
func (s *Script) String() string {
	w := &printer{}
	if len(s.Init) > 0 {
		w.block("init", s.Init)
	}
	for _, t := range s.Threads {
		if t.Copies == 0 {
			w.block("irq", t.Body)
		} else {
			w.block(fmt.Sprintf("thread %d", t.Copies), t.Body)
		}
	}
	for _, c := range s.Callbacks {
		w.block("callback", c)
	}
	if len(s.Final) > 0 {
		w.block("final", s.Final)
	}
	return w.String()
}

// Head is the statement without what it encloses.
func (s *Stmt) Head() string {
	words := append([]string{s.Op}, s.Args...)
	if s.Dst != "" {
		words = append([]string{s.Dst, "="}, words...)
	}
	return strings.Join(words, " ")
}

type printer struct {
	strings.Builder
	depth int
}

func (w *printer) line(text string) {
	fmt.Fprintf(w, "%s%s\n", strings.Repeat("\t", w.depth), text)
}

func (w *printer) block(head string, bodies ...[]Stmt) {
	for i, body := range bodies {
		if i == 0 {
			w.line(head + " {")
		} else {
			w.line("} else {")
		}
		w.depth++
		for j := range body {
			w.stmt(&body[j])
		}
		w.depth--
	}
	w.line("}")
}

func (w *printer) stmt(s *Stmt) {
	if len(s.Bodies) == 0 {
		w.line(s.Head())
		return
	}
	w.block(s.Head(), s.Bodies...)
}

// Size counts the statements.
func (s *Script) Size() int {
	n := 0
	s.each(func(*Stmt) { n++ })
	return n
}

// each calls f on every statement.
func (s *Script) each(f func(*Stmt)) {
	eachStmt(s.Init, f)
	for _, t := range s.Threads {
		eachStmt(t.Body, f)
	}
	for _, c := range s.Callbacks {
		eachStmt(c, f)
	}
	eachStmt(s.Final, f)
}

func eachStmt(body []Stmt, f func(*Stmt)) {
	for i := range body {
		f(&body[i])
		for _, b := range body[i].Bodies {
			eachStmt(b, f)
		}
	}
}

// clone copies a script, so that the copy can be changed.
func (s *Script) clone() *Script {
	c := &Script{Init: cloneBody(s.Init), Final: cloneBody(s.Final)}
	for _, t := range s.Threads {
		c.Threads = append(c.Threads, Thread{t.Copies, cloneBody(t.Body)})
	}
	for _, b := range s.Callbacks {
		c.Callbacks = append(c.Callbacks, cloneBody(b))
	}
	return c
}

func cloneBody(body []Stmt) []Stmt {
	out := make([]Stmt, 0, len(body))
	for _, s := range body {
		c := Stmt{Dst: s.Dst, Op: s.Op, Args: append([]string(nil), s.Args...)}
		for _, b := range s.Bodies {
			c.Bodies = append(c.Bodies, cloneBody(b))
		}
		out = append(out, c)
	}
	return out
}

// bodies lists every statement list of a script, outer ones first.
func (s *Script) bodies() []*[]Stmt {
	out := []*[]Stmt{&s.Init}
	for i := range s.Threads {
		out = append(out, &s.Threads[i].Body)
	}
	for i := range s.Callbacks {
		out = append(out, &s.Callbacks[i])
	}
	out = append(out, &s.Final)
	for i := 0; i < len(out); i++ {
		for j := range *out[i] {
			st := &(*out[i])[j]
			for k := range st.Bodies {
				out = append(out, &st.Bodies[k])
			}
		}
	}
	return out
}
