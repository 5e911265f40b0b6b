// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// invented are results with everything in them that tables show: figures, a
// program that was stopped, one that was not run.
func invented() *results {
	of := func(s size, program string, states int64, build float64, seconds ...float64) *run {
		r := &run{Command: program + " -D " + strings.Join(s.Defines, " -D ") + " x.c", Seconds: seconds, MaxRSS: 100 * states, States: states, Transitions: s.Transitions}
		if build > 0 {
			r.Build = []float64{build}
		}
		return r
	}
	s1, s3 := sizes[1], sizes[3]
	bug := &measured{buggy[0], map[string]*run{
		defaults:  {Command: "mmcheck", Seconds: []float64{0.008, 0.007}, States: 137, Steps: 12},
		spinDepth: {Command: "spin && ./pan", Build: []float64{0.4, 0.3}, Seconds: []float64{0.01, 0.2}, States: 47, Steps: 16},
		spinNoPOR: {Command: "spin && ./pan", Build: []float64{0.5}, Seconds: []float64{0.01}, States: 136, Steps: 12},
	}}
	return &results{
		Machine: machine{CPU: "one", Cores: 2, Memory: "1 kB", Kernel: "6", Go: "go1", GCC: "gcc", SPIN: "Spin", Mmcheck: "mmcheck 1", Stolen: "5 % of the processor time wanted"},
		Family: []*measured{
			{s1, map[string]*run{
				full1: of(s1, "mmcheck", s1.States, 0, 0.1), spinFull: of(s1, "spin", s1.States, 2, 0.05), checked: of(s1, "mmcheck crosscheck", s1.States, 0, 1),
				defaults: of(s1, "mmcheck", 64, 0, 0.01), spinPOR: of(s1, "spin", 8473, 2, 0.03),
			}},
			{s3, map[string]*run{
				full1: of(s3, "mmcheck", s3.States, 0, 0.5), full2: of(s3, "mmcheck -j 2", s3.States, 0, 0.25, 0.3), spinFull: of(s3, "spin", s3.States-1, 2, 1.5),
				defaults: of(s3, "mmcheck", 78116, 0, 0.1), spinPOR: {Command: "spin", Failure: "stopped after 5m0s"},
			}},
		},
		Buggy:      []*measured{bug},
		Benchmarks: []benchmark{{"checker", "Search", 1e6, 0, 0, 123456}, {"model", "Step", 12.5, 0, 0, 0}},
		Missing:    []string{"gcc"},
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (-update rewrites it):\n%s", path, got)
	}
}

func TestPage(t *testing.T) {
	var b bytes.Buffer
	writePage(&b, invented())
	golden(t, "page.md", b.Bytes())
}

func TestTextIsNarrow(t *testing.T) {
	var b bytes.Buffer
	writeText(&b, invented())
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > textWidth {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := writeJSON(&b, invented()); err != nil {
		t.Fatal(err)
	}
	golden(t, "results.json", b.Bytes())
	var back struct {
		Schema   int
		Sections []struct {
			ID      string
			Figures map[string]map[string]float64
		}
	}
	if err := json.Unmarshal(b.Bytes(), &back); err != nil || back.Schema != schemaVersion {
		t.Fatalf("schema %d, %v", back.Schema, err)
	}
	if got := back.Sections[2].Figures["S1"]["ratio"]; got != 8473.0/64 {
		t.Errorf("the reduction at S1 is %v", got)
	}
	if back.Sections[0].Figures["S3"]["equal"] != 0 {
		t.Error("a wrong number of states is not noticed")
	}
}

func TestTotalIsOfOneRun(t *testing.T) {
	r := run{Build: []float64{0.5, 0.25, 1}, Seconds: []float64{0.25, 1, 0.125}}
	if got := r.total(); got != 1.125 {
		t.Errorf("total %v, want 1.125, that of the run in the middle", got)
	}
}

// TestTurns checks that jobs take turns, that the first round does not count,
// and that a failure ends a job but not the others.
func TestTurns(t *testing.T) {
	dir := t.TempDir()
	read := func(string, *run) error { return nil }
	jobs := []*job{
		{role: "a", dir: dir, argv: []string{"sh", "-c", "echo a >> log"}, read: read, build: [][]string{{"sh", "-c", "echo A >> log"}}},
		{role: "b", dir: dir, argv: []string{"sh", "-c", "echo b >> log"}, read: read, build: [][]string{{"sh", "-c", "echo B >> log"}}, rebuild: true},
		{role: "c", dir: dir, argv: []string{"sh", "-c", "exit 2"}, read: read},
	}
	var log bytes.Buffer
	runs := bounds{runs: 2, budget: 1 << 40, limit: 1 << 40, log: &log}.measure("x", jobs)
	text, err := os.ReadFile(dir + "/log")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.ReplaceAll(string(text), "\n", ""); got != "AaBbaBbaBb" {
		t.Errorf("order of programs %q", got)
	}
	if a, b := runs["a"], runs["b"]; len(a.Seconds) != 2 || len(a.Build) != 1 || len(b.Seconds) != 2 || len(b.Build) != 2 {
		t.Errorf("a %+v, b %+v", a, b)
	}
	if runs["c"].Failure == "" || runs["c"].ok() {
		t.Error("a failure is not noticed")
	}
}
