// SPDX-License-Identifier: MIT

// This file reads the header of a spec, its first comment: the question it
// asks, the kernel era it is about, and the verdict that each of its variants
// must get.
//
//	abba: in which order may one thread lock two mms?
//
//	Kernel: 5.12
//	Result: DROP: violated dangling-vma
//	Result: DROP --find=rule: violated stale-vma
//	Result: DOWNGRADE ADV=2: holds, 1234 states
//	Result: holds

package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"mmcheck/cfront"
	"mmcheck/checker"
	"mmcheck/checker/property"
	"mmcheck/model"
)

// header is what the first comment of a spec declares.
type header struct {
	question string // "" if it asks none
	kernel   string // "" if it names none
	results  []expected
}

// expected is one Result: line.
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
)

var (
	// keyLine is a line that is, or was meant to be, one of ours.
	keyLine    = regexp.MustCompile(`(?i)^(kernel|results?)( *):[ \t]*(.*)$`)
	verdictRE  = regexp.MustCompile(`^(holds|unknown|violated [a-z-]+)(?:, ([0-9][0-9,]*) states?)?$`)
	versionRE  = regexp.MustCompile(`^[0-9]+\.[0-9]+$`)
	defineWord = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(=.*)?$`)
)

// parseHeader reads the header of a spec.
func parseHeader(name string, src []byte) (*header, cfront.Diagnostics) {
	h := &header{}
	var diags cfront.Diagnostics
	comment, line, column := firstComment(src)
	h.question = askedIn(comment)
	for text := range strings.SplitSeq(comment, "\n") {
		trimmed := strings.TrimLeft(text, " \t*")
		pos := model.Pos{File: name, Line: line, Col: column + len(text) - len(trimmed)}
		if err := h.add(strings.TrimRight(trimmed, " \t\r"), pos); err != nil {
			id := idResult
			if strings.HasPrefix(strings.ToLower(trimmed), "k") {
				id = idKernel
			}
			diags = append(diags, cfront.Diagnostic{Pos: pos, Text: err.Error(), ID: id, Len: len(strings.TrimSpace(trimmed))})
		}
		line, column = line+1, 1
	}
	return h, diags
}

// firstComment returns the inside of the first comment of a file and where it
// starts. Line comments before it, and comments with a licence tag only, do
// not count.
func firstComment(src []byte) (text string, line, column int) {
	rest := src
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n")
		if bytes.HasPrefix(rest, []byte("//")) {
			_, rest, _ = bytes.Cut(rest, []byte("\n"))
			continue
		}
		inside, ok := bytes.CutPrefix(rest, []byte("/*"))
		end := bytes.Index(inside, []byte("*/"))
		if !ok || end < 0 {
			return "", 1, 1
		}
		if bytes.Contains(inside[:end], []byte("SPDX-License-Identifier:")) && !bytes.Contains(inside[:end], []byte("\n")) {
			rest = inside[end+2:]
			continue
		}
		before := src[:len(src)-len(inside)]
		return string(inside[:end]), 1 + bytes.Count(before, []byte("\n")), len(before) - bytes.LastIndexByte(before, '\n')
	}
}

// askedIn is the question that a comment begins with, behind a name and a
// colon.
func askedIn(comment string) string {
	var words []string
	for text := range strings.SplitSeq(comment, "\n") {
		line := strings.Fields(strings.TrimLeft(text, " \t*"))
		if len(line) == 0 && len(words) > 0 {
			break
		}
		words = append(words, line...)
	}
	_, question, _ := strings.Cut(strings.Join(words, " "), ": ")
	if !strings.HasSuffix(question, "?") {
		return ""
	}
	return question
}

// add reads one line of the header.
func (h *header) add(text string, pos model.Pos) error {
	m := keyLine.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	if m[1] != "Kernel" && m[1] != "Result" || m[2] != "" {
		key := "Result:"
		if strings.EqualFold(m[1], "kernel") {
			key = "Kernel:"
		}
		return fmt.Errorf("'%s%s:' is not read; did you mean '%s'?", m[1], m[2], key)
	}
	if m[1] == "Kernel" {
		if !versionRE.MatchString(m[3]) {
			return fmt.Errorf("want 'Kernel: VERSION', such as 6.12")
		}
		h.kernel = m[3]
		return nil
	}
	e, err := parseResult(m[3])
	if err != nil {
		return err
	}
	e.pos = pos
	for _, old := range h.results {
		if old.question.variant() == e.question.variant() {
			return fmt.Errorf("this variant already has a Result: in line %d", old.pos.Line)
		}
	}
	h.results = append(h.results, e)
	return nil
}

// parseResult reads what follows "Result:".
func parseResult(text string) (expected, error) {
	e := expected{states: -1}
	variant, verdict := "", text
	if i := strings.LastIndex(text, ": "); i >= 0 {
		variant, verdict = text[:i], strings.TrimSpace(text[i+1:])
	}
	m := verdictRE.FindStringSubmatch(verdict)
	if m == nil {
		return e, fmt.Errorf("want 'holds', 'violated PROPERTY' or 'unknown', with ', N states' behind it or not; got '%s'", verdict)
	}
	verdict, e.property, _ = strings.Cut(m[1], " ")
	e.verdict = checker.Verdict(verdict)
	if e.property != "" && property.ByID(e.property) == nil {
		return e, fmt.Errorf("unknown property '%s'%s", e.property, cfront.DidYouMean(e.property, propertyNames()))
	}
	if m[2] != "" {
		n, err := strconv.ParseInt(strings.ReplaceAll(m[2], ",", ""), 10, 64)
		if err != nil {
			return e, fmt.Errorf("'%s' is no number of states", m[2])
		}
		e.states = n
	}
	return e, e.question.parse(strings.Fields(variant))
}

// parse reads the words that name a variant: macros to define, and flags.
func (q *question) parse(words []string) error {
	fs := newFlagSet("Result")
	q.register(fs)
	if err := fs.Parse(words); err != nil {
		return err
	}
	for _, w := range fs.Args() {
		if !defineWord.MatchString(w) {
			return fmt.Errorf("'%s' is not of the form NAME or NAME=value", w)
		}
	}
	q.defines = fs.Args()
	return q.validate()
}
