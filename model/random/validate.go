// SPDX-License-Identifier: MIT

// This file checks a script before it is lowered.

package random

import (
	"errors"
	"fmt"
	"strings"
)

// maxThreads bounds the threads of a script.
const maxThreads = 8

// validate says what is wrong with a script.
func (s *Script) validate() error {
	n := 0
	for _, t := range s.Threads {
		n += max(1, t.Copies)
	}
	if n < 1 || n > maxThreads {
		return fmt.Errorf("%d threads", n)
	}
	errs := checkBody(s.Init, false)
	for _, t := range s.Threads {
		errs = append(errs, checkBody(t.Body, false)...)
	}
	for _, c := range s.Callbacks {
		errs = append(errs, checkBody(c, false)...)
	}
	errs = append(errs, checkBody(s.Final, false)...)
	return errors.Join(append(errs, s.checkCallbacks()...)...)
}

// checkCallbacks says what is wrong between callbacks and the rest.
func (s *Script) checkCallbacks() (errs []error) {
	s.each(func(st *Stmt) {
		if st.Op == callRcu && len(st.Args) == 2 {
			if n := int(num(st.Args[1])); n < 1 || n > len(s.Callbacks) {
				errs = append(errs, fmt.Errorf("%q: no such callback", st.Head()))
			}
		}
	})
	for _, c := range s.Callbacks {
		eachStmt(c, func(st *Stmt) {
			if st.Op == "exit" {
				errs = append(errs, errors.New("a callback would end its thread"))
			}
		})
	}
	return errs
}

func checkBody(body []Stmt, atomic bool) (errs []error) {
	for i := range body {
		s := &body[i]
		if text := s.wrong(atomic); text != "" {
			errs = append(errs, fmt.Errorf("%q: %s", s.Head(), text))
			continue
		}
		for _, b := range s.Bodies {
			errs = append(errs, checkBody(b, atomic || s.Op == "atomic" || s.Op == "when")...)
		}
	}
	return errs
}

// wrong says what is wrong with a statement, "" if nothing is.
func (s *Stmt) wrong(atomic bool) string {
	o, ok := ops[s.Op]
	switch {
	case !ok:
		return s.wrongNative()
	case o.steps && atomic:
		return "not possible within an atomic statement"
	case o.args >= 0 && len(s.Args) != o.args:
		return fmt.Sprintf("%d operands are wanted", o.args)
	case len(s.Bodies) < o.bodies || len(s.Bodies) > o.bodies && !o.more:
		return "wrong number of bodies"
	case s.Dst != "":
		return "there is no result"
	case o.args < 0:
		return wrongCond(s.Args)
	case s.Op == "with":
		return s.wrongWith()
	}
	return s.wrongArgs()
}

// sets says whether a statement stores one operand in another.
func (s *Stmt) sets() bool { return s.Op == "set" || s.Op == "once" || s.Op == "racy" }

func (s *Stmt) wrongWith() string {
	if l, ok := lockings[wordOf(s.Args[0]).tag][s.Args[1]]; !ok || !known(l.take) || !isCell(s.Args[0]) {
		return "no such lock"
	}
	return ""
}

// isCell says whether a word names a native cell.
func isCell(name string) bool {
	k := wordOf(name).kind
	return k == object || k == member
}

// wrongArgs checks the operands by what the statement does with them.
func (s *Stmt) wrongArgs() string {
	if s.Op == "owner" {
		return s.wrongOwner()
	}
	for i, a := range s.Args {
		w := wordOf(a)
		switch {
		case w.kind == unknownWord || isCell(a):
			return a + " cannot stand here"
		case (s.Op == "hide" || s.Op == "show") && (w.kind != ptrReg || w.tag == intTag):
			return a + " is no pointer to a struct"
		case w.kind == address && (i == 0 || !s.sets()), w.kind == target && s.Op == "count":
			return a + " cannot stand here"
		case i == 0 && s.Op == "nondet" && w.kind != intReg, i == 0 && s.Op == "init_vma" && (w.kind != ptrReg || w.tag != vmaTag):
			return a + " is no such register"
		case i == 0 && (s.sets() || s.Op == "add" || s.Op == "count") && w.kind == number:
			return "a number is not a place"
		case i == 0 && (s.sets() || s.Op == "add") && (w.kind == narrowVar || w.kind == narrowReg):
			return a + " can only be counted"
		case i > 0 && (s.Op == "nondet" || s.Op == "init_vma") && w.kind != number, i == 0 && s.Op == "repeat" && w.kind != number:
			return a + " is no number"
		case (s.Op == "add" || s.Op == "count") && w.tag != "":
			return a + " is a pointer"
		}
	}
	if s.sets() && !fits(s.Args[0], s.Args[1]) {
		return "the types differ"
	}
	return ""
}

func (s *Stmt) wrongOwner() string {
	p, i := wordOf(s.Args[0]), wordOf(s.Args[1])
	if m := members[p.tag][s.Args[2]]; p.kind != ptrReg || i.kind != ptrReg || i.tag != intTag || m.kind != field || m.tag != "" {
		return "no such member"
	}
	return ""
}

// fits says whether src may be stored in dst.
func fits(dst, src string) bool {
	d, s := wordOf(dst), wordOf(src)
	return d.tag == s.tag || s.kind == number && num(src) <= 0
}

func wrongCond(words []string) string {
	if len(words) == 0 {
		return "no condition"
	}
	for i := 0; i < len(words); i++ {
		if w := wordOf(words[i]); w.kind == unknownWord || w.kind == address || w.kind == target || isCell(words[i]) {
			return words[i] + " cannot stand here"
		}
		if i+2 < len(words) && isComparison(words[i+1]) {
			i++
			continue
		}
		if i++; i < len(words) && words[i] != "and" && words[i] != "or" || i == len(words)-1 {
			return "bad condition"
		}
	}
	return ""
}

// wrongNative checks the operands of a native operation by its signature.
func (s *Stmt) wrongNative() string {
	sig, ok := natives[s.Op]
	if !ok || !known(s.Op) {
		return "no such statement"
	}
	want := strings.Fields(sig)
	if len(want) != len(s.Args)+1 || len(s.Bodies) > 0 {
		return "the operands are to be " + sig
	}
	for i, a := range s.Args {
		w := wordOf(a)
		ok := w.kind != unknownWord && w.tag == want[i+1] && isCell(a)
		switch want[i+1] {
		case "n":
			ok = w.kind == number || w.kind == intReg
		case "number":
			ok = w.kind == number
		case "ptr", vmaTag, folioTag:
			ok = w.kind == ptrReg && (w.tag != intTag || !strings.HasPrefix(s.Op, "k")) && (want[i+1] == "ptr" || w.tag == want[i+1])
		}
		if !ok {
			return a + " cannot stand here"
		}
	}
	return s.wrongResult(want[0])
}

func (s *Stmt) wrongResult(want string) string {
	d := wordOf(s.Dst)
	ok := s.Dst == "" && want != "new"
	switch {
	case s.Dst == "":
	case want == "n":
		ok = d.kind == intReg
	case want == "new":
		ok = d.kind == ptrReg && (d.tag != intTag || s.Op == "ERR_PTR")
	case want == vmaTag || want == folioTag:
		ok = d.kind == ptrReg && d.tag == want
	}
	if !ok {
		return "the result cannot go to " + s.Dst
	}
	return ""
}
