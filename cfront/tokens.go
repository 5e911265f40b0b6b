// SPDX-License-Identifier: MIT

// This file limits what macros may expand to. The parser and every later stage
// recurse over the nesting of the C they are given, and a stack overflow ends
// the process, so the preprocessor runs once on its own and its output is
// measured before the parser sees it.

package cfront

import (
	"bytes"
	"errors"
	"fmt"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// Limits of a preprocessed spec.
const (
	maxTokens    = 200_000 // in all
	maxStatement = 20_000  // between two of ; { }
	maxElse      = 1_000   // in one function
	maxBrackets  = 1_000   // nested
)

var (
	errTokens    = fmt.Errorf("spec is too long: more than %d tokens after macro expansion", maxTokens)
	errStatement = fmt.Errorf("statement is too long: more than %d tokens after macro expansion", maxStatement)
	errElse      = fmt.Errorf("more than %d 'else' in one function", maxElse)
	errBrackets  = fmt.Errorf("brackets nest more than %d deep after macro expansion", maxBrackets)
)

// tokenGuard counts the tokens written to it, one a call, and fails when there
// are too many.
type tokenGuard struct {
	total, statement, elses, depth int
}

func (g *tokenGuard) Write(p []byte) (int, error) {
	tok := bytes.TrimSpace(p)
	if len(tok) == 0 {
		return len(p), nil
	}
	g.total++
	g.statement++
	switch string(tok) {
	case ";":
		g.statement = 0
	case "{", "(", "[":
		g.depth++
	case "}", ")", "]":
		g.depth--
	case "else":
		g.elses++
	}
	switch tok[0] {
	case '{', '}':
		g.statement = 0
		if g.depth <= 0 {
			g.elses = 0
		}
	}
	return len(p), g.check()
}

func (g *tokenGuard) check() error {
	switch {
	case g.total > maxTokens:
		return errTokens
	case g.statement > maxStatement:
		return errStatement
	case g.elses > maxElse:
		return errElse
	case g.depth > maxBrackets:
		return errBrackets
	}
	return nil
}

// measure runs the preprocessor alone.
func (t *translation) measure() Diagnostics {
	cfg, err := t.config()
	if err == nil {
		err = cc.Preprocess(cfg, t.inputs(), &tokenGuard{})
	}
	if err == nil {
		return nil
	}
	for _, e := range []error{errTokens, errStatement, errElse, errBrackets} {
		if errors.Is(err, e) {
			return Diagnostics{{Pos: model.Pos{File: t.name}, Text: err.Error(), ID: "size"}}
		}
	}
	return t.explain(err)
}
