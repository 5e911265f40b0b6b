// SPDX-License-Identifier: MIT

package checker

import (
	"slices"
	"strings"
	"testing"

	"mmcheck/model"
	"mmcheck/model/byhand"
	"mmcheck/model/random"
)

// Fewer context switches come before the order of threads: the smallest
// sequence, in which T1 starts, switches twice.
func TestSwitchesBeforeOrder(t *testing.T) {
	s := agree(t, "switches", Options{}, func() *model.Program {
		b := byhand.New(2)
		for i := range 2 {
			b.Thread(i)
			b.Add(1)
			if i == 0 {
				b.C.Site = &model.Site{Text: "check"}
				x := model.Ld(b.V("x"))
				b.C.Step(model.Check{Prop: "assert", Bad: model.Eq(x, model.Const(3)), Text: "x reached 3"})
			}
			b.C.Exit()
		}
		return b.P
	})
	if !strings.HasSuffix(s, "x reached 3 obj 0 2.0 2.0 1.0 1.0 1.0") {
		t.Error(s)
	}
}

// leastSwitches is the least number of context switches with which a program
// shows, in as many steps as f takes, what f does: by going forward over all
// schedules at once, where trace.go goes backward.
func leastSwitches(pl *plan, f *Finding) int {
	type at struct {
		state string
		last  int
	}
	states := map[string]model.State{keyOf(pl.Prog.Initial): pl.Prog.Initial}
	now, fewest := map[at]int{{keyOf(pl.Prog.Initial), 0}: 0}, noWay
	last := len(f.Trace.Steps)
	if f.Race != nil {
		last -= 2 // the accesses themselves
	}
	for step := 1; step <= last; step++ {
		next := map[at]int{}
		for from, cost := range now {
			r := reference{pl: pl}
			r.fire(states[from.state], func(t *model.Thread, _ int, out model.Outcome) {
				cost := cost + switchCost(from.last, t.Num)
				if step == last && f.Thread != nil && f.Race == nil {
					if slices.ContainsFunc(out.Broken, func(v model.Violation) bool { return v.Check.Prop == f.Property.ID }) {
						fewest = min(fewest, cost)
					}
					return
				}
				if out.Fatal || out.Limit != nil {
					return
				}
				to := at{keyOf(out.Next), t.Num}
				states[to.state] = out.Next
				if old, ok := next[to]; !ok || cost < old {
					next[to] = cost
				}
			})
		}
		now = next
	}
	for to, cost := range now {
		for _, b := range judged(pl, states[to.state]) {
			switch {
			case b.prop != f.Property:
			case f.Race != nil:
				_, races := pl.Races(pl.Reach(states[to.state]))
				for _, r := range races {
					n, _ := switches(r, to.last)
					fewest = min(fewest, cost+n)
				}
			case f.Thread == nil:
				fewest = min(fewest, cost)
			}
		}
	}
	return fewest
}

// The schedule shown has the fewest context switches of all the shortest ones.
func TestFewestSwitchesOfAll(t *testing.T) {
	noRaces(t)
	compared, most := 0, 0
	for seed := uint64(1); seed <= 300; seed++ {
		o := question(seed)
		o.NoReduce = true
		build := func() *model.Program { return random.Draw(random.NewSource(seed)).Build() }
		r, err := Check(build(), o)
		if err != nil || r.Finding == nil || r.Finding.Hang || !r.Finding.Shortest || len(r.Finding.Trace.Steps) > 12 {
			continue
		}
		pl, err := seal(build(), o)
		if err != nil {
			t.Fatal(err)
		}
		compared++
		most = max(most, r.Finding.Trace.Switches())
		if got, want := r.Finding.Trace.Switches(), leastSwitches(pl, r.Finding); got != want {
			t.Errorf("seed %d: %s in %d steps with %d context switches, %d would do", seed, r.Finding.Property.ID, len(r.Finding.Trace.Steps), got, want)
		}
	}
	if compared < 50 || most < 2 {
		t.Errorf("%d schedules compared, of %d switches at most: the test says little", compared, most)
	}
}
