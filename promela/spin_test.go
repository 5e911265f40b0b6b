// SPDX-License-Identifier: MIT

package promela

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"mmcheck/checker"
	"mmcheck/checker/property"
	"mmcheck/model"
)

// A run that is cut short says by what, and compares nothing.
func TestLimits(t *testing.T) {
	needSpin(t)
	p := rwsems().build(t)
	res := resultOf(t, p)
	c, err := Run(context.Background(), res, RunOptions{Limits: Limits{Time: time.Nanosecond}})
	if err != nil || c.NotCompared != "SPIN stopped at the time limit of 1ns" || c.Spin != "" {
		t.Errorf("time: %v, %+v", err, c)
	}
	c, err = Run(context.Background(), res, RunOptions{Limits: Limits{Memory: 1}})
	if err != nil || c.NotCompared != "SPIN stopped at its memory limit" {
		t.Errorf("memory: %v, %+v", err, c)
	}
	c, err = Run(context.Background(), res, RunOptions{MaxStates: 5})
	if err != nil || c.NotCompared != "more than 5 states" {
		t.Errorf("states: %v, %+v", err, c)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err = Run(ctx, res, RunOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupt: %v", err)
	}
}

// A check that says something else than SPIN does not pass.
func TestDifferences(t *testing.T) {
	needSpin(t)
	for name, spoil := range map[string]func(r *checker.Result){
		"mmcheck says holds, SPIN violated": func(r *checker.Result) { r.Verdict, r.Finding = checker.Holds, nil },
		"the check counted 11 states":       func(r *checker.Result) { r.Verdict, r.Finding, r.Stats.States = checker.Holds, nil, 11 },
		"finds bad-free, which SPIN does not": func(r *checker.Result) {
			r.Finding = &checker.Finding{Property: property.ByID("bad-free")}
		},
	} {
		res := resultOf(t, sharedCounter().build(t))
		spoil(res)
		c, err := Run(context.Background(), res, RunOptions{})
		if err != nil || !strings.Contains(strings.Join(c.Differences, "; "), name) {
			t.Errorf("want %q, got %v, %q", name, err, c.Differences)
		}
	}
}

// An exported model that is wrong in one place does not pass.
func TestWrongModel(t *testing.T) {
	needSpin(t)
	for _, m := range []struct{ from, to, want string }{
		{"T1_r = (T1_r + 1);", "T1_r = (T1_r + 2);", "SPIN stored"},
		{"assert(2 < 0);", "skip;", "the plain interpreter reaches"},
		{"g_done == 2", "g_done >= 1", "is not enabled here"},
	} {
		p := sharedCounter().build(t)
		e, err := New(p, Options{})
		if err != nil || !strings.Contains(string(e.Text), m.from) {
			t.Fatalf("%v: no %q in\n%s", err, m.from, e.Text)
		}
		e.Text = []byte(strings.ReplaceAll(string(e.Text), m.from, m.to))
		c := &Comparison{Verdict: checker.Violated, States: e.Graph.States, Stopped: e.Graph.Stopped}
		if err := c.compareSpin(context.Background(), resultOf(t, p), e, RunOptions{}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(c.Differences, "; "), m.want) {
			t.Errorf("%s: want %q, got %q", m.to, m.want, c.Differences)
		}
	}
}

// Properties that are not asked for still end paths, without a report.
func TestOnly(t *testing.T) {
	p := rwsems().build(t)
	for _, only := range []string{"deadlock", "lock-misuse"} {
		e, err := New(p, Options{Only: []string{only}})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(e.Text), "assert(1 < 0)"); got != (only == "deadlock") {
			t.Errorf("only %s: deadlock reported: %v", only, got)
		}
	}
}

func TestParseSearch(t *testing.T) {
	s, err := parseSearch("pan:1: assertion violated (3<0) (at depth 7)\npan:4: assertion violated (1<0) (at depth 9)\n" +
		"pan:9: assertion violated (3<0) (at depth 2)\n     120 states, stored\n")
	if err != nil || s.states != 120 || len(s.errors) != 2 || s.errors[1] != (panError{4, 1}) || s.stopped != "" {
		t.Errorf("got %+v, %v", s, err)
	}
	s, err = parseSearch("error: max search depth too small\n  5 states, stored\n")
	if err != nil || s.stopped != "its depth limit" {
		t.Errorf("got %+v, %v", s, err)
	}
	for _, out := range []string{"", "pan:1: invalid end state (at depth 3)\n 5 states, stored\n"} {
		if s, err := parseSearch(out); err == nil {
			t.Errorf("%q: got %+v, want an error", out, s)
		}
	}
}

func TestParseTrail(t *testing.T) {
	ids, err := parseTrail("-4:-4:-4\n1:0:16\n2:1:30\n")
	if err != nil || len(ids) != 2 || ids[0] != 16 || ids[1] != 30 {
		t.Errorf("got %v, %v", ids, err)
	}
	if _, err := parseTrail("what\n"); err == nil {
		t.Error("nonsense is taken for a trail")
	}
	lines := parseTable("\tstate  22 -(tr   9)-> state  22  [id  20 tp   2] [D-e-G] t.pml:8 => D_STEP14\n")
	if lines[20] != 14 {
		t.Errorf("got %v", lines)
	}
}

// A trail that does not lead where SPIN says is refused.
func TestReplay(t *testing.T) {
	p := sharedCounter().build(t)
	st := newStops(p)
	lost := st.list[1]
	fire := func(steps ...int) (out []Firing) {
		pc := map[int]int{}
		for _, n := range steps {
			pc[n]++
			out = append(out, Firing{n, pc[n], 0})
		}
		return out
	}
	for _, c := range []struct {
		name  string
		trail []Firing
		want  Stop
		ok    bool
	}{
		{"lost", fire(1, 2, 1, 2, 1, 2, 1), lost, true},
		{"not lost", fire(1, 1, 1, 2, 2, 2, 1), lost, false},
		{"other stop", fire(1, 2, 1, 2, 1, 2, 1), st.list[0], false},
		{"not enabled", fire(1, 1, 1, 1), lost, false},
		{"goes on", append(fire(1, 2, 1, 2, 1, 2, 1), Firing{2, 4, 0}), lost, false},
		{"wrong place", []Firing{{1, 2, 0}}, lost, false},
		{"empty", nil, lost, false},
		{"no deadlock", []Firing{{}}, st.list[0], false},
	} {
		if err := replay(p, st, c.trail, c.want); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Values that are only seen in a part of the space do not narrow a type.
func TestPartialRanges(t *testing.T) {
	s := script{name: "partial", shared: func(p *model.Program) {
		v := p.NewVar("x", model.Memory, 0)
		v.Bits, v.Signed = 8, false
	}, threads: []func(*model.Code){func(c *model.Code) {
		head := c.NewBlock()
		c.Goto(head)
		c.At(head)
		x := find(c.P, "x")
		c.Step(model.Set{V: x, X: model.MkConv(model.Add(model.Ld(x), model.Const(1)), 8, false)})
		c.Goto(head)
	}}}
	for max, want := range map[int64]string{2: "byte g_x = 0;", 1000: "byte g_x = 0;"} {
		e, err := New(s.build(t), Options{MaxStates: max})
		if err != nil || !strings.Contains(string(e.Text), want) {
			t.Errorf("%d states: no %q: %v\n%s", max, want, err, e.Text)
		}
	}
}
