// SPDX-License-Identifier: MIT

// This file reads the text form of a script.

package random

import (
	"fmt"
	"strconv"
	"strings"
)

// Parse reads what Script.String writes. Lines that start with '#' are remarks.
func Parse(text string) (*Script, error) {
	r := &reader{}
	for i, l := range strings.Split(text, "\n") {
		if words := strings.Fields(l); len(words) > 0 && words[0][0] != '#' {
			r.lines = append(r.lines, line{i + 1, words})
		}
	}
	s := &Script{}
	for len(r.lines) > 0 {
		if err := r.section(s); err != nil {
			return nil, err
		}
	}
	return s, s.validate()
}

type line struct {
	num   int
	words []string
}

type reader struct{ lines []line }

func (l line) wrong(text string) error {
	return fmt.Errorf("line %d: %q: %s", l.num, strings.Join(l.words, " "), text)
}

// opens reports whether a line starts a body.
func (l line) opens() bool { return l.words[len(l.words)-1] == "{" }

func (r *reader) section(s *Script) error {
	l := r.lines[0]
	if !l.opens() {
		return l.wrong("want init, thread, irq, callback or final")
	}
	r.lines = r.lines[1:]
	bodies, err := r.bodies(l)
	if err != nil {
		return err
	}
	switch {
	case len(bodies) != 1:
		return l.wrong("one body is wanted")
	case l.words[0] == "init" && len(l.words) == 2:
		s.Init = bodies[0]
	case l.words[0] == "final" && len(l.words) == 2:
		s.Final = bodies[0]
	case l.words[0] == "callback" && len(l.words) == 2:
		s.Callbacks = append(s.Callbacks, bodies[0])
	case l.words[0] == "irq" && len(l.words) == 2:
		s.Threads = append(s.Threads, Thread{0, bodies[0]})
	case l.words[0] == "thread" && len(l.words) == 3:
		n, err := strconv.Atoi(l.words[1])
		if err != nil || n < 1 || n > maxCopies {
			return l.wrong("bad number of threads")
		}
		s.Threads = append(s.Threads, Thread{n, bodies[0]})
	default:
		return l.wrong("want init, thread, irq, callback or final")
	}
	return nil
}

// maxCopies bounds the number of identical threads.
const maxCopies = 8

// bodies reads what follows a line that opens a body, up to its end.
func (r *reader) bodies(open line) ([][]Stmt, error) {
	out := [][]Stmt{nil}
	for len(r.lines) > 0 {
		l := r.lines[0]
		r.lines = r.lines[1:]
		if l.words[0] == "}" {
			switch strings.Join(l.words[1:], " ") {
			case "":
				return out, nil
			case "else {":
				out = append(out, nil)
				continue
			}
			return nil, l.wrong("want } or } else {")
		}
		st, err := r.stmt(l)
		if err != nil {
			return nil, err
		}
		out[len(out)-1] = append(out[len(out)-1], st)
	}
	return nil, open.wrong("is not closed")
}

func (r *reader) stmt(l line) (Stmt, error) {
	words, st := l.words, Stmt{}
	if l.opens() {
		words = words[:len(words)-1]
		var err error
		if st.Bodies, err = r.bodies(l); err != nil {
			return st, err
		}
	}
	if len(words) > 2 && words[1] == "=" {
		st.Dst, words = words[0], words[2:]
	}
	if len(words) == 0 {
		return st, l.wrong("no statement")
	}
	st.Op = words[0]
	if len(words) > 1 {
		st.Args = words[1:]
	}
	return st, nil
}
