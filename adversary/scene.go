// SPDX-License-Identifier: MIT

// This file finds out what a spec has of a question: threads, the address space that
// they are about, INIT, FINAL.

package adversary

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Scene is a spec to which threads can be added.
type Scene struct {
	Text    string
	MM      string // an expression for the address of its mm_struct
	Init    bool   // it has an INIT
	Final   bool   // it has a FINAL
	Outside bool   // no thread of its own belongs to that address space
	Heap    bool   // it speaks of the heap

	active string
	heads  [][]int // where its threads begin, in Text: start, end, name
	words  map[string]bool
	lowest int64 // multiple of the page size that it names, 0 if none
	most   int64
}

var (
	threadRE = regexp.MustCompile(`(?m)^[ \t]*(?:THREAD|THREADS|IRQ)\(\s*(\w+)\s*(?:,[^{;]*)?\)\s*\{`)
	mmOfRE   = regexp.MustCompile(`(?m)^[ \t]*(?:THREAD\(\s*\w+\s*,|THREADS\(\s*\w+\s*,[^,]*,)\s*([^{;]*?)\s*\)\s*\{`)
	initRE   = regexp.MustCompile(`(?m)^[ \t]*INIT\b`)
	finalRE  = regexp.MustCompile(`(?m)^[ \t]*FINAL\b`)
	mmRE     = regexp.MustCompile(`\bstruct\s+mm_struct\s+(\w+)\s*[;,=]`)
	wordRE   = regexp.MustCompile(`\b[A-Za-z_]\w*\b`)
	numberRE = regexp.MustCompile(`\b0x[0-9a-fA-F]+`)
)

// PageSize is that of the kernel.
const PageSize = 4096

// Read looks at a spec; active is what is compiled of it, as long as text, with blanks
// for the rest, and taskPages the size of the address space in pages.
func Read(text, active string) (*Scene, error) {
	s := &Scene{
		Text: text, active: active, Init: initRE.MatchString(active), Final: finalRE.MatchString(active), Outside: true,
		heads: threadRE.FindAllStringSubmatchIndex(active, -1), words: map[string]bool{},
	}
	if len(s.heads) == 0 {
		return nil, errors.New("no THREAD: an adversary needs somebody to race with")
	}
	for _, m := range mmOfRE.FindAllStringSubmatch(active, -1) {
		if m[1] != "NULL" && s.MM == "" {
			s.MM = m[1]
		}
		s.Outside = s.Outside && m[1] == "NULL"
	}
	if s.MM == "" {
		all := mmRE.FindAllStringSubmatch(active, -1)
		if len(all) != 1 {
			return nil, errors.New("which mm_struct is it about? No THREAD belongs to one, and the spec has not just one of its own")
		}
		s.MM = "&" + all[0][1]
	}
	for _, w := range wordRE.FindAllString(text, -1) {
		s.words[w] = true
	}
	s.Heap = s.words["brk"] || s.words["start_brk"]
	for _, n := range numberRE.FindAllString(text, -1) {
		if x, err := strconv.ParseInt(n, 0, 64); err == nil && x > 0 && x%PageSize == 0 && x < 256*PageSize {
			s.most = max(s.most, x)
			if s.lowest == 0 || x < s.lowest {
				s.lowest = x
			}
		}
	}
	return s, nil
}

// At is a page near the addresses that the spec names.
func (s *Scene) At() int64 { return s.Places()[0] }

// Places are where a shape of two pages may lie: so that the highest address that the
// spec names is the second page above it, or the lowest one is its first. A page is free
// on either side.
func (s *Scene) Places() []int64 {
	places := []int64{max(s.most-3*PageSize, PageSize)}
	if at := max(s.lowest, PageSize); at != places[0] {
		places = append(places, at)
	}
	return places
}

// Has reports whether an operation makes sense beside the threads of the spec in a shape,
// nil for the spec's own INIT; if not, why.
// named is that it was asked for by its name.
func (s *Scene) Has(o Operation, shape *Shape, named bool) (bool, string) {
	switch {
	case o.Calls != "" && !named && s.defines(o.Calls):
		return false, "the spec has its own " + o.Calls + "()"
	case o.Heap && !s.Heap && (shape == nil || !shape.Heap):
		return false, "the process has no heap"
	case o.With != "" && !s.words[o.With] && (shape == nil || !slices.Contains(shape.Needs, o.With)):
		return false, "the spec does not define " + o.With
	case o.Last && !s.Outside:
		return false, "a thread of the process runs"
	}
	return true, ""
}

// defines reports whether the spec has a function of its own of that name.
func (s *Scene) defines(function string) bool {
	name := strings.TrimPrefix(function, "sys_")
	return regexp.MustCompile(`\bSYSCALL_DEFINE\d\(` + name + `\b|(?m)^[a-z][\w \t*]*\b` + function + `\([^;{]*\)\s*\{`).MatchString(s.active)
}

// Baseline is the text of the spec without its threads: they are functions that nobody
// calls.
func (s *Scene) Baseline() string {
	heads := slices.Clone(s.heads)
	slices.SortFunc(heads, func(a, b []int) int { return cmp.Compare(b[0], a[0]) })
	text := s.Text
	for _, h := range heads {
		text = text[:h[0]] + "static void __maybe_unused __ops_no_thread_" + text[h[2]:h[3]] + "(void) {" + strings.Repeat("\n", strings.Count(text[h[0]:h[1]], "\n")) + text[h[1]:]
	}
	return text
}
