// SPDX-License-Identifier: MIT

// This file turns the header of a spec into questions with the answers that they
// must get. What a header looks like is in specs/header.go.

package main

import (
	"fmt"
	"regexp"

	"mmcheck/cfront"
	"mmcheck/checker"
	"mmcheck/checker/property"
	"mmcheck/model"
	"mmcheck/specs"
)

// header is what the first comment of a spec declares.
type header struct {
	question string // "" if it asks none
	kernel   string // "" if it names none
	assume   []string
	results  []expected
}

// expected is one variant and the answer to it.
type expected struct {
	pos      model.Pos
	question question
	verdict  checker.Verdict
	property string // if violated
	states   int64  // -1 if the line names no number
}

// The diagnostics of a header.
const (
	idResult = "result-line"
	idKernel = "kernel-line"
	idAssume = "assume-line"
)

var defineWord = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(=.*)?$`)

// parseHeader reads the header of a spec.
func parseHeader(name string, src []byte) (*header, cfront.Diagnostics) {
	read := specs.ReadHeader(src)
	h := &header{question: read.Question, kernel: read.Kernel, assume: read.Assume}
	var diags cfront.Diagnostics
	complain := func(at specs.Place, id, text string) {
		d := cfront.Diagnostic{Pos: posIn(name, at), Text: text, ID: id, Len: at.Len}
		if n := len(diags); n == 0 || diags[n-1].Pos != d.Pos { // once for all variants of a Matrix
			diags = append(diags, d)
		}
	}
	for _, p := range read.Problems {
		id := idResult
		switch p.Key {
		case "Kernel":
			id = idKernel
		case "Assume":
			id = idAssume
		}
		complain(p.At, id, p.Text)
	}
	flags := map[string]question{}
	for _, r := range read.Results {
		e := expected{pos: posIn(name, r.At), verdict: checker.Verdict(r.Verdict), property: r.Breaks, states: r.States}
		var err error
		if e.question, err = questionOf(&r, flags); err == nil {
			err = e.knowsProperty()
		}
		if err != nil {
			complain(r.At, idResult, err.Error())
			continue
		}
		h.results = append(h.results, e)
	}
	return h, diags
}

func posIn(name string, at specs.Place) model.Pos {
	return model.Pos{File: name, Line: at.Line, Col: at.Col}
}

// knowsProperty finds a verdict that nothing can give.
func (e *expected) knowsProperty() error {
	if e.property == "" || property.ByID(e.property) != nil {
		return nil
	}
	return fmt.Errorf("unknown property '%s'%s", e.property, cfront.DidYouMean(e.property, propertyNames()))
}

// questionOf is what a variant asks. Many have the same flags, which are parsed once.
func questionOf(r *specs.Result, parsed map[string]question) (question, error) {
	words := r.Flags()
	key := fmt.Sprint(words)
	q, ok := parsed[key]
	if !ok {
		fs := newFlagSet("Result")
		q.register(fs)
		if err := fs.Parse(words); err != nil {
			return q, err
		}
		if err := q.validate(); err != nil {
			return q, err
		}
		parsed[key] = q
	}
	for _, w := range r.Macros() {
		if !defineWord.MatchString(w) {
			return q, fmt.Errorf("'%s' is not of the form NAME or NAME=value", w)
		}
		q.defines = append(q.defines, w)
	}
	return q, nil
}
