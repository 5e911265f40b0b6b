// SPDX-License-Identifier: MIT

package main

import (
	"strings"
	"testing"
	"time"
)

const panHolds = `
(Spin Version 6.5.2 -- 6 December 2019)

Full statespace search for:
	invalid end states	+

State-vector 72 byte, depth reached 33, errors: 0
    22464 states, stored
    50721 states, matched
    73185 transitions (= stored+matched)
        0 atomic steps

    2.142	equivalent memory usage for states (stored*(State-vector + overhead))

pan: elapsed time 0.02 seconds
`

const panBreadthFirst = `Depth=      10 States=      112 Transitions=      197 Memory=   128.195
pan:1: assertion violated (alloc[v]&&(gen[v]==g)) (at depth 11)
pan: wrote populate.pml.trail
State-vector 48 byte, depth reached 11, errors: 1
      136 states, stored
	     136 nominal states (stored-atomic)
       97 states, matched
      233 transitions (= stored+matched)
`

func TestReadPan(t *testing.T) {
	for _, c := range []struct {
		name, out           string
		states, transitions int64
		err                 string
	}{
		{"holds", panHolds, 22464, 73184, ""},
		{"breadth first, violated", panBreadthFirst, 136, 232, ""},
		{"cut", "error: max search depth too small\n" + panHolds, 0, 0, "gave up"},
		{"no memory", "pan: reached -DMEMLIM bound\n" + panHolds, 0, 0, "gave up"},
		{"something else", "pan.c: cannot\n", 0, 0, `"pan.c: cannot"`},
	} {
		var r run
		err := readPan(c.out, &r)
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.err)
		}
		if r.States != c.states || r.Transitions != c.transitions {
			t.Errorf("%s: %d states, %d transitions", c.name, r.States, r.Transitions)
		}
	}
}

func TestTrailSteps(t *testing.T) {
	if n := trailSteps("-4:-4:-4\n1:5:109\n2:4:109\n3:0:20\n"); n != 3 {
		t.Errorf("%d steps, want 3", n)
	}
}

func TestReadCheck(t *testing.T) {
	for _, c := range []struct {
		name, out string
		states    int64
		steps     int
		err       string
	}{
		{"holds", `{"schema":1,"verdict":"holds","stats":{"states":131,"transitions":222}}`, 131, 0, ""},
		{"violated", `{"schema":1,"verdict":"violated","stats":{"states":9},"finding":{"shortest":true,"steps":[{},{}]}}`, 9, 2, ""},
		{"not shortest", `{"schema":1,"verdict":"violated","stats":{"states":9},"finding":{"steps":[{},{}]}}`, 9, 0, "not known"},
		{"unknown", `{"schema":1,"verdict":"unknown","stats":{"states":9}}`, 9, 0, `"unknown"`},
		{"newer", `{"schema":2,"verdict":"holds"}`, 0, 0, "schema 2"},
		{"no JSON", `mmcheck: oh`, 0, 0, "mmcheck's answer"},
	} {
		var r run
		err := readCheck(c.out, &r)
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.err)
		}
		if r.States != c.states || r.Steps != c.steps {
			t.Errorf("%s: %d states, %d steps", c.name, r.States, r.Steps)
		}
	}
}

func TestReadCrosscheck(t *testing.T) {
	var r run
	good := "bench/populate.c:1: NP=1 NU=1 NM=1 K=1: holds, 131 states\n1 agree, 0 differ, 0 not compared\n"
	if err := readCrosscheck(good, &r); err != nil || r.States != 131 {
		t.Errorf("%d states, error %v", r.States, err)
	}
	for _, tail := range []string{"0 agree, 1 differ, 0 not compared", "0 agree, 0 differ, 1 not compared"} {
		if readCrosscheck("bench/populate.c:1: K=1: holds, 131 states\n"+tail+"\n", &r) == nil {
			t.Errorf("%q is taken for agreement", tail)
		}
	}
}

func TestParseBenchmarks(t *testing.T) {
	got := parseBenchmarks(`goos: linux
pkg: mmcheck/checker
BenchmarkSearch/workers=1-4         	       1	 283654022 ns/op	    411604 states/s	42975944 B/op	   11195 allocs/op
BenchmarkHash-4   	     100	      3.5 ns/op	       0 B/op	       0 allocs/op
PASS
`)
	want := []benchmark{
		{"checker", "Search/workers=1", 283654022, 42975944, 11195, 411604},
		{"checker", "Hash", 3.5, 0, 0, 0},
	}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %+v", got)
	}
}

// TestExecute measures a program that is everywhere.
func TestExecute(t *testing.T) {
	c, err := execute("", time.Minute, "sh", "-c", "sleep 0.05; echo found; exit 1")
	if err != nil || c.seconds < 0.05 || c.maxRSS < 1<<10 || strings.TrimSpace(c.out) != "found" {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := execute("", time.Minute, "sh", "-c", "echo wrong >&2; exit 2"); err == nil || !strings.Contains(err.Error(), "wrong") {
		t.Errorf("exit status 2 gives %v", err)
	}
	if _, err := execute("", 50*time.Millisecond, "sleep", "10"); err != (timeoutError{50 * time.Millisecond}) {
		t.Errorf("a program that takes too long gives %v", err)
	}
}
