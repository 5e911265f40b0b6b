// SPDX-License-Identifier: MIT

// This file renders what was never executed for programs; doc.go documents the
// fields.

package report

import (
	"mmcheck/checker"
	"mmcheck/model"
)

// jsonCoverage is what the document says of a checker.Coverage.
type jsonCoverage struct {
	Own        executed       `json:"own"`
	Headers    executed       `json:"headers"`
	Final      bool           `json:"final"`
	Ended      bool           `json:"ended"`
	Assertions []assertion    `json:"assertions"`
	Waiting    []string       `json:"waiting"`
	Functions  []jsonFunction `json:"functions,omitempty"`
}

type executed struct {
	Statements int `json:"statements"`
	NeverRan   int `json:"neverRan"`
}

type assertion struct {
	Name     string    `json:"name"`
	Location *location `json:"location"`
}

type jsonFunction struct {
	Name     string     `json:"name"`
	Own      bool       `json:"own"`
	NeverRan []location `json:"neverRan"`
}

func coverageOf(r *checker.Result, all bool) *jsonCoverage {
	c := r.Coverage
	if c == nil {
		return nil
	}
	out := &jsonCoverage{
		Own: executed{c.Own.All, c.Own.Never}, Headers: executed{c.Headers.All, c.Headers.Never},
		Final: !c.Final, Ended: r.Ended, Assertions: []assertion{}, Waiting: threadNames(c.Waiting),
	}
	for _, s := range c.Assertions() {
		out.Assertions = append(out.Assertions, assertion{s.Assert, begins(s.Pos)})
	}
	for _, f := range unrunOf(c) {
		if !all {
			break
		}
		g := jsonFunction{Name: f.name, Own: f.own}
		for _, at := range f.at {
			g.NeverRan = append(g.NeverRan, *begins(at))
		}
		out.Functions = append(out.Functions, g)
	}
	return out
}

func begins(at model.Pos) *location {
	return &location{File: at.File, Line: at.Line, Column: at.Col}
}
