// SPDX-License-Identifier: MIT

// This file is a small breadth-first search over plain states.

package report

import (
	"fmt"
	"math/bits"
	"slices"
	"testing"

	"mmcheck/checker"
	"mmcheck/checker/property"
	"mmcheck/model"
)

type visit struct {
	s     model.State
	trace []checker.TraceStep
}

// search looks for a shortest error, or rule break; with an order, for one on
// that schedule.
func search(t *testing.T, p *model.Program, rules bool, order string) *checker.Result {
	t.Helper()
	var wanted []*property.Property
	for _, pr := range property.All {
		if (pr.Severity == property.Rule) == rules && pr.Pair == nil { // pairs of accesses are not looked for
			wanted = append(wanted, pr)
		}
	}
	if _, err := property.Weave(p, wanted, property.WeaveOptions{}); err != nil {
		t.Fatal(err)
	}
	r := &checker.Result{Program: p, Verdict: checker.Holds, Checked: property.All}
	seen := map[string]bool{fmt.Sprint(p.Initial): true}
	for q := []visit{{s: p.Initial}}; len(q) > 0; q = q[1:] {
		r.Stats.States++
		r.Stats.Depth = len(q[0].trace)
		var blocked, running uint64
		for _, th := range p.Threads {
			next, live := successors(r, q[0], th)
			if r.Finding != nil && scheduled(order, r.Finding.Trace.Steps) {
				return r
			}
			r.Finding, r.Verdict = nil, checker.Holds
			for _, n := range next {
				if k := fmt.Sprint(n.s); (order != "" || !seen[k]) && scheduled(order, n.trace) {
					seen[k] = true
					q = append(q, n)
				}
			}
			switch {
			case len(next) > 0:
				running |= 1 << (th.Num - 1)
			case live:
				blocked |= 1 << (th.Num - 1)
			}
		}
		switch {
		case running != 0:
		case blocked != 0:
			r.Verdict, r.Finding = checker.Violated, stuck(p, q[0], blocked)
			return r
		case ended(r, q[0]):
			return r
		}
	}
	return r
}

// scheduled reports whether a trace follows the order asked for: a digit for
// the thread of each step.
func scheduled(order string, tr []checker.TraceStep) bool {
	for i, st := range tr {
		if order != "" && (i >= len(order) || int(order[i]-'0') != st.Thread.Num) {
			return false
		}
	}
	return true
}

// successors fires every enabled step of one thread; a violation becomes the
// finding of r.
func successors(r *checker.Result, v visit, th *model.Thread) (next []visit, live bool) {
	b := th.Point(v.s)
	if b == nil {
		return nil, false
	}
	for i := range b.Step.Alts {
		if !model.Enabled(v.s, &b.Step.Alts[i]) {
			continue
		}
		r.Stats.Transitions++
		out := th.Fire(v.s, i, func(string) bool { return true })
		tr := append(slices.Clone(v.trace), checker.TraceStep{Thread: th, Point: b, Alt: i, Before: v.s, After: out.Next})
		if n := len(out.Broken); n > 0 {
			x := out.Broken[n-1]
			at := x.Check.At
			if at == nil {
				at = b.Step.Site
			}
			r.Verdict = checker.Violated
			r.Finding = &checker.Finding{
				Property: property.ByID(x.Check.Prop), Text: x.Check.Text, Check: x.Check, Obj: x.Obj, Life: x.Life,
				At: at, Thread: th, Trace: checker.Trace{Initial: r.Program.Initial, Steps: tr}, Shortest: true,
			}
		}
		next = append(next, visit{out.Next, tr})
	}
	return next, true
}

// ended judges a state in which all threads have ended.
func ended(r *checker.Result, v visit) bool {
	for _, pr := range property.All {
		if pr.Final == nil {
			continue
		}
		if text := pr.Final(r.Program, v.s); text != "" {
			r.Verdict = checker.Violated
			r.Finding = &checker.Finding{Property: pr, Text: text, Trace: checker.Trace{Initial: r.Program.Initial, Steps: v.trace}, Shortest: true}
			return true
		}
	}
	return false
}

// stuck describes a deadlock of all threads that have not ended.
func stuck(p *model.Program, v visit, blocked uint64) *checker.Finding {
	var ws []property.Wait
	for m := blocked; m != 0; m &= m - 1 {
		th := p.Threads[bits.TrailingZeros64(m)]
		b := th.Point(v.s)
		ws = append(ws, property.Wait{Thread: th, Point: b, For: waitsIn(p, v.s, b), Lock: lockAt(v.s, b).Name, Cycle: true})
	}
	return &checker.Finding{
		Property: property.ByID("deadlock"), Text: "no thread can go on", Waits: ws,
		Trace: checker.Trace{Initial: p.Initial, Steps: v.trace}, Shortest: true,
	}
}
