// SPDX-License-Identifier: MIT

// This file says how mmcheck is asked, and reads its answers.

package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
)

// spec is the family for mmcheck.
const spec = "bench/populate.c"

// checkJob asks mmcheck about one member of the family.
func checkJob(role, program string, s size, flags ...string) *job {
	argv := append([]string{program, "check", "-q", "--format", "json"}, flags...)
	for _, d := range s.Defines {
		argv = append(argv, "-D", d)
	}
	return &job{role: role, argv: append(argv, spec), read: func(out string, r *run) error {
		err := readCheck(out, r)
		if err == nil && (r.Steps > 0) != (s.States == 0) {
			err = fmt.Errorf("the wrong verdict: a counterexample of %d steps", r.Steps)
		}
		return err
	}}
}

// readCheck reads what mmcheck --format json prints.
func readCheck(out string, r *run) error {
	var answer struct {
		Schema  int
		Verdict string
		Stats   struct{ States, Transitions int64 }
		Finding *struct {
			Shortest bool
			Steps    []json.RawMessage
		}
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		return fmt.Errorf("mmcheck's answer: %w", err)
	}
	if answer.Schema != 1 {
		return fmt.Errorf("mmcheck's answer has schema %d", answer.Schema)
	}
	r.States, r.Transitions = answer.Stats.States, answer.Stats.Transitions
	r.Steps = 0
	switch f := answer.Finding; {
	case answer.Verdict == "holds":
	case answer.Verdict != "violated" || f == nil:
		return fmt.Errorf("mmcheck's verdict is %q", answer.Verdict)
	case !f.Shortest:
		return fmt.Errorf("the counterexample of %d steps is not known to be a shortest one", len(f.Steps))
	default:
		r.Steps = len(f.Steps)
	}
	return nil
}

// crosscheckJob has mmcheck compare itself with SPIN, on its own translation
// of the spec.
func crosscheckJob(role, program string, s size) *job {
	argv := []string{program, "crosscheck", "--no-reduce"}
	for _, d := range s.Defines {
		argv = append(argv, "-D", d)
	}
	return &job{role: role, argv: append(argv, spec), read: readCrosscheck}
}

var (
	agreement = regexp.MustCompile(`(?m)^1 agree, 0 differ, 0 not compared$`)
	agreedOn  = regexp.MustCompile(`(?m)^[^:]+:\d+: .*?[ :](\d+) states`)
)

// readCrosscheck reads the outcome of mmcheck crosscheck on one variant.
func readCrosscheck(out string, r *run) error {
	m := agreedOn.FindStringSubmatch(out)
	if m == nil || !agreement.MatchString(out) {
		return fmt.Errorf("the crosscheck ends with %q", lastLine(out))
	}
	r.States, _ = strconv.ParseInt(m[1], 10, 64) // the pattern lets digits through only
	return nil
}
