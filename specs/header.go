// SPDX-License-Identifier: MIT

// This file reads the header of a spec, its first comment: the question it
// asks, the kernel era it is about, and the verdict that each of its variants
// must get.
//
//	abba: in which order may one thread lock two mms?
//
//	Kernel: 5.12
//	Assume: mm_has_notifiers=nondet, security_mmap_file=fail
//	Result: DROP: violated dangling-vma
//	Result: DROP --find=rule: violated stale-vma
//	Result: DOWNGRADE ADV=2: holds, 1234 states
//	Matrix: A=mmap,munmap B=fault,reclaim,exit --kernel=6.12,6.15: holds
//	Result: A=munmap B=exit --kernel=6.15: violated assert
//
// A Matrix is a Result for each way to choose one value of each list. Where two
// words have the same list of values for different macros, such as A and B above
// might, each pair of values comes once. A Matrix may go on in the next lines, a list
// behind a comma, up to its verdict; and a Result below it is an exception. Assume
// says what functions without a body are taken to do (mmcheck help check).

package specs

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Header is what the first comment of a spec declares.
type Header struct {
	Question string   // "" if it asks none
	Kernel   string   // "" if it names none
	Assume   []string // NAME=KIND of functions without a body
	Results  []Result
	Problems []Problem // lines that cannot be read
}

// Result is one variant and its verdict.
type Result struct {
	At      Place
	Words   []string // macros to define, and flags
	Verdict string   // "holds", "unknown" or "violated"
	Breaks  string   // the property, if violated
	States  int64    // -1 if the line names no number
	matrix  bool
}

// Place is where a line of a header is, counted from 1; Len is in bytes.
type Place struct{ Line, Col, Len int }

// Problem is a line of a header that cannot be read.
type Problem struct {
	At   Place
	Key  string // "Kernel", "Assume", "Result" or "Matrix": what it is, or was meant to be
	Text string
}

// Variant names a variant for people, and tells it from others.
func (r *Result) Variant() string { return strings.Join(append(r.Macros(), r.Flags()...), " ") }

// Macros lists the macros that a variant defines, such as "A=munmap".
func (r *Result) Macros() []string { return slices.DeleteFunc(slices.Clone(r.Words), isFlag) }

// Flags lists the other words.
func (r *Result) Flags() []string {
	return slices.DeleteFunc(slices.Clone(r.Words), func(w string) bool { return !isFlag(w) })
}

func isFlag(word string) bool { return strings.HasPrefix(word, "-") }

var (
	// keyLine is a line that is, or was meant to be, one of ours.
	keyLine   = regexp.MustCompile(`(?i)^(kernel|assumes?|results?|matri(?:x|ces))( *):[ \t]*(.*)$`)
	verdictRE = regexp.MustCompile(`^(holds|unknown|violated [a-z-]+)(?:, ([0-9][0-9,]*) states?)?$`)
	assumeRE  = regexp.MustCompile(`^[A-Za-z_]\w*=[a-z]+(?::[\w+]+)*$`)
	versionRE = regexp.MustCompile(`^[0-9]+\.[0-9]+(\.y)?$`)
)

// ReadHeader reads the header of a spec.
func ReadHeader(src []byte) *Header {
	r := &headerReader{known: map[string]int{}}
	comment, line, column := firstComment(src)
	r.Question = askedIn(comment)
	for text := range strings.SplitSeq(comment, "\n") {
		trimmed := strings.TrimLeft(text, " \t*")
		at := Place{line, column + len(text) - len(trimmed), len(strings.TrimSpace(trimmed))}
		r.line(strings.TrimRight(trimmed, " \t\r"), at)
		line, column = line+1, 1
	}
	r.endMatrix()
	return &r.Header
}

// Variants lists the macros by which the header of a spec names its variants,
// without their values. A macro comes as often as variants have it.
func Variants(src []byte) []string {
	var names []string
	for _, r := range ReadHeader(src).Results {
		for _, w := range r.Macros() {
			name, _, _ := strings.Cut(w, "=")
			names = append(names, name)
		}
	}
	return names
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

// headerReader reads one line after the other.
type headerReader struct {
	Header
	known  map[string]int // by variant: its place among the results, from 1
	matrix string         // a Matrix that has no verdict yet
	at     Place          // where it begins
}

// line reads one line of the header.
func (h *headerReader) line(text string, at Place) {
	m := keyLine.FindStringSubmatch(text)
	if m == nil && h.matrix != "" && text != "" {
		h.more(text)
		return
	}
	h.endMatrix()
	if m == nil {
		return
	}
	key := map[byte]string{'k': "Kernel", 'a': "Assume", 'r': "Result", 'm': "Matrix"}[m[1][0]|0x20]
	if m[1] != key || m[2] != "" {
		h.problem(at, key, fmt.Sprintf("'%s%s:' is not read; did you mean '%s:'?", m[1], m[2], key))
		return
	}
	switch key {
	case "Kernel":
		if !versionRE.MatchString(Number(m[3])) {
			h.problem(at, key, "want 'Kernel: VERSION', such as 6.12")
			return
		}
		h.Kernel = m[3]
	case "Assume":
		h.assume(m[3], at)
	case "Matrix":
		h.matrix, h.at = " ", at
		h.more(m[3])
	default:
		h.result(m[3], at)
	}
}

func (h *headerReader) problem(at Place, key, text string) {
	h.Problems = append(h.Problems, Problem{at, key, text})
}

// assume adds what follows "Assume:".
func (h *headerReader) assume(text string, at Place) {
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(", \t", r) })
	for _, w := range words {
		if !assumeRE.MatchString(w) {
			h.problem(at, "Assume", fmt.Sprintf("want 'Assume: FUNCTION=KIND', such as 'Assume: may_expand_vm=nondet'; got '%s'", w))
			return
		}
	}
	if len(words) == 0 {
		h.problem(at, "Assume", "want 'Assume: FUNCTION=KIND', such as 'Assume: may_expand_vm=nondet'")
	}
	h.Assume = append(h.Assume, words...)
}

// result adds what follows "Result:".
func (h *headerReader) result(text string, at Place) {
	r, err := parseResult(text)
	if err != nil {
		h.problem(at, "Result", err.Error())
		return
	}
	r.At = at
	switch n := h.known[r.Variant()]; {
	case n == 0:
		h.add(r)
	case h.Results[n-1].matrix:
		h.Results[n-1] = r
	default:
		h.problem(at, "Result", fmt.Sprintf("this variant already has a Result: in line %d", h.Results[n-1].At.Line))
	}
}

func (h *headerReader) add(r Result) {
	h.Results = append(h.Results, r)
	h.known[r.Variant()] = len(h.Results)
}

// more adds to a Matrix.
func (h *headerReader) more(text string) {
	if !strings.HasSuffix(h.matrix, ",") { // a list may go on
		h.matrix += " "
	}
	h.matrix += text
	if _, verdict, ok := cutVerdict(h.matrix); ok && verdictRE.MatchString(verdict) {
		h.expand()
	}
}

// endMatrix complains of a Matrix that has come to no verdict.
func (h *headerReader) endMatrix() {
	if h.matrix != "" {
		h.expand()
	}
}

// expand adds the results of a Matrix.
func (h *headerReader) expand() {
	r, err := parseResult(strings.TrimSpace(h.matrix))
	h.matrix = ""
	if err != nil {
		h.problem(h.at, "Matrix", err.Error())
		return
	}
	r.At, r.matrix = h.at, true
	lists := r.Words
	if !slices.ContainsFunc(lists, func(w string) bool { return len(values(w)) > 1 }) {
		h.problem(h.at, "Matrix", "a Matrix needs a list of values, such as 'A=mmap,munmap'; for one variant write 'Result:'")
		return
	}
	r.Words = make([]string, len(lists))
	h.choose(lists, 0, r, map[string]int{})
}

// choose adds a result for each way to choose values from some word on. from tells
// for a list from which value on it is to be chosen.
func (h *headerReader) choose(lists []string, n int, r Result, from map[string]int) {
	if n == len(lists) {
		r.Words = slices.Clone(r.Words)
		if i := h.known[r.Variant()]; i == 0 {
			h.add(r)
		} else if old := &h.Results[i-1]; old.At != r.At {
			h.problem(r.At, "Matrix", fmt.Sprintf("variant '%s' already has a verdict, from line %d; exceptions stand below a Matrix", r.Variant(), old.At.Line))
		}
		return
	}
	name, list, more := strings.Cut(lists[n], "=")
	first := from[list]
	for i, v := range values(lists[n]) {
		if i < first {
			continue
		}
		r.Words[n] = name
		if more {
			r.Words[n] += "=" + v
		}
		if !isFlag(name) {
			from[list] = i
		}
		h.choose(lists, n+1, r, from)
	}
	from[list] = first
}

// values lists the values of a word of a Matrix.
func values(word string) []string {
	_, list, _ := strings.Cut(word, "=")
	return strings.Split(list, ",")
}

// cutVerdict splits a Result at its last colon.
func cutVerdict(text string) (variant, verdict string, ok bool) {
	i := strings.LastIndex(text, ": ")
	if i < 0 {
		return "", text, false
	}
	return text[:i], strings.TrimSpace(text[i+1:]), true
}

// parseResult reads a variant and its verdict.
func parseResult(text string) (Result, error) {
	variant, verdict, _ := cutVerdict(text)
	r := Result{Words: strings.Fields(variant), States: -1}
	m := verdictRE.FindStringSubmatch(verdict)
	if m == nil {
		return r, fmt.Errorf("want 'holds', 'violated PROPERTY' or 'unknown', with ', N states' behind it or not; got '%s'", verdict)
	}
	r.Verdict, r.Breaks, _ = strings.Cut(m[1], " ")
	if m[2] != "" {
		n, err := strconv.ParseInt(strings.ReplaceAll(m[2], ",", ""), 10, 64)
		if err != nil {
			return r, fmt.Errorf("'%s' is no number of states", m[2])
		}
		r.States = n
	}
	return r, nil
}
