// SPDX-License-Identifier: MIT

package checker

import (
	"fmt"
	"slices"
	"testing"

	"mmcheck/checker/property"
	"mmcheck/model"
	"mmcheck/model/random"
)

// inBlocks makes a statement of the beginning of each block, and of each way on
// from a step, so that a program without C has something to be covered.
func inBlocks(p *model.Program) *model.Program {
	begin := func(body []model.Stmt) []model.Stmt {
		n := len(p.Statements)
		p.Statements = append(p.Statements, model.Statement{Pos: model.Pos{Line: n}, Own: true})
		return append([]model.Stmt{model.Note{When: model.True, N: n}}, body...)
	}
	for _, t := range append([]*model.Thread{p.InitThread()}, p.Threads...) {
		for _, b := range t.Blocks {
			if b.Step == nil {
				b.Body = begin(b.Body)
				continue
			}
			for i := range b.Step.Alts {
				b.Step.Alts[i].Body = begin(b.Step.Alts[i].Body)
			}
		}
	}
	return p
}

// left tells what a search has not executed.
func left(c *Coverage) string {
	if c == nil {
		return "nothing is told"
	}
	s := fmt.Sprint("never", c.Own, ":")
	for _, st := range c.Never {
		s += fmt.Sprint(" ", st.Pos.Line)
	}
	for _, t := range c.Waiting {
		s += fmt.Sprint("; waiting ", t.Name)
	}
	return s
}

// coverageModes are those of modes that search everything.
func coverageModes() []mode {
	return slices.DeleteFunc(slices.Clone(modes), func(m mode) bool { return m.in == inTruth })
}

// What a search has executed is what the plain interpreter has executed, by every
// way to search that comes to its end.
func TestRandomCoverage(t *testing.T) {
	programs := uint64(200)
	if testing.Short() {
		programs = 40
	}
	compared, missing, waiting := 0, 0, 0
	for seed := *randomSeed; seed < *randomSeed+programs; seed++ {
		build := func() *model.Program { return inBlocks(random.Program(seed)) }
		o := Options{MaxStates: *randomStates, NoReduce: true, Only: []string{property.Contract.ID}}
		if seed%2 == 0 {
			o.Only = nil
		}
		want, err := Reference(build(), o)
		if err != nil || want.Verdict != Holds {
			continue
		}
		compared++
		missing += len(want.Coverage.Never)
		waiting += len(want.Coverage.Waiting)
		o.NoReduce = false
		for _, m := range coverageModes() {
			if o.Seed = seed; !m.due(seed) && testing.Short() {
				continue
			}
			o.Workers = m.workers
			r, err := m.run(build, o)
			if err != nil {
				t.Fatal(seed, m.name, err)
			}
			if got := left(r.Coverage); r.Verdict == Holds && got != left(want.Coverage) {
				t.Errorf("seed %d, %s: %s\nreference: %s", seed, m.name, got, left(want.Coverage))
			}
		}
	}
	t.Logf("%d programs, %d blocks never executed, %d threads never beyond a lock", compared, missing, waiting)
	if compared == 0 || missing == 0 {
		t.Errorf("%d programs with %d blocks never executed tell little", compared, missing)
	}
}

// A loop that does nothing, behind a lock, is no step that could come next.
func TestNothingBehindALock(t *testing.T) {
	s, err := random.Parse("thread 1 {\nspin_lock sp0\nforever {\n}\n}\nthread 1 {\nwith sp0 write {\nset r0 g0\n}\n}")
	if err != nil {
		t.Fatal(err)
	}
	r, err := Check(s.Build(), Options{Only: []string{"deadlock"}})
	if err != nil || r.Verdict != Violated {
		t.Errorf("%v, %v: a thread waits for one that spins for ever", r.Verdict, err)
	}
}
