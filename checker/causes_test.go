// SPDX-License-Identifier: MIT

package checker

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mmcheck/model"
	"mmcheck/model/random"
)

// mostCauses is more than a random program of that size has.
const mostCauses = 50

// causesBy lists what is wrong with a program, as text, with how many steps show it.
func causesBy(search planSearch, p *model.Program, o Options) (causes map[cause]int, done bool, err error) {
	all, err := allBy(search, p, o, mostCauses)
	if err != nil {
		return nil, false, err
	}
	causes = map[cause]int{}
	for _, r := range all.Found {
		for _, c := range (&plan{}).causesOf(r.Finding) {
			if _, ok := causes[c]; !ok {
				causes[c] = len(r.Finding.Trace.Steps)
			}
		}
	}
	return causes, all.Rest != nil && !cutShort(all.Rest) && all.Rest.Verdict == Holds, nil
}

func textOfCauses(causes map[cause]int) string {
	var lines []string
	for c, n := range causes {
		lines = append(lines, fmt.Sprintf("%s: %d steps", c, n))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// allAtOnce is what All must list, by a definition of its own: one search of all states,
// which keeps everything that it meets.
func allAtOnce(p *model.Program, o Options) (map[cause]int, bool) {
	pl, err := seal(p, o)
	if err != nil {
		return nil, false
	}
	ref, causes := newReference(pl), map[cause]int{}
	note := func(c cause, steps int) {
		if old, ok := causes[c]; !ok || steps < old {
			causes[c] = steps
		}
	}
	ref.reset()
	for level, from := 0, 0; from < len(ref.states); level++ {
		end := len(ref.states)
		for _, s := range ref.states[from:end] {
			blocked, running := pl.Prog.Waiting(s)
			fatal := false
			for _, j := range pl.Judge(s, blocked, running) {
				for _, c := range causesOfState(pl, j, s, blocked) {
					note(c, level)
				}
				fatal = true
			}
			if fatal {
				continue
			}
			ref.fire(s, func(t *model.Thread, alt int, out model.Outcome) {
				for _, v := range out.Broken {
					note(causeOfCheck(&v.Check, t.Point(s)), level+1)
				}
				if !out.Fatal && out.Limit == nil {
					ref.add(out.Next)
				}
			})
			p, races := pl.races(s)
			for _, r := range races {
				note(causeOfRace(p, r, s), level+2)
			}
		}
		if from = end; int64(len(ref.states)) > o.MaxStates {
			return nil, false
		}
	}
	return causes, true
}

// What is listed is what a single look at all states finds, with as many steps; all
// searches list the same.
func TestAllCauses(t *testing.T) {
	programs, compared, several := uint64(120), 0, 0
	if testing.Short() {
		programs = 12
	}
	for seed := range programs {
		o := question(seed)
		if o.Only == nil {
			// Circles of locks and hangs are no matter of one state.
			o.Ignore = []string{"lock-order"}
		}
		build := func() *model.Program { return random.Program(seed) }
		plain, done, err := causesBy(searchPlainly, build(), o)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		want, ok := allAtOnce(build(), o)
		if !done || !ok {
			continue
		}
		compared++
		if len(want) > 1 {
			several++
		}
		for c := range plain {
			if strings.Contains(string(c), textSpins) || strings.Contains(string(c), textSleeps) {
				delete(plain, c)
			}
		}
		if a, b := textOfCauses(want), textOfCauses(plain); a != b {
			t.Errorf("seed %d: want\n%s\ngot\n%s", seed, a, b)
		}
		for name, search := range map[string]planSearch{"unreduced": searchAll, "reduced": searchReduced(0, shortenStates), "own schedule": searchReduced(0, 0)} {
			got, _, err := causesBy(search, build(), o)
			if err != nil {
				t.Fatalf("seed %d, %s: %v", seed, name, err)
			}
			for c := range got {
				switch {
				case strings.Contains(string(c), textSpins), strings.Contains(string(c), textSleeps):
					delete(got, c)
				case name == "own schedule":
					got[c] = want[c]
				}
			}
			if a, b := textOfCauses(want), textOfCauses(got); a != b {
				t.Errorf("seed %d, %s: want\n%s\ngot\n%s", seed, name, a, b)
			}
		}
	}
	t.Logf("%d programs compared, %d with more than one violation", compared, several)
	if several < int(programs)/20 {
		t.Error("too few programs have more than one violation")
	}
}
