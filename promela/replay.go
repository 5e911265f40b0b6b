// SPDX-License-Identifier: MIT

// This file takes SPIN's error trails back to the model and executes them with
// the plain interpreter.

package promela

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"mmcheck/checker/property"
	"mmcheck/model"
)

// trail runs pan up to its count-th error and returns the transitions on the
// way to it.
func (v *verifier) trail(ctx context.Context, e *Export, depth int64, count int) ([]Firing, error) {
	_, stopped, err := v.pan(ctx, depth, fmt.Sprintf("-c%d", count))
	if err != nil {
		return nil, err
	}
	if stopped != "" {
		return nil, fmt.Errorf("the search for the trail was stopped by %s", stopped)
	}
	text, err := os.ReadFile(filepath.Join(v.dir, "model.pml.trail"))
	if err != nil {
		return nil, fmt.Errorf("pan left no trail: %w", err)
	}
	ids, err := parseTrail(string(text))
	if err != nil {
		return nil, err
	}
	table, _, err := v.pan(ctx, depth, "-d")
	if err != nil {
		return nil, err
	}
	lines := parseTable(table)
	var out []Firing
	for _, id := range ids {
		f, ok := e.lines[lines[id]]
		if !ok {
			return nil, fmt.Errorf("the trail has a transition %d, which no option stands for", id)
		}
		out = append(out, f)
	}
	return out, nil
}

// replay executes a trail from the initial state and checks that it ends in
// the given stop, and not before.
func replay(p *model.Program, st *stops, trail []Firing, want Stop) error {
	s := p.Initial
	for n, f := range trail {
		last := n == len(trail)-1
		if f.Thread == 0 {
			return replayDeadlock(p, s, want, last)
		}
		t := p.Threads[f.Thread-1]
		b := t.Point(s)
		if b == nil || b.PC != f.PC || !model.Enabled(s, &b.Step.Alts[f.Alt]) {
			return fmt.Errorf("step %d of SPIN's trail, by %s, is not enabled here", n+1, t.Name)
		}
		out := t.Fire(s, f.Alt, fatal)
		if last {
			return endsIn(st, out, want)
		}
		if out.Fatal || out.Limit != nil {
			return fmt.Errorf("step %d of SPIN's trail already ends the path here", n+1)
		}
		s = out.Next
	}
	return fmt.Errorf("SPIN's trail is empty")
}

func endsIn(st *stops, out model.Outcome, want Stop) error {
	if out.Limit != nil && st.ofLimit(*out.Limit) == want {
		return nil
	}
	for _, v := range out.Broken {
		if st.ofCheck(v.Check) == want {
			return nil
		}
	}
	return fmt.Errorf("SPIN's trail does not end in %q here", want)
}

// replayDeadlock judges the state in which the monitor fired.
func replayDeadlock(p *model.Program, s model.State, want Stop, last bool) error {
	blocked, running := p.Waiting(s)
	if !last || want.Prop != deadlockID || blocked == 0 ||
		property.ByID(deadlockID).Stuck(p, s, blocked, running) == "" {
		return fmt.Errorf("SPIN's trail ends in a deadlock that is none here")
	}
	return nil
}
