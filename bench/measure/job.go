// SPDX-License-Identifier: MIT

// This file repeats measurements: jobs that will be compared take turns, so
// that whatever else the machine does hits all of them alike.

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// job is one way to ask one question: some programs that prepare, one that
// answers.
type job struct {
	role    string
	dir     string     // where all of them run
	build   [][]string // programs that generate and compile
	argv    []string   // the program that answers
	rebuild bool       // building is part of what is measured
	read    func(out string, r *run) error
	steps   func() (int, error) // the length of the counterexample, if one is wanted
}

// command is what a reader would type.
func (j *job) command() string {
	var parts []string
	for _, argv := range slices.Concat(j.build, [][]string{j.argv}) {
		parts = append(parts, strings.Join(argv, " "))
	}
	return strings.Join(parts, " && ")
}

// bounds limit how long is measured.
type bounds struct {
	runs   int           // repetitions that count
	budget time.Duration // no further round of a group once it took so long
	limit  time.Duration // of one process
	log    io.Writer
}

// measure lets the jobs take turns and returns what each cost. The first round
// warms up and does not count, unless the budget allows no second one.
func (b bounds) measure(what string, jobs []*job) map[string]*run {
	runs := map[string]*run{}
	for _, j := range jobs {
		runs[j.role] = &run{Command: j.command()}
	}
	start := time.Now()
	for round := 0; round <= b.runs; round++ {
		if round > 0 && time.Since(start) > b.budget {
			break
		}
		if round == 1 {
			forget(jobs, runs)
		}
		fmt.Fprintf(b.log, "%s, round %d of %d: %s\n", what, round, b.runs, roles(jobs))
		for _, j := range jobs {
			if r := runs[j.role]; r.Failure == "" {
				b.once(j, r, round == 0)
			}
		}
	}
	return runs
}

func roles(jobs []*job) string {
	var names []string
	for _, j := range jobs {
		names = append(names, j.role)
	}
	return strings.Join(names, "; ")
}

// forget drops the times of the round that warmed up, except that of a build
// which is not repeated.
func forget(jobs []*job, runs map[string]*run) {
	for _, j := range jobs {
		r := runs[j.role]
		r.Seconds = nil
		if j.rebuild {
			r.Build = nil
		}
	}
}

// once runs a job and adds its figures.
func (b bounds) once(j *job, r *run, first bool) {
	if first || j.rebuild {
		seconds, err := b.prepare(j)
		if err != nil {
			r.Failure = err.Error()
			return
		}
		if j.build != nil {
			r.Build = append(r.Build, seconds)
		}
	}
	c, err := execute(j.dir, b.limit, j.argv...)
	if err == nil {
		err = j.read(c.out, r)
	}
	if err == nil && j.steps != nil {
		r.Steps, err = j.steps()
	}
	if err != nil {
		r.Failure = err.Error()
		return
	}
	r.Seconds = append(r.Seconds, c.seconds)
	r.MaxRSS = max(r.MaxRSS, c.maxRSS)
}

// prepare runs what has to run before the program that answers.
func (b bounds) prepare(j *job) (seconds float64, err error) {
	for _, argv := range j.build {
		c, err := execute(j.dir, b.limit, argv...)
		if err != nil {
			return 0, err
		}
		seconds += c.seconds
	}
	return seconds, nil
}
