// SPDX-License-Identifier: MIT

package checker

import (
	"context"
	"fmt"
	"math"
	"testing"

	"mmcheck/model"
	"mmcheck/model/random"
	"mmcheck/model/vm"
)

// printed searches with fingerprints, and shows the schedule that they tell.
func printed(reduce bool, bits int) func(func() *model.Program, Options) (*Result, error) {
	return func(build func() *model.Program, o Options) (*Result, error) {
		o.Fingerprint = bits
		if reduce {
			return reduced(build(), o, 0, 0)
		}
		pl, err := seal(build(), o)
		if err != nil {
			return nil, err
		}
		e := newExplorer(pl, o, o.keep(newSearch(pl, o.workers())))
		defer e.free()
		e.explore(everything)
		return e.result()
	}
}

// figures are what a search by fingerprints has in common with an exact one:
// everything but which of several shortest schedules is shown.
func figures(r *Result) string {
	s := fmt.Sprint(r.Verdict, " ", r.Stats.States, " ", r.Stats.Transitions, " ", r.Stats.Depth, " ", r.Stats.Frontier, " ", r.Limit)
	if f := r.Finding; f != nil {
		s += fmt.Sprint(" ", f.Property.ID, " ", len(f.Trace.Steps))
	}
	return s
}

// A search by fingerprints counts what an exact one counts, and finds a schedule
// as short, with and without reductions, for any number of workers.
func TestFingerprintsAgree(t *testing.T) {
	compare := func(what string, o Options, build func() *model.Program) {
		t.Helper()
		for reduce, search := range map[bool]searcher{false: unreduced, true: reducedAfter(0, 0)} {
			want, err := search(build(), o)
			if err != nil {
				t.Fatal(err)
			}
			for i, bits := range []int{64, 128} {
				o.Workers = 1 + 2*i
				got, err := printed(reduce, bits)(build, o)
				if err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				if figures(got) != figures(want) {
					t.Fatalf("%s:\nexact:           %s\nby fingerprints: %s", what, figures(want), figures(got))
				}
				if f := got.Finding; f != nil && f.Shortest {
					t.Errorf("%s: a schedule is said to be a shortest one", what)
				}
			}
		}
	}
	for seed := range uint64(60) {
		o := Options{Find: []Find{FindDefault, FindRule, FindAny, FindDangling}[seed%4], NoReduce: seed%2 == 0, MaxStates: 5000}
		compare(fmt.Sprint("random ", seed), o, func() *model.Program { return random.Program(seed) })
	}
	compare("large", Options{MaxStates: 20000}, large)
}

// With few bits states are missed, about as many as by chance, and the result
// says so.
func TestFingerprintsCollide(t *testing.T) {
	const bits = 22
	o := Options{NoReduce: true, MaxStates: 60_000}
	want, err := unreduced(large(), o)
	if err != nil {
		t.Fatal(err)
	}
	pl, err := seal(large(), o)
	if err != nil {
		t.Fatal(err)
	}
	e := newExplorer(pl, o, newPrints(newSearch(pl, 2), bits))
	defer e.free()
	e.explore(everything)
	got, err := e.result()
	if err != nil {
		t.Fatal(err)
	}
	n := float64(want.Stats.States)
	missed, chance := n-float64(got.Stats.States), n*n/math.Exp2(bits+1)
	if missed < chance/2 || missed > chance*2 {
		t.Errorf("of %.0f states %.0f are missed, %.0f are to be expected", n, missed, chance)
	}
	if f := got.Fingerprints; f == nil || f.Bits != bits || f.Missed != 1 {
		t.Errorf("the result says %+v", f)
	}
	if f := newFingerprints(64, 1<<20); math.Abs(f.Missed*math.Exp2(25)-1) > 1e-3 {
		t.Errorf("2^20 states by 64 bits: one is missed with probability %v, not 2^-25", f.Missed)
	}
	if want.Fingerprints != nil {
		t.Error("an exact result speaks of fingerprints")
	}
}

// Values that do not fit the layout change all fingerprints: the levels are done
// again, and count once.
func TestFingerprintsOfWiderStates(t *testing.T) {
	again := 0
	for seed := range uint64(200) {
		build := func() *model.Program { return random.Program(1000 + seed) }
		o := Options{NoReduce: true, MaxStates: 3000, Workers: 1}
		want, err := unreduced(build(), o)
		if err != nil {
			t.Fatal(err)
		}
		pl, err := seal(build(), o)
		if err != nil {
			t.Fatal(err)
		}
		sh := newSearch(pl, 1)
		sh.seen = vm.RangesOf(pl.Prog.Initial) // as if no walk had looked ahead
		p := newPrints(sh, 64)
		e := newExplorer(pl, o, p)
		e.ctx = asked{context.Background(), func() { e.stats() }} // what the progress line shows
		e.explore(everything)
		got, err := e.result()
		e.free()
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if p.redo > 0 {
			again++
		}
		if figures(got) != figures(want) {
			t.Fatalf("seed %d:\nexact:           %s\nby fingerprints: %s", seed, figures(want), figures(got))
		}
	}
	if again < 20 {
		t.Errorf("levels were done again for %d programs only", again)
	}
}

// asked is a context that calls a function when it is asked for its end.
type asked struct {
	context.Context
	f func()
}

func (a asked) Err() error {
	a.f()
	return a.Context.Err()
}

// What is found by fingerprints is told by an exact search, if that is not too large:
// the same property, by a schedule of the same length; by the same one without
// reductions.
func TestFingerprintsShortest(t *testing.T) {
	for _, reduce := range []bool{false, true} {
		found := 0
		for seed := uint64(1); found < 5; seed++ {
			o := Options{NoReduce: !reduce, Fingerprint: 64, MaxStates: 5000}
			got, err := Check(random.Program(seed), o)
			if err != nil {
				t.Fatal(err)
			}
			o.Fingerprint = 0
			want, err := Check(random.Program(seed), o)
			if err != nil {
				t.Fatal(err)
			}
			if want.Finding == nil {
				continue
			}
			if found++; figures(got) != figures(want) || got.Finding == nil || got.Finding.Property != want.Finding.Property ||
				len(got.Finding.Trace.Steps) != len(want.Finding.Trace.Steps) || !reduce && summary(got) != summary(want) {
				t.Errorf("seed %d:\nexact:           %s\nby fingerprints: %s", seed, summary(want), summary(got))
			}
		}
	}
}

// What cannot be had together is refused.
func TestFingerprintOptions(t *testing.T) {
	for _, o := range []Options{{Fingerprint: 32}, {Fingerprint: 64, Spill: "d"}, {Fingerprint: 128, Checkpoint: "f"}} {
		if _, err := Check(large(), o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}
