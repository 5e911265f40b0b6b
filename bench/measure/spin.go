// SPDX-License-Identifier: MIT

// This file says how SPIN is asked, and reads its answers: generate a verifier
// (pan.c), compile it, run it.

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// twin is the family for SPIN.
const twin = "bench/populate.pml"

// spin makes jobs for SPIN, each in a directory of its own below scratch.
type spin struct{ scratch string }

// missing names the programs that SPIN needs and that are not installed.
func missing() []string {
	var none []string
	for _, program := range []string{"spin", "gcc"} {
		if _, err := exec.LookPath(program); err != nil {
			none = append(none, program)
		}
	}
	return none
}

// deep lets paths be as long as any here is.
const deep = "-m1000000"

// exact keeps SPIN from merging steps and clearing variables.
var exact = []string{"-o1", "-o2", "-o3"}

// job asks SPIN about one member of the family. generate are options for the
// translation, compile for the C compiler.
func (sp spin) job(role string, s size, generate, compile []string) (*job, error) {
	dir := filepath.Join(sp.scratch, s.Name+" "+role)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(twin)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, filepath.Base(twin)), text, 0o600)
	}
	if err != nil {
		return nil, err
	}
	translate := append([]string{"spin", "-a"}, generate...)
	for _, d := range s.Defines {
		translate = append(translate, "-D"+d)
	}
	return &job{
		role: role,
		dir:  dir,
		build: [][]string{
			append(translate, filepath.Base(twin)),
			append(append([]string{"gcc", "-w"}, compile...), "-o", "pan", "pan.c"),
		},
		argv: []string{"./pan", deep, fmt.Sprintf("-w%d", s.Table)},
		read: readPan,
	}, nil
}

// seeking makes a job one that looks for a counterexample, which needs no
// large stack.
func (j *job) seeking() *job {
	j.rebuild = true
	j.argv = slices.DeleteFunc(j.argv, func(a string) bool { return a == deep })
	trail := filepath.Join(j.dir, filepath.Base(twin)+".trail")
	j.steps = func() (int, error) {
		text, err := os.ReadFile(trail)
		if err != nil {
			return 0, errors.New("SPIN found no counterexample")
		}
		return trailSteps(string(text)), nil
	}
	return j
}

var (
	panStates      = regexp.MustCompile(`(?m)^\s*(\d+) states, stored`)
	panTransitions = regexp.MustCompile(`(?m)^\s*(\d+) transitions \(= stored\+matched\)`)
	panCut         = regexp.MustCompile(`(?m)^(error: max search depth too small|pan: reached -DMEMLIM bound|pan: out of memory)`)
)

// readPan reads what a verifier prints. SPIN counts the initial state as a
// transition; here it is none.
func readPan(out string, r *run) error {
	if m := panCut.FindString(out); m != "" {
		return fmt.Errorf("SPIN gave up: %s", m)
	}
	states, transitions := panStates.FindStringSubmatch(out), panTransitions.FindStringSubmatch(out)
	if states == nil || transitions == nil {
		return fmt.Errorf("no number of states in what SPIN printed; its last line is %q", lastLine(out))
	}
	r.States, _ = strconv.ParseInt(states[1], 10, 64) // the patterns let digits through only
	r.Transitions, _ = strconv.ParseInt(transitions[1], 10, 64)
	r.Transitions--
	return nil
}

var trailStep = regexp.MustCompile(`(?m)^\d+:\d+:\d+$`)

// trailSteps counts the steps in a trail: a line each, between headers of
// negative numbers.
func trailSteps(trail string) int {
	return len(trailStep.FindAllString(strings.ReplaceAll(trail, "\r", ""), -1))
}
