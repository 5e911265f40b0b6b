// SPDX-License-Identifier: MIT

package checker

import (
	"fmt"
	"strings"
	"testing"

	"mmcheck/model"
)

// summary is everything of a result that may not depend on how it was found.
func summary(r *Result) string {
	s := fmt.Sprintf("%s %d states %d transitions depth %d frontier %d", r.Verdict, r.Stats.States, r.Stats.Transitions, r.Stats.Depth, r.Stats.Frontier)
	if r.Limit != nil {
		s += " limit " + r.Limit.What
	}
	if f := r.Finding; f != nil {
		s += fmt.Sprintf(" %s: %s obj %d", f.Property.ID, f.Text, f.Obj)
		for _, st := range f.Trace.Steps {
			s += fmt.Sprintf(" %d.%d", st.Thread.Num, st.Alt)
		}
		for _, w := range f.Waits {
			s += fmt.Sprintf(" wait %s %s %v", w.Thread.Name, w.Lock, w.Cycle)
		}
	}
	return s
}

// engines are the searches that must agree.
var engines = []struct {
	name string
	run  func(p *model.Program, o Options) (*Result, error)
	with func(o *Options)
}{
	{"reference", Reference, func(*Options) {}},
	{"one worker", Check, func(o *Options) { o.Workers = 1 }},
	{"three workers", Check, func(o *Options) { o.Workers = 3 }},
}

// agree runs all engines on the programs that build returns.
func agree(t *testing.T, what string, o Options, build func() *model.Program) string {
	t.Helper()
	var first string
	for i, e := range engines {
		opt := o
		e.with(&opt)
		r, err := e.run(build(), opt)
		if err != nil {
			t.Fatalf("%s, %s: %v", what, e.name, err)
		}
		switch got := summary(r); {
		case i == 0:
			first = got
		case got != first:
			t.Fatalf("%s:\n%s: %s\n%s: %s", what, engines[0].name, first, e.name, got)
		}
	}
	return first
}

// The searches agree on random programs in every figure and every step, for
// each way to look, with and without dead registers.
func TestEnginesAgreeOnRandomPrograms(t *testing.T) {
	n := int64(400)
	if testing.Short() {
		n = 60
	}
	seen := map[string]int{}
	for seed := range n {
		o := Options{Find: []Find{FindDefault, FindRule, FindAny, FindDangling}[seed%4], NoReduce: seed%3 == 0, MaxStates: 20000}
		s := agree(t, fmt.Sprint("seed ", seed), o, func() *model.Program { return random(seed) })
		for _, word := range []string{"holds", "violated", "unknown", "deadlock", "use-after-free", "lock-misuse", "bad-free", "atomic-sleep", "leak", "null-deref"} {
			if strings.Contains(s, word) {
				seen[word]++
			}
		}
	}
	for _, word := range []string{"holds", "violated", "deadlock", "use-after-free", "lock-misuse", "bad-free"} {
		if seen[word] == 0 && !testing.Short() {
			t.Errorf("no random program was found to be %q: the test says nothing about it (%v)", word, seen)
		}
	}
	t.Log(seen)
}

// A counter that outgrows the layout makes the search start again, exactly.
func TestLayoutIsWidened(t *testing.T) {
	for _, step := range []int64{1, 3, 0x1000} {
		build := func() *model.Program {
			b := newProgram(1)
			b.thread(0)
			head, more, done := b.c.NewBlock(), b.c.NewBlock(), b.c.NewBlock()
			x := b.v("x")
			b.c.Goto(head)
			b.c.At(head)
			b.c.Step(model.Set{V: x, X: model.Sub(model.Const(0), model.Add(model.Ld(x), model.Const(step)))})
			b.c.Step(model.Set{V: x, X: model.Sub(model.Const(0), model.Ld(x))})
			b.c.Branch(model.Lt(model.Ld(x), model.Const(3000*step)), more, done)
			b.c.At(more)
			b.c.Goto(head)
			b.c.At(done)
			b.c.Exit()
			return b.p
		}
		if s := agree(t, fmt.Sprint("step ", step), Options{}, build); !strings.HasPrefix(s, "holds 6") && !strings.HasPrefix(s, "holds 5") {
			t.Errorf("step %d: %s, want about 6000 states", step, s)
		}
	}
}
