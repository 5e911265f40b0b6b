// SPDX-License-Identifier: MIT

package report

import (
	"bytes"
	"strings"
	"testing"

	"mmcheck/checker"
	"mmcheck/model"
)

// notRun is a result that leaves out something of every kind.
func notRun(t *testing.T) *checker.Result {
	r := scenes["holds"].check(t)
	at := func(line int, fn, assert string, final bool) model.Statement {
		return model.Statement{Pos: model.Pos{File: "brk.c", Line: line, Col: 2}, Func: fn, Own: true, Assert: assert, Final: final}
	}
	header := func(fn string, line int) model.Statement {
		return model.Statement{Pos: model.Pos{File: "<include>/linux/mm.h", Line: line, Col: 2}, Func: fn}
	}
	r.Coverage = &checker.Coverage{
		Own: checker.Executed{All: 1234, Never: 6}, Headers: checker.Executed{All: 99, Never: 4},
		Never: []model.Statement{
			at(1, "brk", "", false), at(2, "brk", "assert", false), at(3, "brk", "BUG_ON", false), at(4, "peek\x1b", "WARN_ON", false),
			at(5, "peek\x1b", "assert", false), at(6, "FINAL", "assert", true),
			header("find_vma", 7), header("find_vma", 7), header("find_vma", 9), header("vma_lookup", 12),
		},
		Final: true, Waiting: r.Program.Threads,
	}
	return r
}

// TestCoverage shows what is told of code that was not executed, in short and in full.
func TestCoverage(t *testing.T) {
	r := notRun(t)
	src := func(string) []byte { return []byte("one;\ntwo;\nthree;\nfour;\nfive;\nsix;\n") }
	for _, f := range Formats {
		if f.Trace {
			continue
		}
		var b bytes.Buffer
		for _, all := range []bool{false, true} {
			if err := f.Write(&b, Meta{Spec: "brk.c", Coverage: all}, r, src); err != nil {
				t.Fatal(err)
			}
		}
		golden(t, "coverage."+f.Ext, b.Bytes())
	}
}

// TestCoverageSays covers the wordings: how much was tried, and what is left out.
func TestCoverageSays(t *testing.T) {
	r := notRun(t)
	c := r.Coverage
	says := func(all bool) string { return coverage(Meta{Coverage: all}, r, nil) }
	first := func(s string) string { s, _, _ = strings.Cut(s, "\n"); return s }
	r.Verdict = checker.Unknown
	if got, want := first(says(true)), "6 of 1,234 statements never ran, and 4 of 99 in headers so far"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	r.Simulation, r.Stats.Runs = &checker.Simulation{}, 20
	if got, want := first(says(false)), "6 of 1,234 statements never ran (brk.c:1, 2, 3, 4, ...), and 4 of 99 in headers in 20 schedules (--coverage lists them)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	r.Verdict, r.Simulation, r.Ended = checker.Holds, nil, true
	c.Own.Never, c.Never, c.Waiting, c.Final = 0, nil, nil, false
	if got := says(false) + untried(c); got != "" {
		t.Errorf("all of the spec ran: %q", got)
	}
	if got, want := says(true), "4 of 99 statements of headers never ran\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	r.Ended = false
	if got, want := says(false), "no schedule comes to the end of all threads: leaks were not looked for\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
