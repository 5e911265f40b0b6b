// SPDX-License-Identifier: MIT

package checker

import (
	"context"
	"fmt"
	"testing"
	"time"

	"mmcheck/model"
	"mmcheck/model/byhand"
	"mmcheck/model/random"
)

// simulated is everything of a simulation that may not depend on the number of
// workers.
func simulated(t *testing.T, p *model.Program, o Options) (*Result, string) {
	t.Helper()
	r, err := Simulate(p, o)
	if err != nil {
		t.Fatal(err)
	}
	return r, fmt.Sprintf("%s runs %d %+v", summary(r), r.Stats.Runs, *r.Simulation)
}

// A simulation finds nothing that the plain search does not, finds most of what
// there is, and shows a schedule that is no shorter than the shortest.
func TestSimulationAgrees(t *testing.T) {
	n := int64(60)
	if testing.Short() {
		n = 30
	}
	found, missed := 0, 0
	for seed := range n {
		o := Options{Find: []Find{FindDefault, FindRule, FindAny, FindDangling}[seed%4], MaxStates: 20000, Runs: 300, MaxDepth: 300, Seed: uint64(seed)}
		want, err := Reference(random.Program(uint64(seed)), o)
		if err != nil {
			t.Fatal(err)
		}
		o.Workers = 1
		got, one := simulated(t, random.Program(uint64(seed)), o)
		o.Workers = 3
		if _, three := simulated(t, random.Program(uint64(seed)), o); one != three {
			t.Fatalf("seed %d: one worker: %s\nthree: %s", seed, one, three)
		}
		switch {
		case got.Verdict == Holds:
			t.Errorf("seed %d: a simulation cannot say that a program holds", seed)
		case got.Verdict == Violated && want.Verdict == Holds:
			t.Errorf("seed %d: %s, but it holds", seed, one)
		case want.Verdict == Violated && got.Verdict == Unknown:
			missed++
		case want.Verdict == Violated:
			found++
			f, g := got.Finding, want.Finding
			if f.Property.Severity != g.Property.Severity && o.Find != FindAny {
				t.Errorf("seed %d: found %s, want %s", seed, f.Property.ID, g.Property.ID)
			}
			if f.Property == g.Property && len(f.Trace.Steps) < len(g.Trace.Steps) {
				t.Errorf("seed %d: %d steps, the shortest has %d", seed, len(f.Trace.Steps), len(g.Trace.Steps))
			}
			if f.Shortest {
				t.Errorf("seed %d: claims to be shortest", seed)
			}
		}
	}
	if missed > found/10 {
		t.Errorf("%d violations found, %d missed", found, missed)
	}
	t.Log(found, "found,", missed, "missed")
}

// Another seed tries other schedules.
func TestSimulationSeed(t *testing.T) {
	steps := map[int64]bool{}
	for seed := range uint64(5) {
		sum := int64(0)
		for program := range int64(20) {
			r, _ := simulated(t, random.Program(uint64(program)), Options{Only: []string{"assert"}, Runs: 20, MaxDepth: 100, Seed: seed})
			sum += r.Stats.Transitions
		}
		steps[sum] = true
	}
	if len(steps) < 5 {
		t.Errorf("of five seeds some make the same steps: %v", steps)
	}
}

// A program that never ends is broken off, and what is too rare is not found.
func TestSimulationEnds(t *testing.T) {
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		o       Options
		limit   string
		runs    int64
		cut     int64
		deepest int
	}{
		{Options{Runs: 7, MaxDepth: 50}, "", 7, 7, 50},
		{Options{Runs: 1 << 40, MaxDepth: 50, TimeLimit: 30 * time.Millisecond}, "the time limit of 30ms", -1, -1, 50},
		{Options{Runs: 7, MaxDepth: 50, Context: cancelled}, "an interrupt", 0, 0, 0},
	} {
		r, s := simulated(t, large(), c.o)
		if r.Verdict != Unknown || (r.Limit == nil) != (c.limit == "") || r.Limit != nil && r.Limit.What != c.limit {
			t.Errorf("%s, want limit %q", s, c.limit)
		}
		if c.runs >= 0 && (r.Stats.Runs != c.runs || r.Simulation.Cut != c.cut) || r.Simulation.Longest != c.deepest {
			t.Errorf("%s, want %+v", s, c)
		}
	}
}

// A bound of the model is named, as it may hide a violation.
func TestSimulationPoolLimit(t *testing.T) {
	b := byhand.New(1)
	b.Thread(0)
	for range 3 {
		b.Publish()
	}
	b.C.Exit()
	r, s := simulated(t, b.P, Options{Ignore: []string{"leak"}, Runs: 3})
	if r.Verdict != Unknown || r.Limit == nil || r.Limit.What != "the pool of 2 struct item" {
		t.Errorf("%s, %+v", s, r.Limit)
	}
}

// What is not needed is left out of a schedule.
func TestShorten(t *testing.T) {
	b := byhand.New(3)
	for i := range 3 {
		b.Thread(i)
		for range 5 {
			b.On("down_read")
			b.On("up_read")
		}
		if i == 1 {
			b.On("up_write")
		}
		b.C.Exit()
	}
	r, s := simulated(t, b.P, Options{})
	if r.Verdict != Violated || len(r.Finding.Trace.Steps) != 11 || r.Finding.Trace.Switches() != 0 {
		t.Errorf("%s, want the 11 steps of the second thread", s)
	}
	if want := "lock-misuse"; r.Finding.Property.ID != want {
		t.Errorf("%s, want %s", s, want)
	}
}
