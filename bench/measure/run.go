// SPDX-License-Identifier: MIT

// This file runs a program and measures it: wall time, peak memory, what it
// printed.

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// run is what one way to ask one question cost, over some repetitions.
type run struct {
	Command     string    `json:"command"`
	Seconds     []float64 `json:"seconds"`                // of the last program, each repetition
	Build       []float64 `json:"buildSeconds,omitempty"` // of those before it, where there are any
	MaxRSS      int64     `json:"maxRSS"`                 // bytes, of the last program
	States      int64     `json:"states"`
	Transitions int64     `json:"transitions"`
	Steps       int       `json:"steps,omitempty"` // of the counterexample
	Failure     string    `json:"failure,omitempty"`
}

// ok says whether the run ended with figures.
func (r *run) ok() bool { return r != nil && r.Failure == "" && len(r.Seconds) > 0 }

// typical is the median time of the search.
func (r *run) typical() float64 { return median(r.Seconds) }

// build is the median time to generate and compile, 0 if nothing was.
func (r *run) build() float64 {
	if len(r.Build) == 0 {
		return 0
	}
	return median(r.Build)
}

// total is the median time from source to verdict.
func (r *run) total() float64 {
	if len(r.Build) != len(r.Seconds) {
		return r.build() + r.typical()
	}
	var sums []float64
	for i := range r.Seconds {
		sums = append(sums, r.Build[i]+r.Seconds[i])
	}
	return median(sums)
}

// median is the middle one, or the mean of the two in the middle.
func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

// rate is states per second, of the search alone.
func (r *run) rate() float64 { return float64(r.States) / r.typical() }

// cost is what one process took.
type cost struct {
	seconds float64
	maxRSS  int64
	out     string
}

// timeoutError says that a program was stopped.
type timeoutError struct{ after time.Duration }

func (e timeoutError) Error() string { return fmt.Sprintf("stopped after %v", e.after) }

// execute runs one program in dir and measures it. Exit status 1 is a program's
// way to say that it found something.
func execute(dir string, limit time.Duration, argv ...string) (cost, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.WaitDelay = time.Second
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	err := cmd.Run()
	c := cost{seconds: time.Since(start).Seconds(), out: out.String()}
	if cmd.ProcessState != nil {
		c.maxRSS = peak(cmd.ProcessState)
	}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return c, timeoutError{limit}
	case errors.As(err, &exit) && exit.ExitCode() == 1:
		return c, nil
	case err != nil:
		return c, fmt.Errorf("%s: %w: %s", argv[0], err, lastLine(c.out))
	}
	return c, nil
}

// peak is the peak of the memory of a process that has ended. Linux counts in
// KiB, and counts from when the process still was a copy of this program.
func peak(p *os.ProcessState) int64 {
	if u, ok := p.SysUsage().(*syscall.Rusage); ok {
		return u.Maxrss << 10
	}
	return 0
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
