// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"mmcheck/checker"
	"mmcheck/checker/property"
)

func TestSize(t *testing.T) {
	for in, want := range map[string]int64{
		"0": 0, "100": 100, "100B": 100, "4k": 4096, "512M": 512 << 20, "4G": 4 << 30, "4GiB": 4 << 30, "1tb": 1 << 40,
	} {
		var n int64
		if err := (size{&n}).Set(in); err != nil || n != want {
			t.Errorf("%s: got %d, %v, want %d", in, n, err, want)
		}
	}
	for _, in := range []string{"", "G", "4X", "-1", "4.5G", "9999999999G", "4 G", "0x10", "4GG"} {
		var n int64
		if err := (size{&n}).Set(in); err == nil {
			t.Errorf("%q: got %d, want an error", in, n)
		}
	}
}

func TestFormatBytes(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1 KiB", 1536: "1.5 KiB", 4 << 30: "4 GiB"} {
		if got := formatBytes(n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1000: "-1,000", -100: "-100", 1234567: "1,234,567"} {
		if got := thousands(n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

func TestWorse(t *testing.T) {
	order := []exit{exitHolds, exitUnknown, exitViolated, exitUsage, exitInternal}
	for i, a := range order {
		for j, b := range order {
			if got := worse(a, b); got != order[max(i, j)] {
				t.Errorf("%d and %d: got %d", a, b, got)
			}
		}
	}
}

func TestColour(t *testing.T) {
	in := "BUG: mmcheck: x\na.c:1:2: error: y\na.c:1: note: z\nb: warning: w\n  1 | error: no\nthe error: no\n"
	want := "\x1b[1;31mBUG:\x1b[m mmcheck: x\na.c:1:2: \x1b[1;31merror:\x1b[m y\na.c:1: \x1b[1;36mnote:\x1b[m z\n" +
		"b: \x1b[1;35mwarning:\x1b[m w\n  1 | error: no\nthe error: no\n"
	if got := string(colour([]byte(in))); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestWrap(t *testing.T) {
	got := wrap("aa bb\ncc dd\n\n  as  is\n\nee\n", 5)
	if want := "aa bb\ncc dd\n\n  as  is\n\nee"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, p := range property.All {
		for line := range strings.Lines(wrap(p.Doc, wrapWidth)) {
			if len(strings.TrimRight(line, "\n")) > wrapWidth {
				t.Errorf("%s: too wide: %s", p.ID, line)
			}
		}
	}
}

func TestProgress(t *testing.T) {
	at := func(d time.Duration) checker.Stats {
		return checker.Stats{States: 2_000_000, Depth: 31, Frontier: 45_678, Memory: 3 << 29, Elapsed: d}
	}
	var tty, file, quiet bytes.Buffer
	lines := []*progress{
		{w: &tty, width: 40, next: quietTime},
		{w: &file, next: plainLineTime},
		{w: &quiet, next: plainLineTime, off: true},
	}
	for _, p := range lines {
		for ms := range 220 {
			p.update(at(time.Duration(ms) * 100 * time.Millisecond))
		}
		p.clear()
	}
	if n := strings.Count(tty.String(), "\r\x1b[K2,000,000 states"); n != 105 {
		t.Errorf("drawn %d times on a terminal", n)
	}
	if !strings.HasSuffix(tty.String(), "\r\x1b[K") {
		t.Error("the line was not cleared")
	}
	const want = "mmcheck: 2,000,000 states, 200,000/s, depth 31, frontier 45,678, 1.5 GiB\n" +
		"mmcheck: 2,000,000 states, 100,000/s, depth 31, frontier 45,678, 1.5 GiB\n"
	if file.String() != want {
		t.Errorf("got %q", file.String())
	}
	if quiet.Len() > 0 {
		t.Errorf("got %q", quiet.String())
	}
}

// A guess is rounded, and shown as long as it says something.
func TestProgressEstimate(t *testing.T) {
	for guess, want := range map[int64]string{
		0: "500 states, ", 400: "500 states, ", 501: "500 of about 500 states, ", 987_654: "500 of about 990,000 states, ",
		99_999: "500 of about 100,000 states, ", 2_960_000: "500 of about 3.0 M states, ", 98_700_000: "500 of about 99 M states, ",
		1_234_567_890_000: "500 of about 1,200,000 M states, ",
	} {
		if got := progressLine(checker.Stats{States: 500, Estimate: guess}); !strings.HasPrefix(got, want) {
			t.Errorf("%d: got %q, want %q", guess, got, want)
		}
	}
}

// A panic anywhere below ask must end as an error in one line.
func TestPanic(t *testing.T) {
	t.Setenv("MMCHECK_DEBUG", "")
	_, err := ask(context.Background(), nil, &question{}, &search{}, nil)
	var p panicError
	if !errors.As(err, &p) {
		t.Fatalf("got %v", err)
	}
	var b bytes.Buffer
	if got := crashed(&b, err); got != exitInternal {
		t.Errorf("status %d", got)
	}
	if s := b.String(); !strings.HasPrefix(s, "mmcheck: internal error: ") || strings.Count(s, "\n") != 1 {
		t.Errorf("got %q", s)
	}
	t.Setenv("MMCHECK_DEBUG", "1")
	if crashed(&b, err); !strings.Contains(b.String(), "goroutine") {
		t.Error("no stack trace with MMCHECK_DEBUG=1")
	}
}

func TestCommandLine(t *testing.T) {
	q := &question{defines: []string{"A", "B=x y"}, find: "rule", kernel: "6.1", only: []string{"leak"}}
	h := &search{include: []string{"inc"}, workers: 3, maxStates: 9}
	const want = "mmcheck check -D A -D 'B=x y' -I inc --kernel=6.1 --find=rule --property=leak --max-states=9 a.c"
	if got := commandLine("a.c", q, h); got != want {
		t.Errorf("got %s", got)
	}
	if got := q.fileTag(); got != "A-B=x_y-kernel-6.1" {
		t.Errorf("got %s", got)
	}
}

// Where the states do not fit the limit, they may with reductions.
func TestLimitWithReductions(t *testing.T) {
	sp, _, err := readSpec("../../bench/populate.c")
	if err != nil {
		t.Fatal(err)
	}
	for _, noReduce := range []bool{false, true} {
		q := question{defines: strings.Fields("NP=2 NU=1 NM=1 NF=1 K=2 L=1")} // 22,464 states
		a, err := ask(t.Context(), sp, &q, &search{workers: 1, maxStates: 3000, noReduce: noReduce}, nil)
		if err != nil || a.res == nil {
			t.Fatal(err, a.diags)
		}
		if got := a.res.Verdict == checker.Holds; got == noReduce {
			t.Errorf("no-reduce %v: %s with %d states", noReduce, a.res.Verdict, a.res.Stats.States)
		}
	}
}
